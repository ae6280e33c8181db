import CSQLite
import System

/// What keeps the file small and tells of damage.
extension Database {
    /// Free pages that are kept for the next rows.
    private static let freePagesKept = 64
    /// Pages that are given back at once: others wait meanwhile.
    private static let freedPagesMax = 2_000
    private static let freedPagesOfFullDisk = 100

    /// Writes what is in the log to the file and empties the log.
    ///
    /// - Returns: false when others are reading from it; nothing is waited for.
    @discardableResult
    func foldLog() throws(StoreError) -> Bool {
        setBusyTimeout(milliseconds: 0)
        defer { setBusyTimeout(milliseconds: Self.busyTimeoutMs) }
        return try query("PRAGMA wal_checkpoint(TRUNCATE)") { $0.int(0) == 0 }.first ?? false
    }

    /// Gives free pages back to the file system, some at a time.
    ///
    /// - Returns: whether there is more to give back.
    func giveBackFreePages() throws(StoreError) -> Bool {
        let free = try query("PRAGMA freelist_count") { $0.int(0) ?? 0 }.first ?? 0
        let surplus = min(free - Self.freePagesKept, Self.freedPagesMax)
        guard surplus > 0 else { return false }
        do throws(StoreError) {
            try execute("PRAGMA incremental_vacuum(\(surplus))")
        } catch .database(_, _, .full, _) where surplus > Self.freedPagesOfFullDisk {
            // What is moved is written to the log first.
            try execute("PRAGMA incremental_vacuum(\(Self.freedPagesOfFullDisk))")
        }
        return free - surplus > Self.freePagesKept
    }

    /// Rewrites a file of before pages could be given back, or had checksums; later ones are left as they are. Needs
    /// room for a second copy, and nobody else on the file.
    func modernise() throws(StoreError) {
        let incremental = 2
        let mode = try query("PRAGMA auto_vacuum") { $0.int(0) ?? 0 }.first
        guard mode != incremental || !hasChecks else { return }
        setBusyTimeout(milliseconds: 0)
        defer { setBusyTimeout(milliseconds: Self.busyTimeoutMs) }
        try execute("PRAGMA auto_vacuum=INCREMENTAL")
        try execute("VACUUM")
    }

    /// Writes a consistent copy, of one file and without a log, while others go on reading and writing. It appears
    /// under its name when it is whole and on disk.
    func copy(to target: String) throws(StoreError) {
        let temporary = target + "." + Files.temporarySuffix()
        defer { unlink(temporary) }
        do throws(FileError) {
            // SQLite would make one for everybody to read; it takes an empty file, too.
            _ = try FileDescriptor.open(temporary, O_RDWR | O_CREAT | O_EXCL, operation: "create")
        } catch {
            throw .file(error)
        }
        do throws(StoreError) {
            try execute("VACUUM INTO ?", [.text(temporary)])
        } catch .database(let operation, let path, let fault, let detail) where [.inputOutput, .other].contains(fault) {
            // What failed is the copy, and of a file that does not open SQLite does not say why; the database itself
            // was only read.
            throw .database(operation: operation, path: path, fault: .unread, detail: detail)
        }
        do throws(FileError) {
            try FileDescriptor.open(temporary, O_RDONLY).synchronize(temporary)
            guard !Files.exists(target) else { throw .alreadyExists(path: target) }
            try Files.rename(temporary, to: target)
            try AtomicFile.fsyncDirectory(Files.parent(of: target))
        } catch {
            throw .file(error)
        }
    }

    /// Everything that is wrong with the structure of the file, its constraints and its references.
    func integrityFaults() throws(StoreError) -> [String] {
        let structure = try query("PRAGMA integrity_check") { $0.text(0) ?? "" }
        let references = try query("PRAGMA foreign_key_check") { row in
            "table \(row.text(0) ?? "") row \(row.int(1) ?? 0) refers to a missing row of \(row.text(2) ?? "")"
        }
        return structure.filter { $0 != "ok" } + references
    }

    /// What is wrong with the structure of the file, at most a few lines of it; indices are not compared with their
    /// tables.
    func quickCheck() throws(StoreError) -> [String] {
        try query("PRAGMA quick_check(5)") { $0.text(0) ?? "" }.filter { $0 != "ok" }
    }
}
