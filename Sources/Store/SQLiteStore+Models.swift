// Versions of models and the labels that point at them. A version is here once its files are published; files without a
// row are leftovers.

extension SQLiteStore {
    /// Takes the next version number of a model, durably. Numbers start at 1 and never come twice, not even after the
    /// model is deleted. A job uses `reserveVersion` instead.
    package func nextVersion(_ model: String) throws(StoreError) -> Int {
        try write { database throws(StoreError) in try database.takeNextVersion(of: model) }
    }

    /// Adds an imported version, whose number is from `nextVersion`. Jobs add theirs in `finishSucceeded`.
    ///
    /// - Parameter tenant: whose the model is.
    /// - Throws: `modelNameTaken`.
    package func addVersion(_ version: VersionRecord, labels: [String] = [], of tenant: String = "") throws(StoreError)
    {
        try write { database throws(StoreError) in
            try database.claim(version.model, for: tenant)
            try database.insertVersion(version)
            for label in labels { try database.setLabel(label, of: version.model, to: version.version) }
        }
    }

    /// Names of the scope's models with at least one version, sorted.
    package func models(in scope: Scope = .all) throws(StoreError) -> [String] {
        let rows = try read { database throws(StoreError) in
            try database.query(
                "SELECT DISTINCT model, tenant FROM versions LEFT JOIN model_tenants USING (model) ORDER BY model"
            ) { ($0.text(0) ?? "", $0.text(1) ?? "") }
        }
        return rows.filter { scope.contains($0.1) }.map { $0.0 }
    }

    /// The versions of a model, ascending; empty when there is no such model in the scope.
    package func versions(_ model: String, in scope: Scope = .all) throws(StoreError) -> [VersionRecord] {
        try read { database throws(StoreError) in try database.versions(of: model, in: scope) }
    }

    /// The numbers of the versions of a model, ascending; empty when there is no such model in the scope.
    package func versionNumbers(_ model: String, in scope: Scope = .all) throws(StoreError) -> [Int] {
        try read { database throws(StoreError) in
            guard try scope.contains(database.tenant(of: model)) else { return [] }
            return try database.versionNumbers(of: model)
        }
    }

    /// Versions that a model has, and those that its unfinished jobs may make.
    package func versionCount(_ model: String) throws(StoreError) -> Int {
        try read { database throws(StoreError) in
            try database.query(
                """
                SELECT (SELECT count(*) FROM versions WHERE model = ?1)
                    + (SELECT count(*) FROM jobs WHERE model = ?1 AND status IN ('queued', 'running', 'paused'))
                """, [.text(model)]
            ) { $0.int(0) ?? 0 }.first ?? 0
        }
    }

    /// One version; nil if there is none, or if it belongs to another tenant than the scope's.
    package func version(_ model: String, _ version: Int, in scope: Scope = .all) throws(StoreError) -> VersionRecord? {
        try read { database throws(StoreError) in
            guard try scope.contains(database.tenant(of: model)) else { return nil }
            return try database.version(version, of: model)
        }
    }

    /// Whether a model of the scope has a version. One row is read, however many there are.
    package func hasVersion(_ model: String, _ version: Int, in scope: Scope = .all) throws(StoreError) -> Bool {
        try read { database throws(StoreError) in
            guard try scope.contains(database.tenant(of: model)) else { return false }
            return try !database.query(
                "SELECT 1 FROM versions WHERE model = ? AND version = ?", [.text(model), SQLValue(version)]
            ) { $0.int(0) ?? 0 }.isEmpty
        }
    }

    /// The version at a label of a model in the scope; nil if there is no such label.
    package func version(_ model: String, at label: String, in scope: Scope = .all) throws(StoreError) -> Int? {
        try read { database throws(StoreError) in
            guard try scope.contains(database.tenant(of: model)) else { return nil }
            return try database.query(
                "SELECT version FROM labels WHERE model = ? AND label = ?", [.text(model), .text(label)]
            ) { $0.int(0) ?? 0 }.first
        }
    }

    /// The labels of a model with their versions.
    package func labels(_ model: String) throws(StoreError) -> [String: Int] {
        try read { database throws(StoreError) in try database.labels(of: model) }
    }

    /// Sets and removes labels of a model, all or none.
    ///
    /// - Parameters:
    ///   - removals: labels to remove; one that is not there is fine.
    ///   - countMax: labels that the model may have afterwards.
    /// - Throws: `unknownModel`, `unknownVersion`, `tooManyLabels`.
    package func changeLabels(
        _ model: String, set labels: [String: Int], remove removals: [String] = [], countMax: Int = .max,
        in scope: Scope = .all
    ) throws(StoreError) {
        try write { database throws(StoreError) in
            guard try scope.contains(database.tenant(of: model)), try !database.versionNumbers(of: model).isEmpty else {
                throw .unknownModel(name: model)
            }
            for label in removals {
                try database.execute("DELETE FROM labels WHERE model = ? AND label = ?", [.text(model), .text(label)])
            }
            for (label, version) in labels { try database.setLabel(label, of: model, to: version) }
            let count = try database.query("SELECT count(*) FROM labels WHERE model = ?", [.text(model)]) {
                $0.int(0) ?? 0
            }
            guard count.first ?? 0 <= countMax else { throw .tooManyLabels(model: model, countMax: countMax) }
        }
    }

    /// Makes a label point to a version, as `changeLabels` does for several.
    ///
    /// - Throws: as `changeLabels`.
    package func setLabel(_ model: String, _ label: String, version: Int) throws(StoreError) {
        try changeLabels(model, set: [label: version])
    }

    /// Removes a label; false when there was none.
    package func removeLabel(_ model: String, _ label: String, in scope: Scope = .all) throws(StoreError) -> Bool {
        try write { database throws(StoreError) in
            guard try scope.contains(database.tenant(of: model)) else { return false }
            try database.execute("DELETE FROM labels WHERE model = ? AND label = ?", [.text(model), .text(label)])
            return database.changes > 0
        }
    }

    /// Forgets a version and the labels at it. Delete its files afterwards.
    ///
    /// - Throws: `unknownModel`, `unknownVersion`.
    package func deleteVersion(_ model: String, _ version: Int, in scope: Scope = .all) throws(StoreError) {
        try write { database throws(StoreError) in
            guard try !database.versions(of: model, in: scope).isEmpty else { throw .unknownModel(name: model) }
            try database.execute(
                "DELETE FROM versions WHERE model = ? AND version = ?", [.text(model), SQLValue(version)])
            guard database.changes > 0 else { throw .unknownVersion(model: model, version: version) }
        }
    }

    /// Forgets all versions and labels of a model; its counter and its jobs stay. Delete the files afterwards.
    ///
    /// - Returns: the versions it had.
    /// - Throws: `unknownModel`.
    @discardableResult
    package func deleteModel(_ model: String, in scope: Scope = .all) throws(StoreError) -> [Int] {
        try write { database throws(StoreError) in
            let versions = try database.versions(of: model, in: scope).map(\.version)
            guard !versions.isEmpty else { throw .unknownModel(name: model) }
            try database.execute("DELETE FROM versions WHERE model = ?", [.text(model)])
            return versions
        }
    }
}

extension Database {
    func takeNextVersion(of model: String) throws(StoreError) -> Int {
        try query(
            """
            INSERT INTO model_counters (model, next_version) VALUES (?, 2)
            ON CONFLICT (model) DO UPDATE SET next_version = next_version + 1
            RETURNING next_version - 1
            """, [.text(model)]
        ) { $0.int(0) ?? 0 }.first ?? 0
    }

    func insertVersion(_ version: VersionRecord) throws(StoreError) {
        try execute(
            "INSERT INTO versions (model, version, job_id, created_at_ms, info) VALUES (?, ?, ?, ?, ?)",
            [
                .text(version.model), SQLValue(version.version), SQLValue(version.jobID), .integer(version.createdAtMs),
                .text(version.info),
            ])
    }

    func versions(of model: String) throws(StoreError) -> [VersionRecord] {
        try query(
            "SELECT version, job_id, created_at_ms, info FROM versions WHERE model = ? ORDER BY version", [.text(model)]
        ) {
            VersionRecord(
                model: model, version: $0.int(0) ?? 0, jobID: $0.text(1), createdAtMs: $0.int64(2) ?? 0,
                info: $0.text(3) ?? "")
        }
    }

    func versionNumbers(of model: String) throws(StoreError) -> [Int] {
        try query("SELECT version FROM versions WHERE model = ? ORDER BY version", [.text(model)]) { $0.int(0) ?? 0 }
    }

    func version(_ version: Int, of model: String) throws(StoreError) -> VersionRecord? {
        try query(
            "SELECT version, job_id, created_at_ms, info FROM versions WHERE model = ? AND version = ?",
            [.text(model), SQLValue(version)]
        ) {
            VersionRecord(
                model: model, version: $0.int(0) ?? 0, jobID: $0.text(1), createdAtMs: $0.int64(2) ?? 0,
                info: $0.text(3) ?? "")
        }.first
    }

    func labels(of model: String) throws(StoreError) -> [String: Int] {
        let rows = try query("SELECT label, version FROM labels WHERE model = ?", [.text(model)]) {
            ($0.text(0) ?? "", $0.int(1) ?? 0)
        }
        return Dictionary(rows, uniquingKeysWith: { $1 })
    }

    func setLabel(_ label: String, of model: String, to version: Int) throws(StoreError) {
        let found = try query(
            "SELECT 1 FROM versions WHERE model = ? AND version = ?", [.text(model), SQLValue(version)]
        ) { $0.int(0) ?? 0 }
        guard !found.isEmpty else { throw .unknownVersion(model: model, version: version) }
        try execute(
            """
            INSERT INTO labels (model, label, version) VALUES (?, ?, ?)
            ON CONFLICT (model, label) DO UPDATE SET version = excluded.version
            """, [.text(model), .text(label), SQLValue(version)])
    }
}
