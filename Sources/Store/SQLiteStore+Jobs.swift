// What clients do with jobs: submit, look, cancel, pause, resume.

extension SQLiteStore {
    /// Accepts a job, or answers the one that was accepted under the same idempotency key.
    ///
    /// - Parameters:
    ///   - job: a new one, as `JobRecord.init` makes it.
    ///   - queuedCountMax: refuse when that many jobs are queued already. A repeat is answered even then.
    /// - Returns: the stored job, and whether it is new. When this returns, the job is on disk.
    /// - Throws: `idempotencyConflict` when the tenant's key came with another `requestDigest`, `modelNameTaken`,
    ///   `queueFull`.
    package func insertJob(
        _ job: JobRecord, queuedCountMax: Int = .max
    ) throws(StoreError) -> (job: JobRecord, isNew: Bool) {
        try write { database throws(StoreError) in
            let storedKey = job.idempotencyKey.map { JobRecord.storedKey($0, of: job.tenant) }
            if let key = job.idempotencyKey, let storedKey,
                let first = try database.job(where: "idempotency_key = ?", .text(storedKey))
            {
                guard first.requestDigest == job.requestDigest else {
                    throw .idempotencyConflict(key: key, jobID: first.id)
                }
                return (first, false)
            }
            try database.claim(job.model, for: job.tenant)
            guard try database.queuedCount() < queuedCountMax else { throw .queueFull(jobCountMax: queuedCountMax) }
            try database.execute(
                """
                INSERT INTO jobs (id, model, task, status, created_at_ms, attempt, settings, data, metadata, promote,
                    idempotency_key, request_digest, tenant)
                VALUES (?, ?, ?, 'queued', ?, 1, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(job.id), .text(job.model), .text(job.task), .integer(job.createdAtMs), .text(job.settings),
                    .text(job.data), .text(job.metadata), .text(job.promote), SQLValue(storedKey),
                    .text(job.requestDigest), .text(job.tenant),
                ])
            let inserted = try database.requiredJob(job.id)
            try database.appendStatusEvent(of: inserted, atMs: job.createdAtMs)
            return (inserted, true)
        }
    }

    /// The job with this id, nil when there is none in the scope.
    package func job(_ id: String, in scope: Scope = .all) throws(StoreError) -> JobRecord? {
        try read { database throws(StoreError) in
            try database.job(where: "id = ?", .text(id)).flatMap { scope.contains($0.tenant) ? $0 : nil }
        }
    }

    /// The job accepted under a tenant's idempotency key, nil when there is none.
    package func job(idempotencyKey: String, of tenant: String = "") throws(StoreError) -> JobRecord? {
        let key = JobRecord.storedKey(idempotencyKey, of: tenant)
        return try read { database throws(StoreError) in try database.job(where: "idempotency_key = ?", .text(key)) }
    }

    /// Jobs of the scope, newest first.
    ///
    /// - Parameters:
    ///   - after: id of the last job of the page before.
    /// - Throws: `unknownJob` when `after` names none.
    package func jobs(
        status: JobStatus? = nil, model: String? = nil, limit: Int, after: String? = nil, in scope: Scope = .all
    ) throws(StoreError) -> [JobRecord] {
        try read { database throws(StoreError) in
            var conditions: [String] = []
            var parameters: [SQLValue] = []
            if let status {
                conditions.append("status = ?")
                parameters.append(.text(status.rawValue))
            }
            if let model {
                conditions.append("model = ?")
                parameters.append(.text(model))
            }
            if case .tenant(let tenant) = scope {
                conditions.append("tenant = ?")
                parameters.append(.text(tenant))
            }
            if let after {
                let rows = try database.query("SELECT ordinal, tenant FROM jobs WHERE id = ?", [.text(after)]) {
                    ($0.int64(0), $0.text(1) ?? "")
                }
                guard let (ordinal, tenant) = rows.first, scope.contains(tenant) else { throw .unknownJob(id: after) }
                conditions.append("ordinal < ?")
                parameters.append(SQLValue(ordinal))
            }
            let filter = conditions.isEmpty ? "TRUE" : conditions.joined(separator: " AND ")
            return try database.jobs(
                where: filter + " ORDER BY ordinal DESC LIMIT ?", parameters + [SQLValue(max(limit, 0))])
        }
    }

    /// Cancels a queued or paused job at once, and asks a running one. A cancelled one stays as it is.
    ///
    /// - Throws: `unknownJob`, `invalidTransition` when it succeeded or failed.
    package func requestCancel(_ id: String, atMs: Int64) throws(StoreError) -> JobRecord {
        try write { database throws(StoreError) in
            let job = try database.requiredJob(id)
            if job.status == .cancelled { return job }
            if job.status == .running {
                try database.execute("UPDATE jobs SET cancel_requested = 1 WHERE id = ?", [.text(id)])
                return try database.requiredJob(id)
            }
            guard let status = job.status.cancelledByClient() else {
                throw .invalidTransition(id: id, from: job.status, action: "cancel")
            }
            try database.execute(
                "UPDATE jobs SET status = ?, finished_at_ms = ? WHERE id = ?",
                [.text(status.rawValue), .integer(atMs), .text(id)])
            return try database.arrived(id, atMs: atMs)
        }
    }

    /// Asks a running job to pause. A paused one stays as it is.
    ///
    /// - Throws: `unknownJob`, `invalidTransition` when it is not running, or a cancel is requested.
    package func requestPause(_ id: String, atMs: Int64) throws(StoreError) -> JobRecord {
        try write { database throws(StoreError) in
            let job = try database.requiredJob(id)
            if job.status == .paused { return job }
            guard job.status == .running, !job.cancelRequested else {
                throw .invalidTransition(id: id, from: job.status, action: "pause")
            }
            try database.execute("UPDATE jobs SET pause_requested = 1 WHERE id = ?", [.text(id)])
            return try database.requiredJob(id)
        }
    }

    /// Puts a paused job back into the queue, at its old place, or takes back the request to pause a running one.
    /// A queued job, and a running one without such a request, stay as they are.
    ///
    /// - Throws: `unknownJob`, `invalidTransition` when it is finished.
    package func resume(_ id: String, atMs: Int64) throws(StoreError) -> JobRecord {
        try write { database throws(StoreError) in
            let job = try database.requiredJob(id)
            switch job.status {
            case .queued: return job
            case .running:
                try database.execute("UPDATE jobs SET pause_requested = 0 WHERE id = ?", [.text(id)])
                return try database.requiredJob(id)
            default: break
            }
            guard let status = job.status.resumed() else {
                throw .invalidTransition(id: id, from: job.status, action: "resume")
            }
            try database.execute("UPDATE jobs SET status = ? WHERE id = ?", [.text(status.rawValue), .text(id)])
            return try database.arrived(id, atMs: atMs)
        }
    }

    /// How many jobs wait.
    package func queueLength() throws(StoreError) -> Int {
        try read { database throws(StoreError) in try database.queuedCount() }
    }

    /// 1 for the job that is claimed next; nil when the job is unknown or not queued.
    package func queuePosition(_ id: String) throws(StoreError) -> Int? {
        try read { database throws(StoreError) in
            try database.query(
                """
                SELECT (
                    SELECT count(*) FROM jobs AS earlier
                    WHERE earlier.status = 'queued' AND earlier.ordinal <= job.ordinal)
                FROM jobs AS job WHERE job.id = ? AND job.status = 'queued'
                """, [.text(id)]
            ) { $0.int(0) }.first ?? nil
        }
    }

    /// How many jobs are in each status (statuses without jobs are absent).
    package func jobCounts() throws(StoreError) -> [JobStatus: Int] {
        try read { database throws(StoreError) in
            let rows = try database.query("SELECT status, count(*) FROM jobs GROUP BY status") {
                ($0.text(0).flatMap(JobStatus.init(rawValue:)), $0.int(1) ?? 0)
            }
            var counts: [JobStatus: Int] = [:]
            for (status, count) in rows {
                if let status { counts[status] = count }
            }
            return counts
        }
    }

    /// Data files that unfinished jobs still need.
    package func dataInUse() throws(StoreError) -> Set<String> {
        try read { database throws(StoreError) in
            Set(
                try database.query(
                    "SELECT DISTINCT data FROM jobs WHERE status IN ('queued', 'running', 'paused')"
                ) { $0.text(0) ?? "" })
        }
    }
}
