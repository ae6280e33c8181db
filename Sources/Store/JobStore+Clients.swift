// What clients do with jobs: submit, look, cancel, pause, resume.

extension JobStore {
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
        try write { records throws(StoreError) in
            if let key = job.idempotencyKey, let first = try records.job(idempotencyKey: key, of: job.tenant) {
                return (try JobRules.repeated(job, first: first), false)
            }
            try records.claim(job.model, for: job.tenant)
            try JobRules.checkQueue(queuedCount: records.queuedCount(), queuedCountMax: queuedCountMax)
            try records.insert(job)
            try records.appendStatusEvent(of: job, atMs: job.createdAtMs)
            return (job, true)
        }
    }

    /// The job with this id, nil when there is none in the scope.
    package func job(_ id: String, in scope: Scope = .all) throws(StoreError) -> JobRecord? {
        try read { records throws(StoreError) in
            try records.job(id).flatMap { scope.contains($0.tenant) ? $0 : nil }
        }
    }

    /// The job accepted under a tenant's idempotency key, nil when there is none.
    package func job(idempotencyKey: String, of tenant: String = "") throws(StoreError) -> JobRecord? {
        try read { records throws(StoreError) in try records.job(idempotencyKey: idempotencyKey, of: tenant) }
    }

    /// Jobs of the scope, newest first.
    ///
    /// - Parameters:
    ///   - after: id of the last job of the page before.
    /// - Throws: `unknownJob` when `after` names none.
    package func jobs(
        status: JobStatus? = nil, model: String? = nil, limit: Int, after: String? = nil, in scope: Scope = .all
    ) throws(StoreError) -> [JobRecord] {
        try read { records throws(StoreError) in
            if let after {
                guard try scope.contains(records.requiredJob(after).tenant) else { throw .unknownJob(id: after) }
            }
            return try records.jobs(
                JobFilter(status: status, model: model, before: after, scope: scope, limit: max(limit, 0)))
        }
    }

    /// Cancels a queued or paused job at once, and asks a running one. A cancelled one stays as it is.
    ///
    /// - Throws: `unknownJob`, `invalidTransition` when it succeeded or failed.
    package func requestCancel(_ id: String, atMs: Int64) throws(StoreError) -> JobRecord {
        try change(id, atMs: atMs) { job throws(StoreError) in try JobRules.cancel(job, atMs: atMs) }
    }

    /// Asks a running job to pause. A paused one stays as it is.
    ///
    /// - Throws: `unknownJob`, `invalidTransition` when it is not running, or a cancel is requested.
    package func requestPause(_ id: String, atMs: Int64) throws(StoreError) -> JobRecord {
        try change(id, atMs: atMs, JobRules.pause)
    }

    /// Puts a paused job back into the queue, at its old place, or takes back the request to pause a running one.
    /// A queued job, and a running one without such a request, stay as they are.
    ///
    /// - Throws: `unknownJob`, `invalidTransition` when it is finished.
    package func resume(_ id: String, atMs: Int64) throws(StoreError) -> JobRecord {
        try change(id, atMs: atMs, JobRules.resume)
    }

    /// Forgets a finished job and its events. What it made stays.
    ///
    /// - Returns: the job as it was. Its files are nobody's.
    /// - Throws: `unknownJob`, `invalidTransition` when it is not finished.
    package func deleteJob(_ id: String) throws(StoreError) -> JobRecord {
        try write { records throws(StoreError) in
            let job = try JobRules.deletable(records.requiredJob(id))
            try records.deleteJob(id)
            return job
        }
    }

    /// Forgets finished jobs that ended before a time, and the oldest of the others beyond a number; some at a time.
    ///
    /// - Returns: the jobs as they were.
    package func deleteExpired(
        endedBeforeMs: Int64, keeping count: Int, limit: Int = 200
    ) throws(StoreError) -> [JobRecord] {
        let expired = try read { records throws(StoreError) in
            try records.expiredJobs(endedBeforeMs: endedBeforeMs, keeping: count, limit: limit)
        }
        // Most often there is nothing to write.
        guard !expired.isEmpty else { return [] }
        return try write { records throws(StoreError) in
            let jobs = try records.expiredJobs(endedBeforeMs: endedBeforeMs, keeping: count, limit: limit)
            for job in jobs { try records.deleteJob(job.id) }
            return jobs
        }
    }

    /// Thins what a job told of its way, as often as it takes to have no more events than `countMax`: every second of
    /// those whose JSON begins with `prefix` goes.
    package func thinEvents(_ id: String, beginningWith prefix: String, countMax: Int) throws(StoreError) {
        for _ in 0..<Int.bitWidth {
            let count = try read { records throws(StoreError) in try records.eventCount(of: id) }
            guard count > countMax else { return }
            let left = try write(durable: false) { records throws(StoreError) in
                try records.thinEvents(id, beginningWith: prefix)
                return try records.eventCount(of: id)
            }
            if left == count { return }
        }
    }

    /// How many jobs wait.
    package func queueLength() throws(StoreError) -> Int {
        try read { records throws(StoreError) in try records.queuedCount() }
    }

    /// 1 for the job that is claimed next; nil when the job is unknown or not queued.
    package func queuePosition(_ id: String) throws(StoreError) -> Int? {
        try queuePositions(of: [id])[id]
    }

    /// The same of several; those that are not queued are absent.
    package func queuePositions(of ids: [String]) throws(StoreError) -> [String: Int] {
        try read { records throws(StoreError) in try records.queuePositions(of: ids) }
    }

    /// How many jobs are in each status (statuses without jobs are absent).
    package func jobCounts() throws(StoreError) -> [JobStatus: Int] {
        try read { records throws(StoreError) in try records.jobCounts() }
    }

    /// Whether a data file is one of `dataInUse`.
    package func needsData(_ name: String, failedSinceMs: Int64) throws(StoreError) -> Bool {
        try read { records throws(StoreError) in try records.needsData(name, failedSinceMs: failedSinceMs) }
    }

    /// Jobs that may have files: those that are not finished, and those that failed.
    package func fileOwners() throws(StoreError) -> [JobFileOwner] {
        try read { records throws(StoreError) in try records.fileOwners() }
    }

    /// Data files that unfinished jobs still need, and those that have failed since a time, which may be tried again.
    package func dataInUse(failedSinceMs: Int64 = .max) throws(StoreError) -> Set<String> {
        try read { records throws(StoreError) in try records.neededData(failedSinceMs: failedSinceMs) }
    }
}

extension JobStore {
    /// Puts a rule's answer in place of a job, with the event of a new status: one transaction.
    func change(
        _ id: String, atMs: Int64, durable: Bool = true, _ rule: (JobRecord) throws(StoreError) -> JobRecord
    ) throws(StoreError) -> JobRecord {
        try write(durable: durable) { records throws(StoreError) in
            let job = try records.requiredJob(id)
            return try records.replace(job, by: rule(job), atMs: atMs)
        }
    }
}

extension RecordTransaction {
    /// - Throws: `unknownJob`.
    func requiredJob(_ id: String) throws(StoreError) -> JobRecord {
        guard let job = try job(id) else { throw .unknownJob(id: id) }
        return job
    }

    /// Saves a job if it has changed, with the event that tells of a new status.
    func replace(_ old: JobRecord, by new: JobRecord, atMs: Int64) throws(StoreError) -> JobRecord {
        if new != old { try save(new) }
        if new.status != old.status { try appendStatusEvent(of: new, atMs: atMs) }
        return new
    }

    func appendStatusEvent(of job: JobRecord, atMs: Int64) throws(StoreError) {
        // Only constants and a number: nothing to escape.
        let json = #"{"type":"status","status":"\#(job.status.rawValue)","attempt":\#(job.attempt)}"#
        try appendEvent(job.id, atMs: atMs, json: json)
    }
}
