// What runners do with jobs: claim, report, finish, rescue.

extension JobStore {
    /// Name of this process as a runner of jobs.
    package var instance: String { lease.instance }

    /// Takes the oldest queued job for this instance; nil when none waits. Two processes never get the same job.
    package func claimNext(nowMs: Int64) throws(StoreError) -> JobRecord? {
        try write { records throws(StoreError) in
            guard let job = try records.oldestQueuedJob() else { return nil }
            return try records.replace(job, by: JobRules.claim(job, by: instance, atMs: nowMs), atMs: nowMs)
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
        try change(id, atMs: 0, durable: false) { job throws(StoreError) in
            try JobRules.report(job, by: instance, progress: progress, metrics: metrics)
        }
    }

    /// The job has saved a checkpoint: what its next process does is not what its last one did.
    ///
    /// - Throws: `unknownJob`, `notRunner`, `invalidTransition` when it is not running.
    package func noteCheckpoint(_ id: String) throws(StoreError) {
        _ = try change(id, atMs: 0, durable: false) { job throws(StoreError) in
            try JobRules.saveCheckpoint(job, by: instance)
        }
    }

    /// The version that this job will make: reserved at the first call, the same at every later one, also after a
    /// rescue. Publish the files under it, then call `finishSucceeded`.
    ///
    /// - Throws: `unknownJob`, `notRunner`, `invalidTransition` when it is not running.
    package func reserveVersion(_ id: String) throws(StoreError) -> Int {
        try write { records throws(StoreError) in
            let job = try JobRules.held(records.requiredJob(id), by: instance, "reserve a version for")
            if let version = job.reservedVersion { return version }
            let version = try records.newVersion(of: job.model)
            try records.save(JobRules.reserve(job, by: instance, version: version))
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
    /// - Throws: `unknownJob`, `notRunner`, `invalidTransition` when it is not running, `versionExists`.
    @discardableResult
    package func finishSucceeded(
        _ id: String, atMs: Int64, version: Int, info: String, result: String, metrics: String?,
        label: String = "stable", promote: (_ current: VersionRecord?) -> Bool
    ) throws(StoreError) -> JobRecord {
        try write { records throws(StoreError) in
            let job = try records.requiredJob(id)
            let succeeded = try JobRules.succeed(
                job, by: instance, version: version, result: result, metrics: metrics, atMs: atMs)
            let record = VersionRecord(model: job.model, version: version, jobID: id, createdAtMs: atMs, info: info)
            try records.addVersion(record)
            var current: VersionRecord?
            if let labelled = try records.version(at: label, of: job.model) {
                current = try records.version(labelled, of: job.model)
            }
            if promote(current) { try records.setLabel(label, of: job.model, to: version) }
            return try records.replace(job, by: succeeded, atMs: atMs)
        }
    }

    /// Marks the job failed, with why (JSON).
    ///
    /// - Throws: `unknownJob`, `notRunner`, `invalidTransition` when it is not running.
    @discardableResult
    package func finishFailed(_ id: String, atMs: Int64, error: String) throws(StoreError) -> JobRecord {
        try change(id, atMs: atMs) { job throws(StoreError) in
            try JobRules.fail(job, by: instance, error: error, atMs: atMs)
        }
    }

    /// Marks the job cancelled, after the trainer stopped on request.
    ///
    /// - Throws: as `finishFailed`.
    @discardableResult
    package func finishCancelled(_ id: String, atMs: Int64) throws(StoreError) -> JobRecord {
        try change(id, atMs: atMs) { job throws(StoreError) in
            try JobRules.finishCancelled(job, by: instance, atMs: atMs)
        }
    }

    /// Marks the job paused, after the trainer saved a checkpoint and stopped on request.
    ///
    /// - Throws: as `finishFailed`.
    @discardableResult
    package func finishPaused(_ id: String, atMs: Int64) throws(StoreError) -> JobRecord {
        try change(id, atMs: atMs) { job throws(StoreError) in
            try JobRules.finishPaused(job, by: instance, atMs: atMs)
        }
    }

    /// Gives a running job back to the queue, at its old place and without counting an attempt: for a graceful stop,
    /// after the checkpoint is saved. A requested cancel or pause is carried out instead, since its wish would be lost.
    ///
    /// - Throws: as `finishFailed`.
    @discardableResult
    package func release(_ id: String, atMs: Int64) throws(StoreError) -> JobRecord {
        try change(id, atMs: atMs) { job throws(StoreError) in try JobRules.release(job, by: instance, atMs: atMs) }
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
        try write { records throws(StoreError) in
            var rescued: [JobRecord] = []
            var runners: Set<String> = []
            for job in try records.runningJobs() {
                guard let runner = job.runner, try !lease.isAlive(runner) else {
                    if let runner = job.runner { runners.insert(runner) }
                    continue
                }
                let saved = try JobRules.rescue(job, attemptsMax: attemptsMax, atMs: nowMs, error: error)
                rescued.append(try records.replace(job, by: saved, atMs: nowMs))
            }
            try lease.removeDead(keeping: runners)
            return rescued
        }
    }

    /// Leaves a text for the next process on this data directory, in case that this one ends without `clearNote`.
    ///
    /// - Throws: `file`.
    package func leaveNote(_ text: String) throws(StoreError) { try lease.note(text) }

    /// This process ends in an orderly way: there is nothing to tell.
    ///
    /// - Throws: `file`.
    package func clearNote() throws(StoreError) { try lease.note("") }

    /// What processes left that ended without `clearNote`, with the jobs they were running, unless these are taken back
    /// already. Each is answered once.
    package func takeNotes() throws(StoreError) -> [(note: String, jobs: [JobRecord])] {
        try read { records throws(StoreError) in
            let notes = try lease.takeNotes()
            guard !notes.isEmpty else { return [] }
            // Where the rows do not read, how the process ended is told all the same.
            let running = (try? records.runningJobs()) ?? []
            return notes.map { left in (left.note, running.filter { $0.runner == left.instance }) }
        }
    }
}
