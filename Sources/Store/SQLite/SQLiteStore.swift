import Synchronization

/// The store in one SQLite file, shared by all processes on a data directory: opening, transactions and care of the
/// file. Its rows are in `Database+JobRows.swift` and its siblings.
package final class SQLiteStore: RecordStore {
    /// The database file; its write-ahead log and lock lie beside it.
    package let path: String
    /// A lock on a file beside the database.
    package let lease: any RunnerLease
    private let database: Mutex<Database>

    /// Opens or creates the store, brings its schema up to date, and takes a runner lease (see `FileLease`).
    ///
    /// - Throws: `newerSchema`, `damaged`, `database`, `file`.
    package init(path: String) throws(StoreError) {
        let database = try Database(path: path)
        try Schema.migrate(database)
        self.path = path
        self.database = Mutex(database)
        lease = try FileLease(directory: path + ".runners")
    }

    /// One transaction (`BEGIN IMMEDIATE`), undone when `body` throws.
    package func write<Result: Sendable>(
        durable: Bool, _ body: (any RecordTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try database.withLock { database throws(StoreError) in
            try database.begin(durable: durable)
            do throws(StoreError) {
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

    /// Reads the whole file and verifies its structure, its constraints and its references.
    ///
    /// - Returns: what is wrong, empty when nothing is.
    package func check() throws(StoreError) -> [String] {
        try database.withLock { database throws(StoreError) in
            let structure = try database.query("PRAGMA integrity_check") { $0.text(0) ?? "" }
            let references = try database.query("PRAGMA foreign_key_check") { row in
                "table \(row.text(0) ?? "") row \(row.int(1) ?? 0) refers to a missing row of \(row.text(2) ?? "")"
            }
            return structure.filter { $0 != "ok" } + references
        }
    }

    /// Writes a consistent copy while others go on reading and writing. The target must not exist.
    package func backup(to target: String) throws(StoreError) {
        try database.withLock { database throws(StoreError) in
            try database.execute("VACUUM INTO ?", [.text(target)])
        }
    }
}

extension Database: RecordTransaction {}
