extension Database: VersionRows {
    func takeNextVersion(of model: String) throws(StoreError) -> Int {
        try query(
            """
            INSERT INTO model_counters (model, next_version) VALUES (?, 2)
            ON CONFLICT (model) DO UPDATE SET next_version = next_version + 1
            RETURNING next_version - 1
            """, [.text(model)]
        ) { $0.int(0) ?? 0 }.first ?? 0
    }

    func raiseNextVersion(of model: String, to version: Int) throws(StoreError) -> Bool {
        try execute(
            """
            INSERT INTO model_counters (model, next_version) VALUES (?1, ?2)
            ON CONFLICT (model) DO UPDATE SET next_version = ?2 WHERE next_version < ?2
            """, [.text(model), SQLValue(version)])
        return changes > 0
    }

    func addLeftover(_ version: Int, of model: String, atMs: Int64) throws(StoreError) {
        try execute(
            "INSERT OR REPLACE INTO leftovers (model, version, at_ms) VALUES (?, ?, ?)",
            [.text(model), SQLValue(version), .integer(atMs)])
    }

    func removeLeftover(_ version: Int, of model: String) throws(StoreError) {
        try execute("DELETE FROM leftovers WHERE model = ? AND version = ?", [.text(model), SQLValue(version)])
    }

    func reservedVersions() throws(StoreError) -> [(model: String, version: Int)] {
        try query(
            """
            SELECT model, reserved_version FROM jobs
            WHERE reserved_version IS NOT NULL AND status IN ('queued', 'running', 'paused')
            """
        ) { ($0.text(0) ?? "", $0.int(1) ?? 0) }
    }

    func leftovers(beforeMs: Int64) throws(StoreError) -> [(model: String, version: Int)] {
        try query(
            """
            SELECT model, version FROM leftovers WHERE at_ms < ? AND NOT EXISTS (
                SELECT 1 FROM jobs WHERE jobs.model = leftovers.model AND reserved_version = leftovers.version
                AND status IN ('queued', 'running', 'paused'))
            ORDER BY model, version
            """, [.integer(beforeMs)]
        ) { ($0.text(0) ?? "", $0.int(1) ?? 0) }
    }

    func insertVersion(_ version: VersionRecord) throws(StoreError) {
        try execute(
            "INSERT INTO versions (model, version, job_id, created_at_ms, info) VALUES (?, ?, ?, ?, ?)",
            [
                .text(version.model), SQLValue(version.version), SQLValue(version.jobID), .integer(version.createdAtMs),
                .text(version.info),
            ])
    }

    func setDamage(_ detail: String?, of model: String, _ version: Int) throws(StoreError) {
        try execute(
            "UPDATE versions SET damage = ? WHERE model = ? AND version = ?",
            [SQLValue(detail), .text(model), SQLValue(version)])
    }

    /// Its labels go with it (ON DELETE CASCADE).
    func deleteVersion(_ version: Int, of model: String) throws(StoreError) -> Bool {
        namingChanges += 1
        try execute("DELETE FROM versions WHERE model = ? AND version = ?", [.text(model), SQLValue(version)])
        return changes > 0
    }

    func deleteVersions(of model: String) throws(StoreError) {
        namingChanges += 1
        try execute("DELETE FROM versions WHERE model = ?", [.text(model)])
    }

    func versions(of model: String) throws(StoreError) -> [VersionRecord] {
        try query(
            "SELECT version, job_id, created_at_ms, info, damage FROM versions WHERE model = ? ORDER BY version",
            [.text(model)]
        ) { VersionRecord(model: model, row: $0) }
    }

    func versionNumbers(of model: String) throws(StoreError) -> [Int] {
        try query("SELECT version FROM versions WHERE model = ? ORDER BY version", [.text(model)]) { $0.int(0) ?? 0 }
    }

    func versionCount(of model: String) throws(StoreError) -> Int {
        try query("SELECT count(*) FROM versions WHERE model = ?", [.text(model)]) { $0.int(0) ?? 0 }.first ?? 0
    }

    func version(_ version: Int, of model: String) throws(StoreError) -> VersionRecord? {
        try query(
            "SELECT version, job_id, created_at_ms, info, damage FROM versions WHERE model = ? AND version = ?",
            [.text(model), SQLValue(version)]
        ) { VersionRecord(model: model, row: $0) }.first
    }

    func hasVersion(_ version: Int, of model: String) throws(StoreError) -> Bool {
        try !query("SELECT 1 FROM versions WHERE model = ? AND version = ?", [.text(model), SQLValue(version)]) { _ in }
            .isEmpty
    }

    func models() throws(StoreError) -> [(name: String, tenant: String)] {
        try query("SELECT DISTINCT model, tenant FROM versions LEFT JOIN model_tenants USING (model) ORDER BY model") {
            ($0.text(0) ?? "", $0.text(1) ?? "")
        }
    }

    func labels(of model: String) throws(StoreError) -> [String: Int] {
        let rows = try query("SELECT label, version FROM labels WHERE model = ?", [.text(model)]) {
            ($0.text(0) ?? "", $0.int(1) ?? 0)
        }
        return Dictionary(rows, uniquingKeysWith: { $1 })
    }

    func version(at label: String, of model: String) throws(StoreError) -> Int? {
        try query("SELECT version FROM labels WHERE model = ? AND label = ?", [.text(model), .text(label)]) {
            $0.int(0) ?? 0
        }.first
    }

    func setLabel(_ label: String, of model: String, to version: Int) throws(StoreError) {
        namingChanges += 1
        try execute(
            """
            INSERT INTO labels (model, label, version) VALUES (?, ?, ?)
            ON CONFLICT (model, label) DO UPDATE SET version = excluded.version
            """, [.text(model), .text(label), SQLValue(version)])
    }

    func removeLabel(_ label: String, of model: String) throws(StoreError) -> Bool {
        namingChanges += 1
        try execute("DELETE FROM labels WHERE model = ? AND label = ?", [.text(model), .text(label)])
        return changes > 0
    }
}

extension VersionRecord {
    /// Number, job, time and info.
    fileprivate init(model: String, row: Row) {
        self.init(
            model: model, version: row.int(0) ?? 0, jobID: row.text(1), createdAtMs: row.int64(2) ?? 0,
            info: row.text(3) ?? "", damage: row.text(4))
    }
}
