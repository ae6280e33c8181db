package import HTTPServer
package import Store

extension Caller {
    /// Whose jobs and models the caller sees: an admin without an owner everybody's, all others their owner's. Keys
    /// without an owner share the unnamed one.
    package var scope: Scope { role == .admin && owner.isEmpty ? .all : .tenant(owner) }
}

extension Request {
    var scope: Scope { caller.scope }
}
