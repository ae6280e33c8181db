import Synchronization
import System

/// The store in one SQLite file, shared by all processes on a data directory: opening, transactions and care of the
/// file. Its rows are in `Database+JobRows.swift` and its siblings.
package final class SQLiteStore: RecordStore {
    /// Files up to this size are looked through when they are opened: that takes less than half a second.
    private static let checkedSizeBytesMax: off_t = 128 << 20
    /// Others have the database between two.
    private static let tidyStepsMax = 20

    /// The database file; its write-ahead log and lock lie beside it.
    package let path: String
    /// A lock on a file beside the database.
    package let lease: any RunnerLease
    private let database: Mutex<Database>
    /// Another connection, for what is only read: it does not wait while a transaction is on its way to the disk.
    private let reader: Mutex<Database?>
    private let files: OpenedFiles
    private let failure: Mutex<StoreError?>
    private let naming = Atomic<Int>(0)
    /// What was found wrong when it was opened, in words; damage of the file itself is in `fault`, too.
    package let findings: [String]
    /// What may be wrong, and more likely is not.
    package let notes: [String]

    /// Opens or creates the store, brings its schema up to date, looks for damage, and takes a runner lease (see
    /// `FileLease`). A damaged file is opened for reading what can be read.
    ///
    /// - Throws: `newerSchema`, `damaged` where nothing can be read, `database`, `file`.
    package init(path: String) throws(StoreError) {
        var findings = DamagedLog.setAside(databasePath: path).map { [$0] } ?? []
        notes = DamagedLog.tornEnd(databasePath: path).map { [$0] } ?? []
        let database = try Database(path: path)
        try Schema.migrate(database)
        let faults = try Self.quickCheck(database, path)
        if faults.isEmpty { Self.modernise(database) }
        findings += faults.map { "\(path) is damaged: \($0)" }
        self.findings = findings
        self.path = path
        reader = Mutex(try Self.reader(path))
        files = OpenedFiles(path)
        self.database = Mutex(database)
        failure = Mutex(faults.first.map { .damaged(path: path, detail: $0) })
        lease = try FileLease(directory: path + ".runners")
    }

    /// Has all its files open, as the other connection has. What does not read is told by who reads it.
    private static func reader(_ path: String) throws(StoreError) -> Database {
        let reader = try Database(readingOnly: path)
        _ = try? reader.query("SELECT count(*) FROM sqlite_schema") { _ in }
        return reader
    }

    /// What is wrong with a file that is small enough to be looked through.
    static func quickCheck(_ database: Database, _ path: String) throws(StoreError) -> [String] {
        guard let size = (try? Files.status(path))?.st_size, size <= checkedSizeBytesMax else { return [] }
        do throws(StoreError) {
            return try database.quickCheck()
        } catch .damaged(_, let detail) {
            return [detail]
        }
    }

    /// Without room, or beside others, a later start tries again; until then the file keeps its size, and its pages
    /// have no checksums.
    private static func modernise(_ database: Database) {
        // Another process, perhaps of an earlier version, would go on writing pages without them.
        guard FileLease.living(in: database.path + ".runners").isEmpty else { return }
        try? database.modernise()
        try? database.markChecks()
    }

    /// The last connection that closes folds the log into the file, which one for reading cannot do.
    deinit { reader.withLock { $0 = nil } }

    /// Why nothing is written any more: the file is damaged, or a write failed so that nobody knows what is on disk.
    /// Reading goes on as far as it can.
    package var fault: StoreError? { failure.withLock { $0 } }

    /// One transaction (`BEGIN IMMEDIATE`), undone when `body` throws.
    ///
    /// - Throws: `fault`, when there is one.
    package func write<Result: Sendable>(
        durable: Bool, _ body: (any RecordTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try database.withLock { database throws(StoreError) in
            if let fault { throw fault }
            do throws(StoreError) {
                try database.begin(durable: durable)
                let result = try body(database)
                // Before others can have seen it.
                naming.store(database.namingChanges, ordering: .releasing)
                try database.commit()
                return result
            } catch {
                database.rollback()
                noteFault(error)
                throw error
            }
        }
    }

    /// Damage, and a write that failed, are remembered: what comes after could hide them.
    private func noteFault(_ error: StoreError) {
        guard error.isDamage || error.isFatal else { return }
        failure.withLock { $0 = $0 ?? error }
    }

    /// One or more statements without a transaction around them; they see all that was recorded before.
    package func read<Result: Sendable>(
        _ body: (any RecordTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try reader.withLock { reader throws(StoreError) in
            guard let reader else { preconditionFailure("a store is read after its end") }
            do throws(StoreError) {
                return try body(reader)
            } catch  where error.isReadFailure {
                // What the disk does not give now the other connection may still have in its memory.
                return try readWithWriter(body, error)
            } catch {
                noteFault(error)
                throw error
            }
        }
    }

    /// Those of transactions that were undone are counted, too.
    package var namingChanges: Int { naming.load(ordering: .acquiring) }

    /// nil also while others read.
    package var commitMark: CommitMark? { reader.withLockIfAvailable { $0?.commitMark } ?? nil }

    /// - Throws: what the reader threw, if this does no better.
    private func readWithWriter<Result: Sendable>(
        _ body: (any RecordTransaction) throws(StoreError) -> Result, _ failure: StoreError
    ) throws(StoreError) -> Result {
        try database.withLock { database throws(StoreError) in
            do throws(StoreError) {
                return try body(database)
            } catch  where error.isReadFailure {
                throw failure
            } catch {
                noteFault(error)
                throw error
            }
        }
    }

    /// At a quiet moment: gives room back to the file system, and folds the write-ahead log into the database. One
    /// changed bit in the log takes back all that is recorded behind it, so the less is in it the better.
    package func tidy() throws(StoreError) {
        for _ in 0..<Self.tidyStepsMax {
            let hasMore = try database.withLock { database throws(StoreError) in
                if fault != nil { return false }
                do throws(StoreError) {
                    // First: on a full disk the room of the log is needed.
                    try database.foldLog()
                    let hasMore = try database.giveBackFreePages()
                    try database.foldLog()
                    return hasMore
                } catch {
                    noteFault(error)
                    throw error
                }
            }
            if !hasMore { return }
        }
    }

    /// Looks whether database and log are still the files that were opened. If one was deleted, all rows are brought
    /// back under their name before anything else happens; if another has its place, that one is left alone.
    ///
    /// - Throws: `filesLost`; `file` while the directory is not there.
    package func checkFiles() throws(StoreError) {
        guard let loss = files.loss() else { return }
        if case .away(let directory) = loss { throw .file(.notFound(path: directory)) }
        try database.withLock { database throws(StoreError) in
            if case .filesLost = fault { return }
            let error = StoreError.filesLost(detail: rescued(loss, database))
            failure.withLock { $0 = error }
            throw error
        }
    }

    private func rescued(_ loss: OpenedFiles.Loss, _ database: Database) -> String {
        let name: String
        do throws(StoreError) {
            switch loss {
            case .replaced(let other), .away(let other):
                return "\(other) was replaced by another while the server ran: nothing more is written"
            case .logDeleted:
                name = path + "-wal"
                guard try database.foldLog() else { return "\(name) was deleted, and others hold the database" }
            case .databaseDeleted:
                name = path
                try database.foldLog()
                // A log of the deleted file would be taken for the new one's.
                for end in ["-wal", "-shm"] { unlink(path + end) }
                try database.copy(to: path)
            }
        } catch {
            return "files of \(path) were deleted while the server ran, and its rows are not written anew: \(error)"
        }
        return "\(name) was deleted while the server ran: all rows are in \(path) again"
    }

    /// Reads the whole file and verifies its structure, its constraints and its references.
    ///
    /// - Returns: what is wrong, empty when nothing is.
    package func check() throws(StoreError) -> [String] {
        try database.withLock { database throws(StoreError) in try database.integrityFaults() }
    }

    /// Writes a consistent copy while others go on reading and writing. The target must not exist.
    package func backup(to target: String) throws(StoreError) {
        try database.withLock { database throws(StoreError) in
            try database.copy(to: target)
        }
    }
}

extension Database: RecordTransaction {}
