// The history of a job. Changes of status write theirs themselves, in their own transaction.

extension SQLiteStore {
    /// Appends an event: its own members as a JSON object. Outlives the process, but is not synced to disk by itself:
    /// the next change of any job's status does that.
    ///
    /// - Returns: the event's id, higher than all before.
    /// - Throws: `unknownJob`.
    @discardableResult
    package func appendEvent(_ jobID: String, atMs: Int64, json: String) throws(StoreError) -> Int64 {
        try write(durable: false) { database throws(StoreError) in
            guard try !database.query("SELECT 1 FROM jobs WHERE id = ?", [.text(jobID)], { _ in }).isEmpty else {
                throw .unknownJob(id: jobID)
            }
            return try database.appendEvent(jobID: jobID, atMs: atMs, json: json)
        }
    }

    /// The events of a job whose JSON begins with `prefix`, oldest first.
    package func events(_ jobID: String, beginningWith prefix: String) throws(StoreError) -> [EventRecord] {
        try read { database throws(StoreError) in
            try database.query(
                "SELECT id, at_ms, json FROM events WHERE job_id = ? AND substr(json, 1, ?) = ? ORDER BY id",
                [.text(jobID), SQLValue(prefix.unicodeScalars.count), .text(prefix)]
            ) { EventRecord(jobID: jobID, row: $0) }
        }
    }

    /// The events of a job with an id above `after`, oldest first; empty for an unknown job.
    package func events(_ jobID: String, after: Int64 = 0, limit: Int) throws(StoreError) -> [EventRecord] {
        try read { database throws(StoreError) in
            try database.query(
                "SELECT id, at_ms, json FROM events WHERE job_id = ? AND id > ? ORDER BY id LIMIT ?",
                [.text(jobID), .integer(after), SQLValue(max(limit, 0))]
            ) { EventRecord(jobID: jobID, row: $0) }
        }
    }
}

extension EventRecord {
    fileprivate init(jobID: String, row: Row) {
        self.init(id: row.int64(0) ?? 0, jobID: jobID, atMs: row.int64(1) ?? 0, json: row.text(2) ?? "")
    }
}
