import CSQLite

/// The library that keeps the rows.
package enum SQLiteLibrary {
    /// Its version, of the one that is loaded.
    package static var version: String { String(cString: sqlite3_libversion()) }
}
