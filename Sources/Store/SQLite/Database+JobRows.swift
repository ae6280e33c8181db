extension Database: JobRows {
    private static let columns = """
        id, model, task, status, created_at_ms, started_at_ms, finished_at_ms, attempt, settings, data, progress, \
        metrics, result, error, metadata, version, promote, cancel_requested, pause_requested, idempotency_key, \
        request_digest, owner, tenant, reserved_version, idle_rescues
        """

    /// - Parameter condition: SQL of this module, never of a client.
    private func jobs(where condition: String, _ parameters: [SQLValue]) throws(StoreError) -> [JobRecord] {
        try query("SELECT \(Self.columns) FROM jobs WHERE \(condition)", parameters, JobRecord.init(row:))
    }

    func job(_ id: String) throws(StoreError) -> JobRecord? { try jobs(where: "id = ?", [.text(id)]).first }

    func job(idempotencyKey: String, of tenant: String) throws(StoreError) -> JobRecord? {
        try jobs(where: "idempotency_key = ?", [.text(JobRecord.storedKey(idempotencyKey, of: tenant))]).first
    }

    func insert(_ job: JobRecord) throws(StoreError) {
        let storedKey = job.idempotencyKey.map { JobRecord.storedKey($0, of: job.tenant) }
        try execute(
            """
            INSERT INTO jobs (id, model, task, status, created_at_ms, attempt, settings, data, metadata, promote,
                idempotency_key, request_digest, tenant)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(job.id), .text(job.model), .text(job.task), .text(job.status.rawValue), .integer(job.createdAtMs),
                SQLValue(job.attempt), .text(job.settings), .text(job.data), .text(job.metadata), .text(job.promote),
                SQLValue(storedKey), .text(job.requestDigest), .text(job.tenant),
            ])
    }

    func save(_ job: JobRecord) throws(StoreError) {
        try execute(
            """
            UPDATE jobs SET status = ?, started_at_ms = ?, finished_at_ms = ?, attempt = ?, progress = ?, metrics = ?,
                result = ?, error = ?, version = ?, cancel_requested = ?, pause_requested = ?, owner = ?,
                reserved_version = ?, idle_rescues = ? WHERE id = ?
            """,
            [
                .text(job.status.rawValue), SQLValue(job.startedAtMs), SQLValue(job.finishedAtMs),
                SQLValue(job.attempt), SQLValue(job.progress), SQLValue(job.metrics), SQLValue(job.result),
                SQLValue(job.error), SQLValue(job.version), SQLValue(job.cancelRequested), SQLValue(job.pauseRequested),
                SQLValue(job.runner), SQLValue(job.reservedVersion), SQLValue(job.idleRescues), .text(job.id),
            ])
    }

    func jobs(_ filter: JobFilter) throws(StoreError) -> [JobRecord] {
        var conditions: [String] = []
        var parameters: [SQLValue] = []
        func add(_ condition: String, _ value: String?) {
            guard let value else { return }
            conditions.append(condition)
            parameters.append(.text(value))
        }
        add("status = ?", filter.status?.rawValue)
        add("model = ?", filter.model)
        if case .tenant(let tenant) = filter.scope { add("tenant = ?", tenant) }
        add("ordinal < (SELECT ordinal FROM jobs WHERE id = ?)", filter.before)
        let condition = conditions.isEmpty ? "TRUE" : conditions.joined(separator: " AND ")
        return try jobs(where: condition + " ORDER BY ordinal DESC LIMIT ?", parameters + [SQLValue(filter.limit)])
    }

    func oldestQueuedJob() throws(StoreError) -> JobRecord? {
        try jobs(where: "status = 'queued' ORDER BY ordinal LIMIT 1", []).first
    }

    func runningJobs() throws(StoreError) -> [JobRecord] {
        try jobs(where: "status = 'running' ORDER BY ordinal", [])
    }

    func queuedCount() throws(StoreError) -> Int {
        try query("SELECT count(*) FROM jobs WHERE status = 'queued'") { $0.int(0) ?? 0 }.first ?? 0
    }

    /// The queue is gone through once, whatever the number of jobs.
    func queuePositions(of ids: [String]) throws(StoreError) -> [String: Int] {
        var places: [(id: String, ordinal: Int64)] = []
        for id in ids {
            let found = try query("SELECT ordinal FROM jobs WHERE id = ? AND status = 'queued'", [.text(id)]) {
                $0.int64(0) ?? 0
            }
            places += found.map { (id, $0) }
        }
        var positions: [String: Int] = [:], count = 0, before: Int64 = 0
        for place in places.sorted(by: { $0.ordinal < $1.ordinal }) {
            count +=
                try query(
                    "SELECT count(*) FROM jobs WHERE status = 'queued' AND ordinal > ? AND ordinal <= ?",
                    [.integer(before), .integer(place.ordinal)]
                ) { $0.int(0) ?? 0 }.first ?? 0
            before = place.ordinal
            positions[place.id] = count
        }
        return positions
    }

    func jobCounts() throws(StoreError) -> [JobStatus: Int] {
        let rows = try query("SELECT status, count(*) FROM jobs GROUP BY status") {
            ($0.text(0).flatMap(JobStatus.init(rawValue:)), $0.int(1) ?? 0)
        }
        var counts: [JobStatus: Int] = [:]
        for (status, count) in rows {
            if let status { counts[status] = count }
        }
        return counts
    }

    func neededData(failedSinceMs: Int64) throws(StoreError) -> Set<String> {
        Set(
            try query("SELECT DISTINCT data FROM \(Self.withData)", [.integer(failedSinceMs)]) { $0.text(0) ?? "" })
    }

    func needsData(_ name: String, failedSinceMs: Int64) throws(StoreError) -> Bool {
        try query(
            "SELECT 1 FROM \(Self.withData) AND data = ? LIMIT 1", [.integer(failedSinceMs), .text(name)]
        ) { _ in true }.first ?? false
    }

    /// Of the index, so that no row is read.
    private static let withData = """
        jobs INDEXED BY jobs_by_data WHERE status IN ('queued', 'running', 'paused', 'failed')
            AND (status <> 'failed' OR finished_at_ms > ?)
        """

    func fileOwners() throws(StoreError) -> [JobFileOwner] {
        try query("SELECT id, tenant, data FROM jobs WHERE status IN ('queued', 'running', 'paused', 'failed')") {
            JobFileOwner(id: $0.text(0) ?? "", tenant: $0.text(1) ?? "", data: $0.text(2) ?? "")
        }
    }

    func expiredJobs(endedBeforeMs: Int64, keeping count: Int, limit: Int) throws(StoreError) -> [JobRecord] {
        let finished = "jobs INDEXED BY jobs_by_end WHERE finished_at_ms IS NOT NULL"
        let finishedCount = try query("SELECT count(*) FROM \(finished)") { $0.int(0) ?? 0 }.first ?? 0
        let surplus = min(max(finishedCount - count, 0), limit)
        // By the index alone: as a rule there is nothing to delete.
        return try jobs(
            where: """
                ordinal IN (
                    SELECT ordinal FROM (SELECT ordinal FROM \(finished) AND finished_at_ms < ? LIMIT ?)
                    UNION SELECT ordinal FROM (SELECT ordinal FROM \(finished) ORDER BY ordinal LIMIT ?))
                ORDER BY ordinal LIMIT ?
                """, [.integer(endedBeforeMs), SQLValue(limit), SQLValue(surplus), SQLValue(limit)])
    }

    func deleteJob(_ id: String) throws(StoreError) {
        try execute("DELETE FROM events WHERE job_id = ?", [.text(id)])
        try execute("DELETE FROM jobs WHERE id = ?", [.text(id)])
    }

    func unfinishedCount(of model: String) throws(StoreError) -> Int {
        try query(
            "SELECT count(*) FROM jobs WHERE model = ? AND status IN ('queued', 'running', 'paused')", [.text(model)]
        ) { $0.int(0) ?? 0 }.first ?? 0
    }
}

extension JobRecord {
    /// The column is unique over all tenants, a key only within its own. Neither a key nor a tenant has a space.
    fileprivate static func storedKey(_ key: String, of tenant: String) -> String {
        tenant.isEmpty ? key : tenant + " " + key
    }

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
        reservedVersion = row.int(23)
        idleRescues = row.int(24) ?? 0
    }
}
