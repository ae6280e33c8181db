/// What may become of a job: the arrows and wishes of `JobStatus.swift`, with all that goes along with them. Values in,
/// values out: a store reads the job, asks here, and writes what is answered.
///
/// Each rule answers the job as it is afterwards, which is the same one when nothing changes. A refusal is thrown and
/// names the job, its status and what was tried.
package enum JobRules {
    // MARK: Acceptance

    /// The answer to a job whose idempotency key was used before in its tenant: the first one, if the request is the
    /// same.
    ///
    /// - Throws: `idempotencyConflict`.
    package static func repeated(_ job: JobRecord, first: JobRecord) throws(StoreError) -> JobRecord {
        guard first.requestDigest == job.requestDigest else {
            throw .idempotencyConflict(key: first.idempotencyKey ?? "", jobID: first.id)
        }
        return first
    }

    /// Whether one more job may wait.
    ///
    /// - Throws: `queueFull`.
    package static func checkQueue(queuedCount: Int, queuedCountMax: Int) throws(StoreError) {
        guard queuedCount < queuedCountMax else { throw .queueFull(jobCountMax: queuedCountMax) }
    }

    /// A job that may be forgotten: a finished one.
    ///
    /// - Throws: `invalidTransition`.
    package static func deletable(_ job: JobRecord) throws(StoreError) -> JobRecord {
        guard job.status.isFinal else { throw .invalidTransition(id: job.id, from: job.status, action: "delete") }
        return job
    }

    // MARK: Wishes of clients

    /// A queued or paused job is cancelled at once, a running one is asked to stop. A cancelled one stays as it is.
    ///
    /// - Throws: `invalidTransition` when it succeeded or failed.
    package static func cancel(_ job: JobRecord, atMs: Int64) throws(StoreError) -> JobRecord {
        var job = job
        switch job.status {
        case .cancelled: break
        case .running: job.cancelRequested = true
        default:
            job.status = try arrived(job.status.cancelledByClient(), job, "cancel")
            job.finishedAtMs = atMs
        }
        return job
    }

    /// A running job is asked to pause. A paused one stays as it is.
    ///
    /// - Throws: `invalidTransition` when it is not running, or a cancel is requested.
    package static func pause(_ job: JobRecord) throws(StoreError) -> JobRecord {
        if job.status == .paused { return job }
        guard job.status == .running, !job.cancelRequested else { throw refused(job, "pause") }
        var job = job
        job.pauseRequested = true
        return job
    }

    /// A paused job goes back into the queue, at its old place; a request to pause a running one is taken back. Other
    /// queued and running jobs stay as they are.
    ///
    /// - Throws: `invalidTransition` when it is finished.
    package static func resume(_ job: JobRecord) throws(StoreError) -> JobRecord {
        var job = job
        switch job.status {
        case .queued: break
        case .running: job.pauseRequested = false
        default: job.status = try arrived(job.status.resumed(), job, "resume")
        }
        return job
    }

    // MARK: Runners

    /// A runner takes a queued job.
    ///
    /// - Throws: `invalidTransition` when it is not queued.
    package static func claim(_ job: JobRecord, by runner: String, atMs: Int64) throws(StoreError) -> JobRecord {
        var job = job
        job.status = try arrived(job.status.claimed(), job, "claim")
        job.runner = runner
        job.startedAtMs = job.startedAtMs ?? atMs
        return job
    }

    /// The same job, if it is running and this runner's.
    ///
    /// - Parameter action: what is tried, for the error.
    /// - Throws: `invalidTransition`, `notRunner`.
    package static func held(_ job: JobRecord, by runner: String, _ action: String) throws(StoreError) -> JobRecord {
        guard job.status == .running else { throw refused(job, action) }
        guard job.runner == runner else { throw .notRunner(id: job.id) }
        return job
    }

    /// Progress and metrics (JSON; nil leaves what is there) of a running job.
    ///
    /// - Throws: as `held`.
    package static func report(
        _ job: JobRecord, by runner: String, progress: String?, metrics: String?
    ) throws(StoreError) -> JobRecord {
        var job = try held(job, by: runner, "report progress of")
        job.progress = progress ?? job.progress
        job.metrics = metrics ?? job.metrics
        return job
    }

    /// The job has saved a checkpoint: what its next process does is not what its last one did.
    ///
    /// - Throws: as `held`.
    package static func saveCheckpoint(_ job: JobRecord, by runner: String) throws(StoreError) -> JobRecord {
        var job = try held(job, by: runner, "report progress of")
        job.idleRescues = 0
        return job
    }

    /// A running job takes the number of its version, once: a job that has one keeps it.
    ///
    /// - Throws: as `held`.
    package static func reserve(_ job: JobRecord, by runner: String, version: Int) throws(StoreError) -> JobRecord {
        var job = try held(job, by: runner, "reserve a version for")
        job.reservedVersion = job.reservedVersion ?? version
        return job
    }

    /// The version is published. A wish that came too late is forgotten.
    ///
    /// - Parameters:
    ///   - result: what it made (JSON).
    ///   - metrics: the final ones (JSON); nil leaves what is there.
    /// - Throws: as `held`.
    package static func succeed(
        _ job: JobRecord, by runner: String, version: Int, result: String, metrics: String?, atMs: Int64
    ) throws(StoreError) -> JobRecord {
        let held = try held(job, by: runner, "finish")
        var job = left(held, to: try arrived(held.status.succeeded(), held, "finish"), atMs: atMs, error: held.error)
        job.version = version
        job.result = result
        job.metrics = metrics ?? job.metrics
        return job
    }

    /// The trainer gave up, with why (JSON).
    ///
    /// - Throws: as `held`.
    package static func fail(
        _ job: JobRecord, by runner: String, error: String, atMs: Int64
    ) throws(StoreError) -> JobRecord {
        let job = try held(job, by: runner, "finish")
        return left(job, to: try arrived(job.status.failed(), job, "finish"), atMs: atMs, error: error)
    }

    /// The trainer stopped because a cancel was requested.
    ///
    /// - Throws: as `held`.
    package static func finishCancelled(_ job: JobRecord, by runner: String, atMs: Int64) throws(StoreError)
        -> JobRecord
    {
        let job = try held(job, by: runner, "finish")
        return left(job, to: try arrived(job.status.cancelledByRunner(), job, "finish"), atMs: atMs)
    }

    /// The trainer saved a checkpoint and stopped because a pause was requested.
    ///
    /// - Throws: as `held`.
    package static func finishPaused(_ job: JobRecord, by runner: String, atMs: Int64) throws(StoreError) -> JobRecord {
        let job = try held(job, by: runner, "finish")
        return left(job, to: try arrived(job.status.pausedByRunner(), job, "finish"), atMs: atMs)
    }

    /// The runner gives its job back, which counts no attempt. A wish is carried out instead: it would be lost.
    ///
    /// - Throws: as `held`.
    package static func release(_ job: JobRecord, by runner: String, atMs: Int64) throws(StoreError) -> JobRecord {
        try requeued(held(job, by: runner, "release"), "release", atMs: atMs)
    }

    /// The runner is dead: back into the queue with one attempt more. A wish is carried out instead. A job whose
    /// process has died `attemptsMax` times without a new checkpoint fails: it would go on so for ever.
    ///
    /// - Parameter error: why such a job failed (JSON).
    /// - Throws: `invalidTransition` when it is not running.
    package static func rescue(
        _ job: JobRecord, attemptsMax: Int, atMs: Int64, error: (JobRecord) -> String
    ) throws(StoreError) -> JobRecord {
        guard job.status == .running else { throw refused(job, "rescue") }
        var job = job
        job.idleRescues += 1
        if job.idleRescues >= attemptsMax, !job.cancelRequested, !job.pauseRequested {
            return left(job, to: try arrived(job.status.failed(), job, "rescue"), atMs: atMs, error: error(job))
        }
        job.attempt += 1
        return try requeued(job, "rescue", atMs: atMs)
    }

    // MARK: -

    private static func requeued(_ job: JobRecord, _ action: String, atMs: Int64) throws(StoreError) -> JobRecord {
        let status: JobStatus? =
            if job.cancelRequested {
                job.status.cancelledByRunner()
            } else if job.pauseRequested {
                job.status.pausedByRunner()
            } else {
                job.status.rescued()
            }
        return left(job, to: try arrived(status, job, action), atMs: atMs)
    }

    /// A running job in its next status: without runner and wishes.
    private static func left(_ job: JobRecord, to status: JobStatus, atMs: Int64, error: String? = nil) -> JobRecord {
        var job = job
        job.status = status
        job.finishedAtMs = status.isFinal ? atMs : nil
        job.error = error
        job.runner = nil
        job.cancelRequested = false
        job.pauseRequested = false
        return job
    }

    private static func arrived(_ status: JobStatus?, _ job: JobRecord, _ action: String) throws(StoreError)
        -> JobStatus
    {
        guard let status else { throw refused(job, action) }
        return status
    }

    private static func refused(_ job: JobRecord, _ action: String) -> StoreError {
        .invalidTransition(id: job.id, from: job.status, action: action)
    }
}
