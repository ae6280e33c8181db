package import JSON
import ModelFiles
import SequenceModels
package import Store
import System

/// Reads a whole data directory: digests of models, checkpoints, copies and data, the database, and what rows and
/// folders say of each other. Changes nothing.
///
/// Beside a server it reads what changes meanwhile. Versions never change, and of what is found wrong the row is asked
/// for again; what is being written is locked or young, and is passed over.
package struct StoreCheck {
    /// What was read.
    package struct Counts: Sendable, Equatable {
        /// Names with versions that have rows.
        package var models = 0
        /// Rows of versions.
        package var versions = 0
        /// Of undamaged versions, with all that belongs to them.
        package var versionBytes = 0
        /// Rows of jobs.
        package var jobs = 0
        /// Jobs that wait, run or are paused.
        package var unfinishedJobs = 0
        /// Of unfinished jobs.
        package var checkpoints = 0
        /// Undamaged training data of unfinished jobs.
        package var dataFiles = 0
        /// Sessions, each with its state.
        package var sessions = 0
    }

    /// What is wrong, in the order in which it was looked at.
    package internal(set) var findings: [StoreFinding] = []
    /// What was read.
    package internal(set) var counts = Counts()

    let place: ServiceDirectory
    /// Nobody else is at work: nothing is on its way.
    let isAlone: Bool
    let retention: Retention
    let nowMs: Int64
    let models: ModelDirectory
    let checkpoints: CheckpointFiles

    /// Reads everything below `place`.
    ///
    /// - Throws: `StoreError.newerSchema`; `StoreError` and `FileError` for what cannot be read for other reasons than
    ///   its content.
    package init(
        _ place: ServiceDirectory, isAlone: Bool, retention: Retention = Retention(),
        nowMs: Int64 = Clock.wallMilliseconds()
    ) throws {
        self.place = place
        self.isAlone = isAlone
        self.retention = retention
        self.nowMs = nowMs
        models = ModelDirectory(root: place.models)
        checkpoints = CheckpointFiles(directory: place)
        let (rows, isMissing) = try openRows()
        if let rows {
            try readingRows { check in
                try check.checkVersions(rows)
                try check.checkJobs(rows)
                try check.checkSessions(rows)
                try check.checkLeftovers(rows)
            }
        } else {
            try checkFolders(known: [:], areUnknown: isMissing)
        }
        try checkWork()
        try checkEntries()
    }

    /// Reads everything, beside a server or alone. Faults that are found beside a server are looked at twice: what was
    /// on its way is there by then.
    ///
    /// - Throws: as `init`.
    package static func run(_ place: ServiceDirectory) throws -> StoreCheck {
        let isAlone = !DirectoryLock.isInUse(place)
        var check = try StoreCheck(place, isAlone: isAlone)
        guard !isAlone, !check.isSound else { return check }
        let second = try StoreCheck(place, isAlone: false).findings
        check.findings.removeAll { fault in
            fault.isOpenFault && !second.contains { $0.kind == fault.kind && $0.place == fault.place }
        }
        return check
    }

    /// Whether nothing is wrong that would be missed.
    package var isSound: Bool { !findings.contains(where: \.isOpenFault) }

    mutating func add(_ kind: StoreFinding.Kind, _ place: String, _ detail: String, _ remedy: StoreFinding.Remedy) {
        findings.append(StoreFinding(kind, place, detail, remedy))
    }

    // MARK: Database

    private static let databaseRemedy = StoreFinding.Remedy.byHand(
        "rondo restore a backup; or move rondo.sqlite and its -wal and -shm away, and rondo check --adopt")

    private mutating func openRows() throws -> (rows: StoreSnapshot?, isMissing: Bool) {
        guard Files.exists(place.database) else {
            if try !models.versions().isEmpty || !checkpoints.jobs().isEmpty {
                add(
                    .databaseMissing, "rondo.sqlite", "there are files, and no database that knows them",
                    .byHand("put it back from a backup, or rondo check --adopt"))
            }
            return (nil, true)
        }
        do throws(StoreError) {
            let rows = try StoreSnapshot(path: place.database)
            for fault in try rows.faults() { addDatabaseFault(fault) }
            counts.jobs = try rows.jobCounts().values.reduce(0, +)
            return (rows, false)
        } catch {
            guard error.isDamage else { throw error }
            addDatabaseFault("\(error)")
            return (nil, false)
        }
    }

    private mutating func addDatabaseFault(_ detail: String) {
        add(.databaseDamaged, "rondo.sqlite", detail, Self.databaseRemedy)
    }

    /// Rows that do not read are a finding.
    private mutating func readingRows(_ body: (inout StoreCheck) throws -> Void) throws {
        do {
            try body(&self)
        } catch let error as StoreError where error.isDamage {
            if !findings.contains(where: { $0.kind == .databaseDamaged }) { addDatabaseFault("\(error)") }
        }
    }

    // MARK: Versions

    private mutating func checkVersions(_ rows: StoreSnapshot) throws {
        var known: [String: Set<Int>] = [:]
        for name in try rows.models() {
            counts.models += 1
            for record in try rows.versions(name) {
                counts.versions += 1
                known[name, default: []].insert(record.version)
                try check(record, rows)
            }
        }
        for version in try rows.leftovers(beforeMs: .max) + rows.reservedVersions() {
            known[version.model, default: []].insert(version.version)
        }
        try checkFolders(known: known, areUnknown: true)
    }

    private mutating func check(_ record: VersionRecord, _ rows: StoreSnapshot) throws {
        let place = "\(record.model)@\(record.version)"
        do {
            _ = try StoredModel.read(models, record)
            countBytes(record.model, record.version)
            guard let damage = record.damage else { return }
            add(
                .markOutdated, place, "it is listed as damaged (\(damage)), and all its files are right",
                .unmark(name: record.model, version: record.version))
        } catch let error {
            // Deleted meanwhile: first the row goes, then the files.
            guard try isAlone || rows.hasVersion(record.model, record.version) else { return }
            let isMissing = if case FileError.notFound = error { true } else { false }
            add(
                isMissing ? .versionMissing : .versionDamaged, place, text(error),
                .mark(name: record.model, version: record.version))
        }
    }

    /// - Parameters:
    ///   - known: numbers that rows have, by name.
    ///   - areUnknown: whether all others are a finding; false where the rows do not read.
    private mutating func checkFolders(known: [String: Set<Int>], areUnknown: Bool) throws {
        for (name, versions) in try models.versions() {
            for version in versions where known[name]?.contains(version) != true {
                checkFolder(name, version, isUnknown: areUnknown)
            }
        }
    }

    private mutating func checkFolder(_ name: String, _ version: Int, isUnknown: Bool) {
        let place = "\(name)@\(version)"
        do {
            _ = try StoredModel.read(models, name: name, version: version)
            countBytes(name, version)
            guard isUnknown else { return }
            add(
                .versionUnknown, place, "models/\(name)/\(version) is a folder that the database does not know",
                .adopt(name: name, version: version))
        } catch FileError.notFound {
            // Deleted meanwhile.
        } catch let error {
            add(
                .versionUnknownDamaged, place,
                "models/\(name)/\(version) is a folder that the database does not know: \(text(error))",
                .byHand("put it back from a backup, or delete the folder"))
        }
    }

    private mutating func countBytes(_ name: String, _ version: Int) {
        let folder = place.models + "/\(name)/\(version)"
        for file in ServiceDirectory.entries(folder) {
            counts.versionBytes += ServiceDirectory.sizeBytes(folder + "/" + file) ?? 0
        }
    }

    /// What is wrong, without the name of the kind of error, and with paths below the data directory.
    func text(_ error: any Error) -> String {
        let text =
            switch error {
            case ServiceError.damaged(let detail): detail
            case FileError.notFound(let path): "\(path) is missing"
            default: "\(error)"
            }
        return text.replacing(place.root + "/", with: "")
    }

    /// As `rondo check --format json` writes it.
    package var json: JSONValue {
        [
            "object": "check", "data": .string(place.root), "sound": .bool(isSound),
            "checked": [
                "models": .integer(counts.models), "versions": .integer(counts.versions),
                "version_bytes": .integer(counts.versionBytes), "jobs": .integer(counts.jobs),
                "unfinished_jobs": .integer(counts.unfinishedJobs), "checkpoints": .integer(counts.checkpoints),
                "data_files": .integer(counts.dataFiles), "sessions": .integer(counts.sessions),
            ], "findings": .array(findings.map(\.json)),
        ]
    }
}
