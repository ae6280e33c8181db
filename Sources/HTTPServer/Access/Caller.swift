/// Who sent a request.
package struct Caller: Sendable {
    /// The name of the caller's key; empty without one.
    package let name: String
    /// What it may do; nil: only what needs no key.
    package let role: AccessRole?
    /// The tenant of what it makes, and whose things alone it sees; empty: the unnamed tenant.
    package let tenant: String
    /// What the holders of the key use together; nil: the use is counted by address.
    package let usage: ClientUsage?

    /// A caller by the name of its key, what it may do, the tenant it acts for, and what it has used.
    package init(name: String, role: AccessRole?, tenant: String = "", usage: ClientUsage? = nil) {
        self.name = name
        self.role = role
        self.tenant = tenant
        self.usage = usage
    }

    /// Everybody, where no keys are asked for.
    package static let anybody = Caller(name: "", role: .admin)
    /// Somebody without a key, where keys are asked for.
    package static let stranger = Caller(name: "", role: nil)
}
