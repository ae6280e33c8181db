import System

// Versions of models and the labels that point at them. A version is here once its files are published; files without a
// row are leftovers.

extension VersionStore {
    /// Takes the next version number of a model, durably. Numbers start at 1 and never come twice, not even after the
    /// model is deleted. A job uses `reserveVersion` instead.
    package func nextVersion(_ model: String) throws(StoreError) -> Int {
        try write { records throws(StoreError) in try records.newVersion(of: model) }
    }

    /// Takes care that no new version of a model gets a number up to this one: there are files under it.
    ///
    /// - Returns: whether one could have got it.
    package func skipVersions(_ model: String, through version: Int) throws(StoreError) -> Bool {
        guard version < Int.max else { return false }
        return try write { records throws(StoreError) in
            try records.raiseNextVersion(of: model, to: version + 1)
        }
    }

    /// Versions that have no row and may have files, of imports, trainings and deletions that broke off before a time.
    package func leftovers(beforeMs: Int64) throws(StoreError) -> [(model: String, version: Int)] {
        try read { records throws(StoreError) in try records.leftovers(beforeMs: beforeMs) }
    }

    /// Numbers that unfinished jobs have taken: files may be under them already, whose rows come last.
    package func reservedVersions() throws(StoreError) -> [(model: String, version: Int)] {
        try read { records throws(StoreError) in try records.reservedVersions() }
    }

    /// Keeps what a check has found wrong with a version's files, for all who list it; nil takes it back.
    package func markDamage(_ detail: String?, of model: String, _ version: Int) throws(StoreError) {
        try write { records throws(StoreError) in try records.setDamage(detail, of: model, version) }
    }

    /// The files of a version without a row are gone.
    package func forgetLeftover(_ model: String, _ version: Int) throws(StoreError) {
        try write(durable: false) { records throws(StoreError) in try records.removeLeftover(version, of: model) }
    }

    /// Adds an imported version, whose number is from `nextVersion`. Jobs add theirs in `finishSucceeded`.
    ///
    /// - Parameter tenant: whose the model is.
    /// - Throws: `modelNameTaken`, `versionExists`.
    package func addVersion(_ version: VersionRecord, labels: [String] = [], of tenant: String = "") throws(StoreError)
    {
        try write { records throws(StoreError) in
            try records.claim(version.model, for: tenant)
            try records.addVersion(version)
            for label in labels { try records.setLabel(label, of: version.model, to: version.version) }
        }
    }

    /// Names of the scope's models with at least one version, sorted.
    package func models(in scope: Scope = .all) throws(StoreError) -> [String] {
        let models = try read { records throws(StoreError) in try records.models() }
        return models.filter { scope.contains($0.tenant) }.map(\.name)
    }

    /// The versions of a model, ascending; empty when there is no such model in the scope.
    package func versions(_ model: String, in scope: Scope = .all) throws(StoreError) -> [VersionRecord] {
        try read { records throws(StoreError) in
            try records.isVisible(model, in: scope) ? records.versions(of: model) : []
        }
    }

    /// The numbers of the versions of a model, ascending; empty when there is no such model in the scope.
    package func versionNumbers(_ model: String, in scope: Scope = .all) throws(StoreError) -> [Int] {
        try read { records throws(StoreError) in try records.versionNumbers(of: model, in: scope) }
    }

    /// Versions that a model has, and those that its unfinished jobs may make.
    package func versionCount(_ model: String) throws(StoreError) -> Int {
        try read { records throws(StoreError) in
            try records.versionCount(of: model) + records.unfinishedCount(of: model)
        }
    }

    /// One version; nil if there is none, or if it belongs to another tenant than the scope's.
    package func version(_ model: String, _ version: Int, in scope: Scope = .all) throws(StoreError) -> VersionRecord? {
        try read { records throws(StoreError) in
            try records.isVisible(model, in: scope) ? records.version(version, of: model) : nil
        }
    }

    /// Whether a model of the scope has a version. One row is read, however many there are.
    package func hasVersion(_ model: String, _ version: Int, in scope: Scope = .all) throws(StoreError) -> Bool {
        try read { records throws(StoreError) in
            try records.isVisible(model, in: scope) ? records.hasVersion(version, of: model) : false
        }
    }

    /// The version at a label of a model in the scope; nil if there is no such label.
    package func version(_ model: String, at label: String, in scope: Scope = .all) throws(StoreError) -> Int? {
        try read { records throws(StoreError) in
            try records.isVisible(model, in: scope) ? records.version(at: label, of: model) : nil
        }
    }

    /// The labels of a model with their versions.
    package func labels(_ model: String) throws(StoreError) -> [String: Int] {
        try read { records throws(StoreError) in try records.labels(of: model) }
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
        try write { records throws(StoreError) in
            guard try !records.versionNumbers(of: model, in: scope).isEmpty else { throw .unknownModel(name: model) }
            for label in removals { _ = try records.removeLabel(label, of: model) }
            for (label, version) in labels {
                guard try records.hasVersion(version, of: model) else {
                    throw .unknownVersion(model: model, version: version)
                }
                try records.setLabel(label, of: model, to: version)
            }
            guard try records.labels(of: model).count <= countMax else {
                throw .tooManyLabels(model: model, countMax: countMax)
            }
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
        try write { records throws(StoreError) in
            try records.isVisible(model, in: scope) ? records.removeLabel(label, of: model) : false
        }
    }

    /// Forgets a version and the labels at it. Delete its files afterwards.
    ///
    /// - Parameter deletesSessions: its sessions go with it.
    /// - Throws: `unknownModel`, `unknownVersion`; `sessionsOnVersion` where it has sessions that may not go.
    package func deleteVersion(
        _ model: String, _ version: Int, deletesSessions: Bool = false, in scope: Scope = .all
    ) throws(StoreError) {
        try write { records throws(StoreError) in
            guard try !records.versionNumbers(of: model, in: scope).isEmpty else { throw .unknownModel(name: model) }
            try records.releaseSessions(of: model, version: version, deletes: deletesSessions)
            guard try records.deleteVersion(version, of: model) else {
                throw .unknownVersion(model: model, version: version)
            }
            try records.addLeftover(version, of: model, atMs: Clock.wallMilliseconds())
        }
    }

    /// Forgets a version at which no label points and no session stands. Delete its files afterwards.
    ///
    /// - Returns: whether there was one.
    package func deleteUnlabelled(_ model: String, _ version: Int) throws(StoreError) -> Bool {
        try write { records throws(StoreError) in
            guard try !records.labels(of: model).values.contains(version),
                try records.sessionCount(of: model, version: version) == 0,
                try records.deleteVersion(version, of: model)
            else { return false }
            try records.addLeftover(version, of: model, atMs: Clock.wallMilliseconds())
            return true
        }
    }

    /// Forgets all versions and labels of a model; its counter and its jobs stay. Delete the files afterwards.
    ///
    /// - Parameter deletesSessions: its sessions go with it.
    /// - Returns: the versions it had.
    /// - Throws: `unknownModel`; `sessionsOnVersion` where it has sessions that may not go.
    @discardableResult
    package func deleteModel(
        _ model: String, deletesSessions: Bool = false, in scope: Scope = .all
    ) throws(StoreError) -> [Int] {
        try write { records throws(StoreError) in
            let versions = try records.versionNumbers(of: model, in: scope)
            guard !versions.isEmpty else { throw .unknownModel(name: model) }
            try records.releaseSessions(of: model, version: nil, deletes: deletesSessions)
            try records.deleteVersions(of: model)
            for version in versions {
                try records.addLeftover(version, of: model, atMs: Clock.wallMilliseconds())
            }
            return versions
        }
    }
}

extension RecordTransaction {
    /// - Throws: `versionExists`.
    func addVersion(_ version: VersionRecord) throws(StoreError) {
        guard try !hasVersion(version.version, of: version.model) else {
            throw .versionExists(model: version.model, version: version.version)
        }
        try insertVersion(version)
        try removeLeftover(version.version, of: version.model)
    }

    /// Takes the next number of a model, under which files are about to be put.
    func newVersion(of model: String) throws(StoreError) -> Int {
        let version = try takeNextVersion(of: model)
        try addLeftover(version, of: model, atMs: Clock.wallMilliseconds())
        return version
    }

    /// Empty when there is no such model in the scope.
    func versionNumbers(of model: String, in scope: Scope) throws(StoreError) -> [Int] {
        try isVisible(model, in: scope) ? versionNumbers(of: model) : []
    }
}
