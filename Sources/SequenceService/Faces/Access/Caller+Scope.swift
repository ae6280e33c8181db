package import HTTPServer
package import Store

extension Caller {
    /// Whose jobs and models the caller sees: an admin without a tenant everybody's, all others their tenant's. Keys
    /// without a tenant share the unnamed one.
    package var scope: Scope { role == .admin && tenant.isEmpty ? .all : .tenant(tenant) }
}

extension Request {
    var scope: Scope { caller.scope }
}
