// The history of a job. Changes of status write theirs themselves, in their own transaction.

extension SQLiteStore {
    /// Appends an event: its own members as a JSON object. Outlives the process, but is not synced to disk by itself: the
    /// next change of any job's status does that.
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

    /// The events of a job with an id above `after`, oldest first; empty for an unknown job.
    package func events(_ jobID: String, after: Int64 = 0, limit: Int) throws(StoreError) -> [EventRecord] {
        try read { database throws(StoreError) in
            try database.query(
                "SELECT id, at_ms, json FROM events WHERE job_id = ? AND id > ? ORDER BY id LIMIT ?",
                [.text(jobID), .integer(after), SQLValue(max(limit, 0))]
            ) {
                EventRecord(id: $0.int64(0) ?? 0, jobID: jobID, atMs: $0.int64(1) ?? 0, json: $0.text(2) ?? "")
            }
        }
    }
}
