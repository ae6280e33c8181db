// Whose a name of a model is. A name belongs to one tenant while it has versions or unfinished jobs; then it is free
// for the next one. Version numbers go on, so that a name that changes hands never names another's files.

extension SQLiteStore {
    /// The tenant of a model, or of the unfinished jobs that will make it; nil when the name is free.
    package func tenant(ofModel model: String) throws(StoreError) -> String? {
        try read { database throws(StoreError) in try database.isInUse(model) ? database.tenant(of: model) : nil }
    }

    /// Whose a job or an import for a model would be: who sees one tenant works for it, who sees all for the one that
    /// has the name.
    package func tenant(newVersionOf model: String, in scope: Scope) throws(StoreError) -> String {
        if case .tenant(let tenant) = scope { return tenant }
        return try tenant(ofModel: model) ?? ""
    }

    /// The same, if the name is its to use. Asked again by `claim`; before, it spares the work on what would be
    /// refused.
    ///
    /// - Throws: `modelNameTaken`.
    package func tenant(claiming model: String, in scope: Scope) throws(StoreError) -> String {
        let tenant = try tenant(newVersionOf: model, in: scope)
        if let holder = try self.tenant(ofModel: model), holder != tenant { throw .modelNameTaken(name: model) }
        return tenant
    }
}

extension Database {
    /// Gives a free name to a tenant, or finds that it is the tenant's already. Part of the transaction that uses the
    /// name.
    ///
    /// - Throws: `modelNameTaken`.
    func claim(_ model: String, for tenant: String) throws(StoreError) {
        guard try self.tenant(of: model) != tenant else { return }
        guard try !isInUse(model) else { throw .modelNameTaken(name: model) }
        try execute(
            "INSERT INTO model_tenants (model, tenant) VALUES (?, ?) ON CONFLICT (model) DO UPDATE SET tenant = "
                + "excluded.tenant",
            [.text(model), .text(tenant)])
    }

    /// The versions of a model that a scope contains; empty when there is no such model, or it is somebody else's.
    func versions(of model: String, in scope: Scope) throws(StoreError) -> [VersionRecord] {
        guard try scope.contains(tenant(of: model)) else { return [] }
        return try versions(of: model)
    }

    /// Who had the name last; models of before there were tenants have no row.
    func tenant(of model: String) throws(StoreError) -> String {
        try query("SELECT tenant FROM model_tenants WHERE model = ?", [.text(model)]) { $0.text(0) ?? "" }.first ?? ""
    }

    func isInUse(_ model: String) throws(StoreError) -> Bool {
        try query(
            """
            SELECT EXISTS (SELECT 1 FROM versions WHERE model = ?1)
                OR EXISTS (SELECT 1 FROM jobs WHERE model = ?1 AND status IN ('queued', 'running', 'paused'))
            """, [.text(model)]
        ) { $0.bool(0) }.first ?? false
    }
}
