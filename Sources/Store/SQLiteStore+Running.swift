// What runners do with jobs: claim, report, finish, rescue.

extension SQLiteStore {
    /// Takes the oldest queued job for this instance; nil when none waits. Two processes never get the same job.
    package func claimNext(nowMs: Int64) throws(StoreError) -> JobRecord? {
        try write { database throws(StoreError) in
            guard let job = try database.jobs(where: "status = 'queued' ORDER BY ordinal LIMIT 1", []).first,
                let status = job.status.claimed()
            else { return nil }
            try database.execute(
                """
                UPDATE jobs SET status = ?, owner = ?, started_at_ms = coalesce(started_at_ms, ?)
                WHERE id = ? AND status = 'queued'
                """, [.text(status.rawValue), .text(instance), .integer(nowMs), .text(job.id)])
            return try database.arrived(job.id, atMs: nowMs)
        }
    }

    /// Records progress and metrics (JSON; nil leaves what is there) and answers the job with the clients' wishes.
    /// Outlives the process, but is not synced to disk by itself.
    ///
    /// - Throws: `unknownJob`, `notRunner`, `invalidTransition` when it is not running.
    @discardableResult
    package func updateProgress(
        _ id: String, progress: String?, metrics: String? = nil
    ) throws(StoreError) -> JobRecord {
        try write(durable: false) { database throws(StoreError) in
            try heldJob(id, "report progress of", in: database)
            try database.execute(
                "UPDATE jobs SET progress = coalesce(?, progress), metrics = coalesce(?, metrics) WHERE id = ?",
                [SQLValue(progress), SQLValue(metrics), .text(id)])
            return try database.requiredJob(id)
        }
    }

    /// The job has saved a checkpoint: what its next process does is not what its last one did.
    ///
    /// - Throws: `unknownJob`, `notRunner`, `invalidTransition` when it is not running.
    package func noteCheckpoint(_ id: String) throws(StoreError) {
        try write(durable: false) { database throws(StoreError) in
            try heldJob(id, "report progress of", in: database)
            try database.execute("UPDATE jobs SET idle_rescues = 0 WHERE id = ?", [.text(id)])
        }
    }

    /// The version that this job will make: reserved at the first call, the same at every later one, also after a
    /// rescue. Publish the files under it, then call `finishSucceeded`.
    package func reserveVersion(_ id: String) throws(StoreError) -> Int {
        try write { database throws(StoreError) in
            let job = try heldJob(id, "reserve a version for", in: database)
            let reserved = try database.query("SELECT reserved_version FROM jobs WHERE id = ?", [.text(id)]) {
                $0.int(0)
            }
            if let version = reserved.first ?? nil { return version }
            let version = try database.takeNextVersion(of: job.model)
            try database.execute("UPDATE jobs SET reserved_version = ? WHERE id = ?", [SQLValue(version), .text(id)])
            return version
        }
    }

    /// Marks the job succeeded, adds its version, and moves a label to it: one transaction, so nobody sees one without
    /// the others.
    ///
    /// - Parameters:
    ///   - version: from `reserveVersion` or `nextVersion`; its files are published already.
    ///   - info: of the `VersionRecord` (JSON).
    ///   - promote: may the label move here? Asked inside the transaction with the version the label has now, if any.
    /// - Throws: `unknownJob`, `notRunner`, `invalidTransition` when it is not running.
    @discardableResult
    package func finishSucceeded(
        _ id: String, atMs: Int64, version: Int, info: String, result: String, metrics: String?,
        label: String = "stable", promote: (_ current: VersionRecord?) -> Bool
    ) throws(StoreError) -> JobRecord {
        try write { database throws(StoreError) in
            let job = try heldJob(id, "finish", in: database)
            guard let status = job.status.succeeded() else {
                throw .invalidTransition(id: id, from: job.status, action: "finish")
            }
            try database.insertVersion(
                VersionRecord(model: job.model, version: version, jobID: id, createdAtMs: atMs, info: info))
            var current: VersionRecord?
            if let labelled = try database.labels(of: job.model)[label] {
                current = try database.version(labelled, of: job.model)
            }
            if promote(current) { try database.setLabel(label, of: job.model, to: version) }
            try database.execute(
                """
                UPDATE jobs SET status = ?, version = ?, result = ?, metrics = coalesce(?, metrics), finished_at_ms = ?,
                    owner = NULL, cancel_requested = 0, pause_requested = 0 WHERE id = ?
                """,
                [
                    .text(status.rawValue), SQLValue(version), .text(result), SQLValue(metrics), .integer(atMs),
                    .text(id),
                ])
            return try database.arrived(id, atMs: atMs)
        }
    }

    /// Marks the job failed, with why (JSON).
    @discardableResult
    package func finishFailed(_ id: String, atMs: Int64, error: String) throws(StoreError) -> JobRecord {
        try leave(id, atMs: atMs, isFinal: true, error: error) { $0.failed() }
    }

    /// Marks the job cancelled, after the trainer stopped on request.
    @discardableResult
    package func finishCancelled(_ id: String, atMs: Int64) throws(StoreError) -> JobRecord {
        try leave(id, atMs: atMs, isFinal: true, error: nil) { $0.cancelledByRunner() }
    }

    /// Marks the job paused, after the trainer saved a checkpoint and stopped on request.
    @discardableResult
    package func finishPaused(_ id: String, atMs: Int64) throws(StoreError) -> JobRecord {
        try leave(id, atMs: atMs, isFinal: false, error: nil) { $0.pausedByRunner() }
    }

    /// Gives a running job back to the queue, at its old place and without counting an attempt: for a graceful stop,
    /// after the checkpoint is saved. A requested cancel or pause is carried out instead, since its wish would be lost.
    @discardableResult
    package func release(_ id: String, atMs: Int64) throws(StoreError) -> JobRecord {
        try write { database throws(StoreError) in
            let job = try heldJob(id, "release", in: database)
            return try database.requeue(job, atMs: atMs, attempt: job.attempt)
        }
    }

    /// Puts running jobs whose runner is dead back into the queue, at their old place, with one attempt more. Call at
    /// start, and now and then. A job for which a cancel or pause was requested is cancelled or paused instead, and one
    /// whose process has died `attemptsMax` times without a new checkpoint fails: it would go on so for ever.
    ///
    /// - Parameter error: of such a job (JSON).
    /// - Returns: the rescued jobs as they are now.
    package func rescue(
        nowMs: Int64, attemptsMax: Int = .max, error: (JobRecord) -> String = { _ in "{}" }
    ) throws(StoreError) -> [JobRecord] {
        try write { database throws(StoreError) in
            var rescued: [JobRecord] = []
            var runners: Set<String> = []
            for job in try database.jobs(where: "status = 'running' ORDER BY ordinal", []) {
                guard let runner = job.runner, !lease.isAlive(runner) else {
                    if let runner = job.runner { runners.insert(runner) }
                    continue
                }
                rescued.append(try database.rescue(job, atMs: nowMs, attemptsMax: attemptsMax, error: error))
            }
            lease.removeDead(keeping: runners)
            return rescued
        }
    }

    /// Leaves a text for the next process on this data directory, in case that this one ends without `clearNote`.
    ///
    /// - Throws: `file`.
    package func leaveNote(_ text: String) throws(StoreError) { try lease.note(text) }

    /// This process ends in an orderly way: there is nothing to tell.
    package func clearNote() throws(StoreError) { try lease.note("") }

    /// What processes left that ended without `clearNote`, with the jobs they were running, unless these are taken back
    /// already. Each is answered once.
    package func takeNotes() throws(StoreError) -> [(note: String, jobs: [JobRecord])] {
        try read { database throws(StoreError) in
            var notes: [(note: String, jobs: [JobRecord])] = []
            for (instance, note) in lease.takeNotes() {
                let jobs = try database.jobs(where: "status = 'running' AND owner = ?", [.text(instance)])
                notes.append((note, jobs))
            }
            return notes
        }
    }

    /// The arrows out of `running` that make no version.
    private func leave(
        _ id: String, atMs: Int64, isFinal: Bool, error: String?, _ arrow: (JobStatus) -> JobStatus?
    ) throws(StoreError) -> JobRecord {
        try write { database throws(StoreError) in
            let job = try heldJob(id, "finish", in: database)
            guard let status = arrow(job.status) else {
                throw .invalidTransition(id: id, from: job.status, action: "finish")
            }
            try database.leaveRunning(
                id, to: status, finishedAtMs: isFinal ? atMs : nil, attempt: job.attempt, error: error)
            return try database.arrived(id, atMs: atMs)
        }
    }

    /// A running job of this instance.
    @discardableResult
    private func heldJob(_ id: String, _ action: String, in database: Database) throws(StoreError) -> JobRecord {
        let job = try database.requiredJob(id)
        guard job.status == .running else { throw .invalidTransition(id: id, from: job.status, action: action) }
        guard job.runner == instance else { throw .notRunner(id: id) }
        return job
    }
}

extension Database {
    fileprivate func rescue(
        _ job: JobRecord, atMs: Int64, attemptsMax: Int, error: (JobRecord) -> String
    ) throws(StoreError) -> JobRecord {
        let rescues =
            1 + (try query("SELECT idle_rescues FROM jobs WHERE id = ?", [.text(job.id)]) { $0.int(0) ?? 0 }.first ?? 0)
        try execute("UPDATE jobs SET idle_rescues = ? WHERE id = ?", [SQLValue(rescues), .text(job.id)])
        guard rescues >= attemptsMax, !job.cancelRequested, !job.pauseRequested, let status = job.status.failed() else {
            return try requeue(job, atMs: atMs, attempt: job.attempt + 1)
        }
        try leaveRunning(job.id, to: status, finishedAtMs: atMs, attempt: job.attempt, error: error(job))
        return try arrived(job.id, atMs: atMs)
    }

    fileprivate func requeue(_ job: JobRecord, atMs: Int64, attempt: Int) throws(StoreError) -> JobRecord {
        let status: JobStatus? =
            if job.cancelRequested { job.status.cancelledByRunner() } else if job.pauseRequested {
                job.status.pausedByRunner()
            } else { job.status.rescued() }
        guard let status else { throw .invalidTransition(id: job.id, from: job.status, action: "rescue") }
        try leaveRunning(job.id, to: status, finishedAtMs: status.isFinal ? atMs : nil, attempt: attempt, error: nil)
        return try arrived(job.id, atMs: atMs)
    }

    fileprivate func leaveRunning(
        _ id: String, to status: JobStatus, finishedAtMs: Int64?, attempt: Int, error: String?
    ) throws(StoreError) {
        try execute(
            """
            UPDATE jobs SET status = ?, finished_at_ms = ?, attempt = ?, error = ?, owner = NULL, cancel_requested = 0,
                pause_requested = 0 WHERE id = ? AND status = 'running'
            """,
            [.text(status.rawValue), SQLValue(finishedAtMs), SQLValue(attempt), SQLValue(error), .text(id)])
    }
}
