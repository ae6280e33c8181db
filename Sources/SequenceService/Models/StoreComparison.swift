package import ModelFiles
package import Store
import System

/// What the rows of versions and their folders say of each other. Rows of an older database, folders that were copied
/// or swapped, a database that is not there: all of it is found here, and nothing is mended.
package struct StoreComparison: Sendable {
    /// A disagreement.
    package enum Finding: Sendable, Equatable, CustomStringConvertible {
        /// A row without files.
        case missing(name: String, version: Int)
        /// A row whose folder has not the weights that the row names, or does not say which.
        case different(name: String, version: Int, detail: String)
        /// A folder without a row.
        case unknown(name: String, version: Int)
        /// A row whose folder could not be read now (EIO): nothing is known of it.
        case unread(name: String, version: Int, detail: String)
        /// A row that a check has marked.
        case marked(name: String, version: Int, detail: String)

        package var description: String {
            switch self {
            case .missing(let name, let version): "\(name)@\(version) is in the database, its files are missing"
            case .different(let name, let version, let detail):
                "\(name)@\(version) has other files than were published: \(detail)"
            case .unread(let name, let version, let detail):
                "\(name)@\(version) was not compared with what was published: \(detail)"
            case .unknown(let name, let version):
                "models/\(name)/\(version) is a folder that the database does not know; it is neither used, nor "
                    + "overwritten, nor deleted: rondo check --adopt records it"
            case .marked(let name, let version, let detail): "\(name)@\(version) is damaged, says a check: \(detail)"
            }
        }
    }

    private static let linesMax = 20

    /// By name and number.
    package let findings: [Finding]
    /// Versions with rows.
    package let rowCount: Int

    /// Reads all rows of versions, the names of all folders, and the digests beside the weights; no weights.
    ///
    /// - Throws: `StoreError`, `FileError` when the directory does not read.
    package init(store: any VersionStore, directory: ModelDirectory) throws {
        var findings: [Finding] = []
        var known: [String: Set<Int>] = [:]
        let leftovers = try store.leftovers(beforeMs: .max)
        // A job that died between its files and its row publishes the same again.
        for version in try leftovers + store.reservedVersions() {
            known[version.model, default: []].insert(version.version)
        }
        var rowCount = 0
        for name in try store.models() {
            for record in try store.versions(name) {
                rowCount += 1
                known[name, default: []].insert(record.version)
                let mark = record.damage.map {
                    Finding.marked(name: name, version: record.version, detail: $0)
                }
                findings += (Self.fault(of: record, in: directory) ?? mark).map { [$0] } ?? []
            }
        }
        for (name, versions) in try directory.versions() {
            for version in versions where known[name]?.contains(version) != true {
                findings.append(.unknown(name: name, version: version))
            }
        }
        self.findings = findings
        self.rowCount = rowCount
    }

    private static func fault(of record: VersionRecord, in directory: ModelDirectory) -> Finding? {
        do throws(FileError) {
            let found = try directory.weightsDigest(name: record.model, version: record.version)
            // Versions of before digests were kept have none to compare with.
            guard let expected = VersionInfo(record: record).weightsSHA256, expected != found else { return nil }
            return .different(
                name: record.model, version: record.version,
                detail: "the weights were \(expected.prefix(12))…, there are \(found.prefix(12))…")
        } catch .notFound {
            return .missing(name: record.model, version: record.version)
        } catch  where error.isDiskFailure {
            return .unread(name: record.model, version: record.version, detail: "\(error)")
        } catch {
            return .different(name: record.model, version: record.version, detail: "\(error)")
        }
    }

    /// Takes care that no new version gets a number that a folder has.
    ///
    /// - Throws: `StoreError`.
    package func keepNumbers(in store: any VersionStore) throws(StoreError) {
        for case .unknown(let name, let version) in findings { _ = try store.skipVersions(name, through: version) }
    }

    /// What an operator has to know, the most important first.
    package var lines: [String] {
        var lines = findings.prefix(Self.linesMax).map(\.description)
        if findings.count > Self.linesMax { lines.append("and \(findings.count - Self.linesMax) more like these") }
        let unknownCount = findings.count { if case .unknown = $0 { true } else { false } }
        if rowCount == 0, unknownCount > 0 {
            lines.insert(
                "the database knows no version, and there are \(unknownCount) in models/: is it missing, or another's? "
                    + "Stop the server and put it back, or rebuild it with rondo check --adopt", at: 0)
        } else if unknownCount > 0 {
            lines.append("is the database older than the folders? rondo check --adopt records what it does not know")
        }
        return lines
    }
}
