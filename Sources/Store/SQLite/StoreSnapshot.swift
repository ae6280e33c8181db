import Synchronization
import System

/// The rows of a store in one SQLite file, opened for reading: nothing is changed, and no lease is taken. Others may
/// write meanwhile.
package final class StoreSnapshot: VersionStore, EventStore {
    /// The database file.
    package let path: String
    private let database: Mutex<Database>
    /// Of a file of an earlier schema, brought up to date.
    private let scratch: String?

    /// Opens a file that is there.
    ///
    /// - Throws: `newerSchema`, `damaged`, `database`, `file`.
    package init(path: String) throws(StoreError) {
        self.path = path
        let database = try Database(readingOnly: path)
        guard try Schema.version(of: database) < Schema.steps.count else {
            self.database = Mutex(database)
            scratch = nil
            return
        }
        let copy = "/tmp/rondo-" + Files.temporarySuffix() + ".sqlite"
        try database.copy(to: copy)
        let current = try Database(copy: copy)
        try Schema.migrate(current, keepsCopy: false)
        self.database = Mutex(current)
        scratch = copy
    }

    deinit {
        if let scratch { try? Files.remove(scratch) }
    }

    /// Refused.
    package func write<Result: Sendable>(
        durable: Bool, _ body: (any RecordTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        throw .database(operation: "write", path: path, fault: .other, detail: "it is open for reading only")
    }

    /// One or more statements without a transaction around them.
    package func read<Result: Sendable>(
        _ body: (any RecordTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try database.withLock { database throws(StoreError) in try body(database) }
    }

    /// Reads everything: what is wrong with the file, its log, its references and its jobs, in words.
    package func faults() throws(StoreError) -> [String] {
        let log = DamagedLog.find(databasePath: path).map { [$0] } ?? []
        let structure = try database.withLock { database throws(StoreError) in try database.integrityFaults() }
        return try log + structure + jobs(in: JobStatus.allCases).flatMap(JobRules.faults)
    }

    /// Jobs that are not finished.
    package func unfinishedJobs() throws(StoreError) -> [JobRecord] {
        try jobs(in: JobStatus.allCases.filter { !$0.isFinal })
    }

    /// As `JobStore.dataInUse`.
    package func neededData(failedSinceMs: Int64) throws(StoreError) -> Set<String> {
        try read { records throws(StoreError) in try records.neededData(failedSinceMs: failedSinceMs) }
    }

    /// A job; nil if there is none.
    package func job(_ id: String) throws(StoreError) -> JobRecord? {
        try read { records throws(StoreError) in try records.job(id) }
    }

    /// Sessions behind one in the order of creation, with their states.
    package func sessions(
        after ordinal: Int64, limit: Int
    ) throws(StoreError) -> [(record: SessionRecord, state: [UInt8])] {
        try read { records throws(StoreError) in
            var found: [(record: SessionRecord, state: [UInt8])] = []
            for session in try records.sessions(after: ordinal, limit: limit) {
                found.append((session, try records.state(of: session)))
            }
            return found
        }
    }

    /// Jobs in each status; one without any is absent.
    package func jobCounts() throws(StoreError) -> [JobStatus: Int] {
        try read { records throws(StoreError) in try records.jobCounts() }
    }
}

extension TransactionalStore {
    /// All jobs in some of the statuses.
    package func jobs(in statuses: [JobStatus]) throws(StoreError) -> [JobRecord] {
        try read { records throws(StoreError) in
            var found: [JobRecord] = []
            for status in statuses {
                found += try records.jobs(
                    JobFilter(status: status, model: nil, before: nil, scope: .all, limit: .max))
            }
            return found
        }
    }
}

extension SQLiteStore {
    /// Processes that have a store open, by the names of their lock files, which end with their process ids.
    package static func living(path: String) -> [String] { FileLease.living(in: path + ".runners") }
}
