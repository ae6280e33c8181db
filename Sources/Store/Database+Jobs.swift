// Statements that several methods of the store share. All of them run inside the caller's transaction.

extension Database {
    private static let columns = """
        id, model, task, status, created_at_ms, started_at_ms, finished_at_ms, attempt, settings, data, progress, \
        metrics, result, error, metadata, version, promote, cancel_requested, pause_requested, idempotency_key, \
        request_digest, owner, tenant
        """

    /// - Parameter condition: SQL of this module, never of a client.
    func jobs(where condition: String, _ parameters: [SQLValue]) throws(StoreError) -> [JobRecord] {
        try query("SELECT \(Self.columns) FROM jobs WHERE \(condition)", parameters, JobRecord.init(row:))
    }

    func job(where condition: String, _ parameter: SQLValue) throws(StoreError) -> JobRecord? {
        try jobs(where: condition, [parameter]).first
    }

    func requiredJob(_ id: String) throws(StoreError) -> JobRecord {
        guard let job = try job(where: "id = ?", .text(id)) else { throw .unknownJob(id: id) }
        return job
    }

    /// The job after an arrow, with the event that tells of it.
    func arrived(_ id: String, atMs: Int64) throws(StoreError) -> JobRecord {
        let job = try requiredJob(id)
        try appendStatusEvent(of: job, atMs: atMs)
        return job
    }

    func appendStatusEvent(of job: JobRecord, atMs: Int64) throws(StoreError) {
        // Only constants and a number: nothing to escape.
        let json = #"{"type":"status","status":"\#(job.status.rawValue)","attempt":\#(job.attempt)}"#
        _ = try appendEvent(jobID: job.id, atMs: atMs, json: json)
    }

    func appendEvent(jobID: String, atMs: Int64, json: String) throws(StoreError) -> Int64 {
        try execute(
            "INSERT INTO events (job_id, at_ms, json) VALUES (?, ?, ?)", [.text(jobID), .integer(atMs), .text(json)])
        return lastInsertID
    }

    func queuedCount() throws(StoreError) -> Int {
        try query("SELECT count(*) FROM jobs WHERE status = 'queued'") { $0.int(0) ?? 0 }.first ?? 0
    }
}

extension JobRecord {
    /// The column is unique over all tenants, a key only within its own. Neither a key nor a tenant has a space.
    static func storedKey(_ key: String, of tenant: String) -> String { tenant.isEmpty ? key : tenant + " " + key }

    private static func clientKey(stored: String) -> String {
        stored.split(separator: " ").last.map(String.init) ?? stored
    }

    /// A row of `Database.columns`. A status that is not one of the cases cannot be stored (CHECK).
    fileprivate init(row: Row) {
        self.init(
            id: row.text(0) ?? "", model: row.text(1) ?? "", task: row.text(2) ?? "", createdAtMs: row.int64(4) ?? 0,
            settings: row.text(8) ?? "", data: row.text(9) ?? "", metadata: row.text(14) ?? "",
            promote: row.text(16) ?? "",
            idempotencyKey: row.text(19).map { Self.clientKey(stored: $0) }, requestDigest: row.text(20) ?? "",
            tenant: row.text(22) ?? "")
        status = row.text(3).flatMap(JobStatus.init(rawValue:)) ?? .failed
        startedAtMs = row.int64(5)
        finishedAtMs = row.int64(6)
        attempt = row.int(7) ?? 1
        progress = row.text(10)
        metrics = row.text(11)
        result = row.text(12)
        error = row.text(13)
        version = row.int(15)
        cancelRequested = row.bool(17)
        pauseRequested = row.bool(18)
        runner = row.text(21)
    }
}
