import CPageChecks
import CSQLite
import Store
import TestSupport

/// A directory for one test, with a SQLite file in it.
final class TemporaryStore {
    private let place: TemporaryDirectory
    var directory: String { place.path }
    var path: String { directory + "/rondo.sqlite" }

    init() throws { place = try TemporaryDirectory() }

    func open() throws -> SQLiteStore { try SQLiteStore(path: path) }

    /// The file as SQLite sees it, to change what no store would: SQLite's result code.
    static func openRaw(_ path: String, _ database: inout OpaquePointer?) -> Int32 {
        rondo_page_checks_register()
        return sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, rondo_page_checks_name)
    }
}
