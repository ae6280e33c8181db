import CSQLite

/// The current row of a running statement; valid only inside the closure that receives it.
struct Row {
    let statement: OpaquePointer

    func int64(_ column: Int32) -> Int64? {
        sqlite3_column_type(statement, column) == SQLITE_NULL ? nil : sqlite3_column_int64(statement, column)
    }
    func int(_ column: Int32) -> Int? { int64(column).map(Int.init) }
    func bool(_ column: Int32) -> Bool { sqlite3_column_int64(statement, column) != 0 }

    func text(_ column: Int32) -> String? {
        guard let start = sqlite3_column_text(statement, column) else { return nil }
        let size = Int(sqlite3_column_bytes(statement, column))
        // SAFETY: SQLite keeps `size` bytes at `start` until the next step; they are copied here.
        return String(decoding: UnsafeBufferPointer(start: start, count: size), as: UTF8.self)
    }

    /// Empty for NULL.
    func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, column) else { return [] }
        // SAFETY: as of a text.
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
    }
}
