import JSON
import ModelFiles
import Store
import System

/// Mends what a check has found: deletes leftovers, marks damaged versions for all who list them, and records folders
/// that the database does not know. Nothing that is a version is deleted or written over.
package struct StoreRepair {
    private static let stable = ModelReference.stableLabel

    /// What is asked for.
    package struct Wishes: Sendable {
        /// Leftovers go, damaged versions are marked.
        package var repairs: Bool
        /// Unknown folders become versions.
        package var adopts: Bool
        /// Whose adopted models are where nobody is known to have had the name; "" for the unnamed tenant.
        package var tenant = ""
        /// Whether the newest version of an adopted model takes the label `stable` where no version has it.
        package var setsStable = false

        /// Wishes with their defaults.
        package init(repairs: Bool, adopts: Bool) {
            self.repairs = repairs
            self.adopts = adopts
        }
    }

    private let wishes: Wishes
    private let store: SQLiteStore
    private let models: ModelDirectory
    private var adopted: [String: Set<Int>] = [:]

    /// Does what is asked for to the findings of a check, each with what came of it.
    ///
    /// - Parameter lock: of the checked directory: while it is held nobody else is at work there.
    /// - Throws: `StoreError` when the database cannot be written.
    package static func run(
        _ check: inout StoreCheck, _ wishes: Wishes, holding lock: DirectoryLock
    ) throws {
        try withExtendedLifetime(lock) {
            var repair = try StoreRepair(wishes, check.place)
            if let fault = repair.store.fault { throw fault }
            for index in check.findings.indices { try repair.mend(&check.findings[index]) }
            check.findings += try repair.labelFindings()
        }
    }

    private init(_ wishes: Wishes, _ place: ServiceDirectory) throws {
        self.wishes = wishes
        store = try SQLiteStore(path: place.database)
        models = ModelDirectory(root: place.models)
    }

    private mutating func mend(_ finding: inout StoreFinding) throws {
        switch finding.remedy {
        case .removeFiles(let path) where wishes.repairs:
            try Files.removeTree(path)
            finding.outcome = "deleted"
            finding.isMended = true
        case .removeVersion(let name, let version) where wishes.repairs:
            try models.remove(name: name, version: version)
            try store.forgetLeftover(name, version)
            finding.outcome = "deleted"
            finding.isMended = true
        case .mark(let name, let version) where wishes.repairs:
            try store.markDamage(finding.detail, of: name, version)
            finding.outcome = "listed as damaged"
        case .unmark(let name, let version) where wishes.repairs:
            try store.markDamage(nil, of: name, version)
            finding.outcome = "not listed as damaged any more"
            finding.isMended = true
        case .adopt(let name, let version) where wishes.adopts:
            try adopt(name, version, &finding)
        case .byHand where wishes.adopts && finding.kind == .databaseMissing:
            finding.outcome = "a new database was made; jobs, labels and tenants are not in the folders"
            finding.isMended = true
        default: break
        }
    }

    private mutating func adopt(_ name: String, _ version: Int, _ finding: inout StoreFinding) throws {
        do {
            let stored = try StoredModel.read(models, name: name, version: version)
            let document = stored.document
            let path = try models.weightsPath(name: name, version: version)
            let info = try VersionInfo(
                document, weightsSHA256: models.weightsDigest(name: name, version: version),
                sizeBytes: ServiceDirectory.sizeBytes(path) ?? 0)
            let last = try store.tenant(ofModel: name) ?? store.lastTenant(ofModel: name)
            let isKnown = try store.tenant(ofModel: name) != nil || !last.isEmpty
            _ = try store.skipVersions(name, through: version)
            try store.addVersion(
                VersionRecord(
                    model: name, version: version, jobID: document.jobID, createdAtMs: document.createdAtMs,
                    info: info.json.text), of: isKnown ? last : wishes.tenant)
            adopted[name, default: []].insert(version)
            finding.outcome = "recorded as it is"
            finding.isMended = true
        } catch let error as StoreError where !error.isFatal && !error.isDiskFull {
            finding.outcome = "not recorded: \(error)"
        }
    }

    /// Of adopted models whose plain name means nothing.
    private func labelFindings() throws -> [StoreFinding] {
        try adopted.sorted { $0.key < $1.key }.compactMap { name, versions in
            guard try store.labels(name)[Self.stable] == nil, let newest = versions.max() else { return nil }
            var finding = StoreFinding(
                .labelMissing, name,
                "no version has the label \(Self.stable), which its plain name means; which one had it is not in the "
                    + "folders", .byHand("rondo models labels \(name) \(Self.stable)=\(newest)"))
            if wishes.setsStable {
                try store.setLabel(name, Self.stable, version: newest)
                finding.outcome = "\(name)@\(newest) has it now"
                finding.isMended = true
            }
            return finding
        }
    }
}
