import CSQLite

/// What keeps the file small and tells of damage.
extension Database {
    /// Free pages that are kept for the next rows.
    private static let freePagesKept = 64
    /// Pages that are given back at once: others wait meanwhile.
    private static let freedPagesMax = 2_000

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
    /// - Returns: whether there was something to give back.
    func giveBackFreePages() throws(StoreError) -> Bool {
        let free = try query("PRAGMA freelist_count") { $0.int(0) ?? 0 }.first ?? 0
        let surplus = min(free - Self.freePagesKept, Self.freedPagesMax)
        guard surplus > 0 else { return false }
        try execute("PRAGMA incremental_vacuum(\(surplus))")
        return true
    }

    /// Rewrites a file of before pages could be given back; later ones are left as they are. Needs room for a second
    /// copy, and nobody else on the file.
    func allowGivingBack() throws(StoreError) {
        let incremental = 2
        let mode = try query("PRAGMA auto_vacuum") { $0.int(0) ?? 0 }.first
        guard mode != incremental else { return }
        setBusyTimeout(milliseconds: 0)
        defer { setBusyTimeout(milliseconds: Self.busyTimeoutMs) }
        try execute("PRAGMA auto_vacuum=INCREMENTAL")
        try execute("VACUUM")
    }

    /// What is wrong with the structure of the file, at most a few lines of it; indices are not compared with their
    /// tables.
    func quickCheck() throws(StoreError) -> [String] {
        try query("PRAGMA quick_check(5)") { $0.text(0) ?? "" }.filter { $0 != "ok" }
    }
}
