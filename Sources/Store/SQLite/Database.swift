import CPageChecks
import CSQLite
import System

/// A connection to SQLite: one user at a time (`SQLiteStore` holds it in a mutex).
///
/// WAL, foreign keys, and a busy timeout for the other processes on the file. A transaction is durable
/// (`synchronous=FULL`: an fsync of the log before it returns) unless it says otherwise.
final class Database {
    static let busyTimeoutMs: Int32 = 10_000
    let path: String
    private let handle: OpaquePointer
    private var statements: [String: OpaquePointer] = [:]
    private var isDurable = true
    /// Of a file that is read only: what others write is seen.
    private(set) var seesWriters = false
    /// Nobody's state: what fails in it is told, and no more.
    private let isCopy: Bool
    /// Changes of what names of models and labels mean, by this connection.
    var namingChanges = 0

    /// Opens or creates the file; a new one is its user's only, and so are those that SQLite puts beside it with the
    /// same mode.
    init(path: String) throws(StoreError) {
        Self.makePrivate(path)
        handle = try Self.open(path, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
        isCopy = false
        self.path = path
        // Both take effect in a file without tables, so before anything else: pages have room for a checksum, and one
        // that becomes free can be given back.
        reserveChecks()
        try execute("PRAGMA auto_vacuum=INCREMENTAL")
        try beginWAL()
        try execute("PRAGMA synchronous=FULL")
        try beStrict()
        try requireChecks()
    }

    /// Opens a file that is there, of which nothing is changed. Others may write meanwhile, unless its directory cannot
    /// be written: then nobody does.
    init(readingOnly path: String) throws(StoreError) {
        let isFixed = access(Files.parent(of: path), W_OK) != 0 && !Files.exists(path + "-wal")
        handle = try Self.open(
            isFixed ? Self.uri(path, "immutable=1") : path, path,
            SQLITE_OPEN_READONLY | (isFixed ? SQLITE_OPEN_URI : 0))
        isCopy = false
        self.path = path
        try beStrict()
        try requireChecks()
    }

    /// Opens a file of which nothing may change, nor anything be made beside it.
    ///
    /// Whatever a log has is read: with the index of a process that is at work; without one by an index in memory,
    /// which needs to be the only one (SQLite's documentation of its log, "Read-Only Databases"). Then the file must
    /// not change while it is open, as where there is no log.
    init(changingNothing path: String) throws(StoreError) {
        let handle: OpaquePointer
        if !Files.exists(path + "-wal") {
            handle = try Self.open(Self.uri(path, "immutable=1"), path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
        } else if let shared = try Self.openShared(path) {
            handle = shared
            seesWriters = true
        } else {
            handle = try Self.open(
                Self.uri(path, "mode=ro&vfs=" + String(cString: rondo_page_checks_unlocked_name)), path,
                SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
            sqlite3_exec(handle, "PRAGMA locking_mode=EXCLUSIVE", nil, nil, nil)
        }
        self.handle = handle
        isCopy = false
        self.path = path
        try beStrict()
        try requireChecks()
    }

    /// By the index that a process at work has in its file; nil where there is none.
    private static func openShared(_ path: String) throws(StoreError) -> OpaquePointer? {
        let name = uri(path, "mode=ro&readonly_shm=1")
        let handle = try open(name, path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
        guard sqlite3_exec(handle, "PRAGMA schema_version", nil, nil, nil) != SQLITE_OK else { return handle }
        sqlite3_close_v2(handle)
        return nil
    }

    /// Opens a copy that is nobody else's, to change it. It has no log beside it, and stays one file.
    init(copy path: String) throws(StoreError) {
        handle = try Self.open(path, path, SQLITE_OPEN_READWRITE)
        isCopy = true
        self.path = path
        try execute("PRAGMA journal_mode=DELETE")
        try beStrict()
    }

    /// - Parameters:
    ///   - name: what SQLite opens.
    ///   - path: the file, for errors.
    private static func open(_ name: String, _ path: String, _ flags: Int32) throws(StoreError) -> OpaquePointer {
        var opened: OpaquePointer?
        rondo_page_checks_register()
        errno = 0
        let code = sqlite3_open_v2(
            name, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, rondo_page_checks_name)
        guard code == SQLITE_OK, let opened else {
            let systemCode = errno == 0 ? opened.map { sqlite3_system_errno($0) } ?? 0 : errno
            let detail = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw failure(code, "open", path: path, detail: detail, systemCode: systemCode)
        }
        sqlite3_busy_timeout(opened, busyTimeoutMs)
        return opened
    }

    /// A name with options for SQLite, such as not to take locks (https://sqlite.org/uri.html).
    private static func uri(_ path: String, _ options: String) -> String {
        "file:" + path.replacing("%", with: "%25").replacing("?", with: "%3f").replacing("#", with: "%23") + "?"
            + options
    }

    /// References hold, and what the file says of itself is not believed.
    private func beStrict() throws(StoreError) {
        try execute("PRAGMA foreign_keys=ON")
        try execute("PRAGMA trusted_schema=OFF")
        try execute("PRAGMA cell_size_check=ON")
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// Makes an empty file of mode 0600, which SQLite takes for a new database; it would itself make one for everybody
    /// to read. A file that is there is left alone, since closing it would drop the locks of this process on it. What
    /// fails, SQLite tells.
    private static func makePrivate(_ path: String) {
        _ = try? FileDescriptor.open(path, O_RDWR | O_CREAT | O_EXCL)
    }

    /// While another process switches a new file to WAL, SQLite answers "busy" at once: its own timeout does not apply.
    private func beginWAL() throws(StoreError) {
        let pauseMs: Int32 = 10
        for _ in 0..<Self.busyTimeoutMs / pauseMs {
            do throws(StoreError) {
                return try execute("PRAGMA journal_mode=WAL")
            } catch {
                guard case .database(_, _, .busy, _) = error else { throw error }
                sqlite3_sleep(pauseMs)
            }
        }
        try execute("PRAGMA journal_mode=WAL")
    }

    /// What the file answers to a file control that takes and gives a number; nil when it knows none.
    func control(_ code: Int32, _ value: Int32) -> Int32? {
        var value = value
        return sqlite3_file_control(handle, "main", code, &value) == SQLITE_OK ? value : nil
    }

    /// Where commits stand; nil before anything was read, and without a write-ahead log.
    var commitMark: CommitMark? {
        var mark = CommitMark()
        let code = withUnsafeMutablePointer(to: &mark.words) {
            // SAFETY: writes RONDO_COMMIT_MARK_WORDS words, and the vector has eight.
            sqlite3_file_control(handle, "main", rondo_commit_mark_control, $0)
        }
        return code == SQLITE_OK ? mark : nil
    }

    func setBusyTimeout(milliseconds: Int32) { sqlite3_busy_timeout(handle, milliseconds) }

    /// Rows changed by the last INSERT, UPDATE or DELETE.
    var changes: Int { Int(sqlite3_changes64(handle)) }
    var lastInsertID: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Runs a statement to its end and maps its rows.
    @discardableResult
    func query<Value>(
        _ sql: String, _ parameters: [SQLValue] = [], _ read: (Row) -> Value
    ) throws(StoreError) -> [Value] {
        let statement = try prepared(sql)
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for (index, value) in parameters.enumerated() {
            try check(bind(value, to: statement, at: Int32(index + 1)), sql)
        }
        var values: [Value] = []
        while true {
            errno = 0
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return values }
            if code != SQLITE_ROW { throw failure(code, sql) }
            values.append(read(Row(statement: statement)))
        }
    }

    func execute(_ sql: String, _ parameters: [SQLValue] = []) throws(StoreError) {
        try query(sql, parameters) { _ in }
    }

    /// Runs several statements without parameters, as schema changes are.
    func executeScript(_ sql: String) throws(StoreError) {
        errno = 0
        try check(sqlite3_exec(handle, sql, nil, nil, nil), sql)
    }

    /// Starts a transaction: all or nothing. Takes the write lock at once (`IMMEDIATE`), so nothing read inside can be
    /// outdated by another process.
    ///
    /// - Parameter durable: false leaves the log unsynced: the change outlives the process, but not surely a power cut.
    func begin(durable: Bool) throws(StoreError) {
        if durable != isDurable {
            try execute(durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL")
            isDurable = durable
        }
        try execute("BEGIN IMMEDIATE")
    }

    func commit() throws(StoreError) { try execute("COMMIT") }

    /// Undoes what was done since `begin`. A failed commit or a full disk may have done it already; a rollback that
    /// fails itself leaves the transaction open, and the next `begin` says so.
    func rollback() {
        if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
    }

    // MARK: Statements

    /// Statements are compiled once: their texts are constants of this module.
    private func prepared(_ sql: String) throws(StoreError) -> OpaquePointer {
        if let statement = statements[sql] { return statement }
        var statement: OpaquePointer?
        errno = 0
        try check(sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil), sql)
        guard let statement else { throw failure(SQLITE_MISUSE, sql) }
        statements[sql] = statement
        return statement
    }

    private func bind(_ value: SQLValue, to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(statement, index)
        case .integer(let value): return sqlite3_bind_int64(statement, index, value)
        case .bytes(let bytes):
            guard let size = Int32(exactly: bytes.count) else { return SQLITE_TOOBIG }
            return bytes.withUnsafeBytes { rondo_bind_blob(statement, index, $0.baseAddress, size) }
        case .text(var text):
            return text.withUTF8 { bytes in
                guard let size = Int32(exactly: bytes.count) else { return SQLITE_TOOBIG }
                return bytes.withMemoryRebound(to: CChar.self) {
                    rondo_bind_text(statement, index, $0.baseAddress, size)
                }
            }
        }
    }

    private func check(_ code: Int32, _ sql: String) throws(StoreError) {
        if code != SQLITE_OK { throw failure(code, sql) }
    }

    private func failure(_ code: Int32, _ sql: String) -> StoreError {
        // As the failed call has left it: of a COMMIT SQLite keeps none itself.
        let callCode = errno
        let systemCode = callCode == 0 ? sqlite3_system_errno(handle) : callCode
        let detail = String(cString: sqlite3_errmsg(handle))
        // What SQLite makes of a page that the system cannot read (SQLITE_IOERR_CORRUPTFS).
        if code & 0xFF == SQLITE_CORRUPT, callCode == EIO {
            return .database(operation: sql, path: path, fault: .unread, detail: "a page could not be read (EIO)")
        }
        if code == Self.wrongChecksum { return .damaged(path: path, detail: "the checksum of a page is wrong") }
        if [SQLITE_CORRUPT, SQLITE_NOTADB].contains(code & 0xFF) { return .damaged(path: path, detail: detail) }
        let error = Self.failure(code, sql, path: path, detail: detail, systemCode: systemCode)
        guard isCopy, error.isFatal else { return error }
        return .database(operation: sql, path: path, fault: .unread, detail: detail)
    }

    /// - Parameters:
    ///   - code: the extended result code (https://sqlite.org/rescode.html).
    ///   - systemCode: errno of the system call that failed, 0: none did.
    private static func failure(
        _ code: Int32, _ operation: String, path: String, detail: String, systemCode: Int32 = 0
    ) -> StoreError {
        let fault: StoreError.DatabaseFault =
            switch code & 0xFF {
            case SQLITE_FULL: .full
            case SQLITE_BUSY: .busy
            case SQLITE_READONLY: .readOnly
            case SQLITE_CANTOPEN: fault(of: systemCode) ?? (systemCode == EIO ? .unread : .other)
            // A write that the system has refused is undone; after a sync that failed nobody knows what is on disk.
            case SQLITE_IOERR where isReading(code): fault(of: systemCode) ?? .unread
            case SQLITE_IOERR where !isSync(code): fault(of: systemCode) ?? .inputOutput
            case SQLITE_IOERR: .inputOutput
            default: .other
            }
        return .database(operation: operation, path: path, fault: fault, detail: "\(detail) (SQLite \(code))")
    }

    private static func fault(of systemCode: Int32) -> StoreError.DatabaseFault? {
        switch Obstacle(errno: systemCode) {
        case .full: .full
        case .readOnly: .readOnly
        case .descriptors: .descriptors
        case nil: nil
        }
    }

    // Of macros that Swift does not import: SQLITE_IOERR_FSYNC and _DIR_FSYNC; _READ, _SHORT_READ, _FSTAT and
    // _CORRUPTFS; _DATA.
    private static func isSync(_ code: Int32) -> Bool { [4, 5].contains(code >> 8) }
    private static func isReading(_ code: Int32) -> Bool { [1, 2, 7, 33].contains(code >> 8) }
    private static let wrongChecksum: Int32 = SQLITE_IOERR | 32 << 8
}
