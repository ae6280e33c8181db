/// Whose jobs and models somebody sees. What lies outside is answered as what does not exist.
package enum Scope: Sendable, Hashable {
    /// Everybody's.
    case all
    /// Those of one tenant; "" is the unnamed one, to whom belongs what was made without a tenant.
    case tenant(String)

    /// Whether what belongs to a tenant lies in it.
    package func contains(_ tenant: String) -> Bool {
        switch self {
        case .all: true
        case .tenant(let own): own == tenant
        }
    }
}
