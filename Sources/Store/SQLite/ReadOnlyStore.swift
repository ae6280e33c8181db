import Synchronization
import System

/// The store in one SQLite file that is only read: on a medium that cannot be written, or because its operator
/// wants it so. Nothing is made beside the file, no log is folded into it, and no lease is taken.
///
/// Another process may write the file nonetheless, where it can. While it has its log open, its changes are seen as
/// they are made; otherwise when the file has changed, which is looked for once a second.
package final class ReadOnlyStore: RecordStore {
    private let lookSeconds: Double

    private struct State {
        var database: Database
        var stamp: DatabaseStamp
        var lookedAt: Double
    }

    /// The database file.
    package let path: String
    /// That of nobody: no job is run.
    package let lease: any RunnerLease = NoLease()
    /// What was found wrong when it was opened, in words.
    package let findings: [String]
    /// Damage that was found at the start, or while rows were read.
    package var fault: StoreError? { failure.withLock { $0 } }
    /// Always.
    package var isReadOnly: Bool { true }
    private let failure: Mutex<StoreError?>
    private let state: Mutex<State>

    /// Opens a file that is there.
    ///
    /// - Parameter lookSeconds: between two looks whether it is still as it was.
    /// - Throws: `newerSchema`, `olderSchema`, `damaged`, `database`, `file` where there is none.
    package init(path: String, lookSeconds: Double = 1) throws(StoreError) {
        self.path = path
        self.lookSeconds = lookSeconds
        guard Files.exists(path) else { throw .file(.notFound(path: path)) }
        let log = DamagedLog.find(databasePath: path).map { [$0] } ?? []
        let stamp = DatabaseStamp(path), database = try Self.open(path)
        let faults: [String]
        do throws(StoreError) {
            faults = try SQLiteStore.quickCheck(database, path)
        } catch .damaged(_, let detail) {
            faults = [detail]
        }
        findings = log + faults.map { "\(path) is damaged: \($0)" }
        failure = Mutex(faults.first.map { .damaged(path: path, detail: $0) })
        state = Mutex(State(database: database, stamp: stamp, lookedAt: Clock.monotonicSeconds()))
    }

    private static func open(_ path: String) throws(StoreError) -> Database {
        let database = try Database(changingNothing: path)
        let found = try Schema.version(of: database)
        guard found == Schema.steps.count else {
            throw .olderSchema(path: path, found: found, known: Schema.steps.count)
        }
        return database
    }

    /// Refused.
    package func write<Result: Sendable>(
        durable: Bool, _ body: (any RecordTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        throw .servesOnly(path: path)
    }

    /// One or more statements without a transaction around them.
    package func read<Result: Sendable>(
        _ body: (any RecordTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try state.withLock { state throws(StoreError) in
            try renew(&state)
            do throws(StoreError) {
                return try body(state.database)
            } catch {
                if error.isDamage { failure.withLock { $0 = $0 ?? error } }
                throw error
            }
        }
    }

    /// Opens the file anew if it is not what was opened.
    private func renew(_ state: inout State) throws(StoreError) {
        let now = Clock.monotonicSeconds()
        guard now - state.lookedAt >= lookSeconds else { return }
        state.lookedAt = now
        let stamp = DatabaseStamp(path)
        guard state.database.seesWriters ? !stamp.isOfSameFiles(as: state.stamp) : stamp != state.stamp else { return }
        state.database = try Self.open(path)
        state.stamp = stamp
    }

    /// Reads everything and verifies its structure and its references.
    package func check() throws(StoreError) -> [String] {
        try state.withLock { state throws(StoreError) in try state.database.integrityFaults() }
    }

    /// Nothing is to be tidied.
    package func tidy() {}
}

/// By what a database file and its log are known to be the same as before.
private struct DatabaseStamp: Equatable {
    private struct Identity: Equatable { let device, inode: UInt64 }
    private struct Content: Equatable {
        let sizeBytes: Int64
        let seconds, nanoseconds: Int
    }

    /// nil for a file that is not there.
    private var identities: [Identity?] = []
    private var contents: [Content?] = []

    init(_ path: String) {
        for file in [path, path + "-wal"] {
            let status = try? Files.status(file)
            identities.append(status.map { Identity(device: UInt64($0.st_dev), inode: UInt64($0.st_ino)) })
            contents.append(
                status.map {
                    Content(
                        sizeBytes: Int64($0.st_size), seconds: $0.st_mtim.tv_sec, nanoseconds: $0.st_mtim.tv_nsec)
                })
        }
    }

    func isOfSameFiles(as other: DatabaseStamp) -> Bool { identities == other.identities }
}

/// Of a store that runs no jobs.
private struct NoLease: RunnerLease {
    var instance: String { "" }
    func isAlive(_ instance: String) -> Bool { true }
    func note(_ text: String) {}
    func takeNotes() -> [(instance: String, note: String)] { [] }
    func removeDead(keeping runners: Set<String>) {}
}
