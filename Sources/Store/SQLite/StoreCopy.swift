import Synchronization
import System

/// A copy of a store's rows in one file, as it becomes part of a backup: consistent, of the newest schema, and nobody
/// else's, so that its jobs run nowhere.
package final class StoreCopy: VersionStore, EventStore {
    /// The file.
    package let path: String
    private let database: Mutex<Database>

    /// Copies the rows of a store while others go on reading and writing them.
    ///
    /// - Parameter target: must not exist.
    /// - Throws: `newerSchema`, `damaged`, `database`, `file`.
    package init(of path: String, at target: String) throws(StoreError) {
        let source = try Database(readingOnly: path)
        _ = try Schema.version(of: source)
        try source.copy(to: target)
        let copy = try Database(copy: target)
        try Schema.migrate(copy, keepsCopy: false)
        self.path = target
        database = Mutex(copy)
    }

    /// One transaction, undone when `body` throws.
    package func write<Result: Sendable>(
        durable: Bool, _ body: (any RecordTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try database.withLock { database throws(StoreError) in
            do throws(StoreError) {
                try database.begin(durable: durable)
                let result = try body(database)
                try database.commit()
                return result
            } catch {
                database.rollback()
                throw error
            }
        }
    }

    /// One or more statements without a transaction around them.
    package func read<Result: Sendable>(
        _ body: (any RecordTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try database.withLock { database throws(StoreError) in try body(database) }
    }

    /// Gives running jobs back to the queue, as their runner would at an orderly stop: that there is a copy counts no
    /// attempt.
    package func releaseJobs(atMs: Int64) throws(StoreError) {
        try write { records throws(StoreError) in
            for job in try records.runningJobs() {
                let released = try JobRules.release(job, by: job.runner ?? "", atMs: atMs)
                _ = try records.replace(job, by: released, atMs: atMs)
            }
        }
    }

    /// Forgets a version that was deleted while its files were looked for.
    package func forget(_ model: String, _ version: Int) throws(StoreError) {
        _ = try write { records throws(StoreError) in
            try records.releaseSessions(of: model, version: version, deletes: true)
            return try records.deleteVersion(version, of: model)
        }
    }
}
