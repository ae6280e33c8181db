extension Database: NameRows {
    /// Models of before there were tenants have no row.
    func tenant(of model: String) throws(StoreError) -> String {
        try query("SELECT tenant FROM model_tenants WHERE model = ?", [.text(model)]) { $0.text(0) ?? "" }.first ?? ""
    }

    func setTenant(_ tenant: String, of model: String) throws(StoreError) {
        namingChanges += 1
        try execute(
            """
            INSERT INTO model_tenants (model, tenant) VALUES (?, ?)
            ON CONFLICT (model) DO UPDATE SET tenant = excluded.tenant
            """, [.text(model), .text(tenant)])
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
