// Whose a name of a model is, by `NameRules`.

extension NameStore {
    /// The tenant of a model, or of the unfinished jobs that will make it; nil when the name is free.
    package func tenant(ofModel model: String) throws(StoreError) -> String? {
        try read { records throws(StoreError) in try records.isInUse(model) ? records.tenant(of: model) : nil }
    }

    /// Who had the name of a model last; "" for the unnamed tenant, and for a name that nobody is known to have had.
    package func lastTenant(ofModel model: String) throws(StoreError) -> String {
        try read { records throws(StoreError) in try records.tenant(of: model) }
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

extension RecordTransaction {
    /// Gives a free name to a tenant, or finds that it is the tenant's already. Part of the transaction that uses the
    /// name.
    ///
    /// - Throws: `modelNameTaken`.
    func claim(_ model: String, for tenant: String) throws(StoreError) {
        let holder = try self.tenant(of: model)
        if try NameRules.mustTake(model, for: tenant, holder: holder, isInUse: isInUse(model)) {
            try setTenant(tenant, of: model)
        }
    }

    /// Whether a scope contains a model, whatever there is of it.
    func isVisible(_ model: String, in scope: Scope) throws(StoreError) -> Bool {
        try scope.contains(tenant(of: model))
    }
}
