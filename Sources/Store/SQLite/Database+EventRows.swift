extension Database: EventRows {
    func appendEvent(_ jobID: String, atMs: Int64, json: String) throws(StoreError) -> Int64 {
        try execute(
            "INSERT INTO events (job_id, at_ms, json) VALUES (?, ?, ?)", [.text(jobID), .integer(atMs), .text(json)])
        return lastInsertID
    }

    func events(_ jobID: String, after: Int64, limit: Int) throws(StoreError) -> [EventRecord] {
        try query(
            "SELECT id, at_ms, json FROM events WHERE job_id = ? AND id > ? ORDER BY id LIMIT ?",
            [.text(jobID), .integer(after), SQLValue(limit)]
        ) { EventRecord(jobID: jobID, row: $0) }
    }

    func eventCount(of jobID: String) throws(StoreError) -> Int {
        try query("SELECT count(*) FROM events WHERE job_id = ?", [.text(jobID)]) { $0.int(0) ?? 0 }.first ?? 0
    }

    func thinEvents(_ jobID: String, beginningWith prefix: String) throws(StoreError) {
        try execute(
            """
            DELETE FROM events WHERE id IN (
                SELECT id FROM (
                    SELECT id, row_number() OVER (ORDER BY id DESC) AS place FROM events
                    WHERE job_id = ? AND substr(json, 1, ?) = ?)
                WHERE place % 2 = 0)
            """, [.text(jobID), SQLValue(prefix.unicodeScalars.count), .text(prefix)])
    }

    func events(_ jobID: String, beginningWith prefix: String) throws(StoreError) -> [EventRecord] {
        try query(
            "SELECT id, at_ms, json FROM events WHERE job_id = ? AND substr(json, 1, ?) = ? ORDER BY id",
            [.text(jobID), SQLValue(prefix.unicodeScalars.count), .text(prefix)]
        ) { EventRecord(jobID: jobID, row: $0) }
    }
}

extension EventRecord {
    fileprivate init(jobID: String, row: Row) {
        self.init(id: row.int64(0) ?? 0, jobID: jobID, atMs: row.int64(1) ?? 0, json: row.text(2) ?? "")
    }
}
