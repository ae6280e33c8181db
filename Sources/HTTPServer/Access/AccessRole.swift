/// What a caller may do; each role includes those before it.
package enum AccessRole: String, Sendable, Comparable, CaseIterable {
    /// Predict, and look at models.
    case predict
    /// Also train, import, and move labels.
    case train
    /// Also delete, and look at the server itself.
    case admin

    package static func < (a: AccessRole, b: AccessRole) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .predict: 0
        case .train: 1
        case .admin: 2
        }
    }
}
