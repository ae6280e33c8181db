import Dispatch
import JSON
import Kernels
package import Logging
import ModelFiles
import SequenceModels
package import Store
import Synchronization
import System

/// Runs queued jobs, one at a time, on a thread of its own with a lower OS priority.
///
/// DESIGN. The state machine of a job is in `Store/JobStatus.swift`; this is who walks it, each arrow with its step
/// here:
///
///     queued ──claim──► running: prepare → train → settle
///                                           │
///            finished ─ publish ────────────┼──► succeeded   (files first, then one transaction)
///            cancelled ─────────────────────┼──► cancelled
///            paused (a client's wish) ──────┼──► paused      (checkpoint saved)
///            paused (the process stops) ────┼──► queued      (checkpoint saved)
///            an error of data or maths ─────┴──► failed      (also a job that kills its process again and again)
///
/// A process that dies leaves its job `running`; `rescue` puts it back into the queue, here at start and by any other
/// runner on the same directory. A failed write of a job's state is not survived: `onFatal` ends the process, and the
/// next one resumes.
package final class JobRunner: Sendable {
    private static let idleSeconds = 2.0
    private static let rescueSeconds = 10.0
    private static let fullDiskRetrySeconds = 5.0

    private struct State {
        var session: TrainingSession?
        var isStopping = false
        var thread: WorkerThread?
        /// Outside of a job.
        var lastError = ""
    }

    private let services: JobServices
    private let threads: Int
    private let attemptsMax: Int
    private let niceness: Int32
    private let onFatal: @Sendable (any Error) -> Void
    private let work = DispatchSemaphore(value: 0)
    private let state = Mutex(State())
    private let logger: Logger

    /// - Parameters:
    ///   - threads: of the compute pool.
    ///   - attemptsMax: deaths of its process, without a checkpoint in between, after which a job fails.
    ///   - niceness: of all training threads.
    ///   - onFatal: called when a job's state could not be written.
    package init(
        services: JobServices, threads: Int, attemptsMax: Int, niceness: Int32, logger: Logger,
        onFatal: @escaping @Sendable (any Error) -> Void
    ) {
        self.services = services
        self.threads = threads
        self.attemptsMax = attemptsMax
        self.niceness = niceness
        self.logger = logger
        self.onFatal = onFatal
    }

    /// Starts the thread. Jobs of dead processes are rescued first.
    package func start() {
        let thread = WorkerThread(name: "train", niceness: niceness) { [self] in loop() }
        state.withLock { $0.thread = thread }
    }

    /// A job was queued.
    package func wake() { work.signal() }

    /// A client's wish about a job was recorded.
    package func apply(_ job: JobRecord) {
        let session = state.withLock { $0.session }
        if session?.jobID == job.id { session?.apply(job) }
    }

    /// Asks the running job to save a checkpoint and go back to the queue. `join` waits for it.
    package func stop() {
        let session = state.withLock { state in
            state.isStopping = true
            return state.session
        }
        session?.stop()
        work.signal()
    }

    /// Blocks until the thread has ended.
    package func join() { state.withLock { $0.thread }?.join() }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    // MARK: Thread

    private func loop() {
        let pool = ComputePool(threads: threads, niceness: niceness)
        var rescuedAt = -Double.infinity
        while !isStopping {
            do {
                if Clock.monotonicSeconds() - rescuedAt > Self.rescueSeconds {
                    rescuedAt = Clock.monotonicSeconds()
                    try rescue()
                }
                let now = Clock.wallMilliseconds()
                if try services.store.queueLength() > 0, let job = try services.store.claimNext(nowMs: now) {
                    services.metrics.countClaim(job, nowMs: now)
                    services.signal.notify()
                    try run(job, pool)
                    continue
                }
            } catch {
                failed(error)
            }
            _ = work.wait(timeout: .now() + Self.idleSeconds)
        }
    }

    /// Takes back the jobs of dead processes.
    package func rescue() throws {
        let jobs = try services.store.rescue(nowMs: Clock.wallMilliseconds(), attemptsMax: attemptsMax) {
            [attemptsMax] job in
            JobFailure.exhausted(job, attemptsMax: attemptsMax).text
        }
        for job in jobs {
            if job.status == .failed {
                services.metrics.countJob(job)
                logger.error(
                    "job failed: its process died too often",
                    metadata: ["job": "\(job.id)", "attempt": .number(job.attempt)])
            } else {
                logger.notice(
                    "job of an ended process taken back",
                    metadata: ["job": "\(job.id)", "attempt": .number(job.attempt)])
            }
            services.signal.notify()
        }
    }

    /// An error outside of a job. Damage and I/O errors end the process; a full disk or a busy file may pass.
    private func failed(_ error: any Error) {
        let text = "\(error)"
        // Damage stays; once in the log is enough.
        if state.withLock({ state in (state.lastError != text, state.lastError = text).0 }) {
            logger.error("job runner", metadata: ["error": "\(text)"])
        }
        if (error as? StoreError)?.isFatal == true { onFatal(error) }
    }

    // MARK: One job

    private func run(_ job: JobRecord, _ pool: ComputePool) throws {
        let session = TrainingSession(
            job: job, store: services.store, checkpoints: services.checkpoints, signal: services.signal,
            metrics: services.metrics, logger: logger)
        let isStopping = state.withLock { state in
            state.session = session
            return state.isStopping
        }
        if isStopping { session.stop() }
        defer {
            state.withLock { $0.session = nil }
            services.metrics.note(nil)
            services.trimmer.noteMuchFreed()
        }
        logger.info(
            "job started",
            metadata: ["job": "\(job.id)", "model": "\(job.model)", "attempt": .number(job.attempt)])
        let ending: Ending
        var traits: TrainingTraits?
        let startedAt = Clock.monotonicSeconds()
        do {
            let ready = try prepare(job, pool, session)
            session.expect(
                services.history.traits(ready.plan, model: job.model, tenant: job.tenant), of: services.history)
            var outcome = try ready.trainer.run(session)
            if case .finished(var model) = outcome {
                model.learned = model.learnsAll ? ready.learned.all : ready.learned.part
                outcome = .finished(model)
                if ready.isFresh { traits = session.traits }
            }
            ending = .outcome(outcome, ready.plan.parameterCount)
        } catch {
            ending = .failure(error)
        }
        session.finishReporting()
        try retryingFullDisk {
            let settled = try settle(job, ending)
            services.metrics.countJob(settled)
            logger.log(
                level: settled.status == .failed ? .warning : .info, "job \(settled.status.rawValue)",
                metadata: JobFacts.metadata(settled, steps: session.steps))
        }
        services.signal.notify()
        if let traits { remember(traits, steps: session.steps ?? 0, seconds: Clock.monotonicSeconds() - startedAt) }
    }

    /// For estimates of others; without it they are worse, and nothing else.
    private func remember(_ traits: TrainingTraits, steps: Int, seconds: Double) {
        do {
            try services.history.add(traits, steps: steps, seconds: seconds)
        } catch {
            logger.error("durations of trainings not written", metadata: ["error": "\(error)"])
        }
    }

    private enum Ending {
        case outcome(TrainingOutcome, Int)
        case failure(any Error)
    }

    /// A training that may begin.
    private struct Ready {
        let plan: TrainingPlan
        let trainer: Trainer
        /// It goes on from no checkpoint.
        let isFresh: Bool
        /// What the model will have learned from: without what is held back, and with it.
        let learned: (part: LearnedCases, all: LearnedCases)
    }

    /// Data, plan, parent, checkpoint: everything as it was when the job was accepted.
    private func prepare(_ job: JobRecord, _ pool: ComputePool, _ session: TrainingSession) throws -> Ready {
        let settings = try JobSettings(text: job.settings)
        let damage = JobDamage(job: job, session: session, logger: logger)
        let parent = try settings.from.map { name in
            try services.parents.copy(named: name, of: job.id, in: services.checkpoints) { fault in
                damage.parent(name, "\(fault)")
            }
        }
        let began = Clock.monotonicSeconds()
        let (prepared, learned) = try prepare(settings, parent, data: job.data)
        let rivals = JobRivals(services: services, job: job, settings: settings, parent: parent, pool: pool)
        let comparing = Trainer.Comparing(
            // What the store does not say now it may say at the end.
            rivals: (try? rivals.names().count) ?? 1, readingSeconds: Clock.monotonicSeconds() - began,
            compare: rivals.compare)
        let (resume, faults) = services.checkpoints.load(job.id)
        damage.checkpoints(faults.map { "\($0)" }, isResumed: resume != nil)
        func ready(_ resume: Checkpoint?, isFresh: Bool) throws -> Ready {
            let trainer = try Trainer(prepared, pool: pool, resume: resume)
            trainer.compare(comparing)
            return Ready(plan: prepared.plan, trainer: trainer, isFresh: isFresh, learned: learned)
        }
        do {
            return try ready(resume, isFresh: resume == nil)
        } catch  where resume != nil {
            damage.unfit(error)
            return try ready(nil, isFresh: false)
        }
    }

    /// Parses the data and encodes them, once; what was read is gone when the training begins.
    private func prepare(_ settings: JobSettings, _ parent: ParentModel?, data name: String) throws -> (
        PreparedTraining, learned: (part: LearnedCases, all: LearnedCases)
    ) {
        let data = try services.data.load(name, tokens: settings.requested.tokens)
        let prepared = try Planner.prepare(
            request: settings.requested, examples: data.examples, validation: data.validation, parent: parent,
            memoryBytesMax: .max)
        let part = LearnedCases(data.examples, without: prepared.heldBack, isAll: false)
        let all =
            prepared.plan.refits ? LearnedCases(data.examples, without: prepared.heldBack, isAll: true) : part
        return (prepared, (part, all))
    }

    /// The one step that ends a run in the store. Safe to repeat.
    private func settle(_ job: JobRecord, _ ending: Ending) throws -> JobRecord {
        let now = Clock.wallMilliseconds()
        let settled: JobRecord
        switch ending {
        case .outcome(.finished(let model), let parameterCount):
            do {
                settled = try services.publisher.publish(model, of: job, parameterCount: parameterCount)
            } catch  where !(error is StoreError) && error.obstacle == nil {
                // Files that cannot be written today will not be tomorrow: the job fails, and the queue goes on.
                return try settle(job, .failure(error))
            }
        case .outcome(.cancelled, _):
            settled = try services.store.finishCancelled(job.id, atMs: now)
        case .outcome(.paused, _):
            // Back to the queue, or paused or cancelled if a client wished so: the store knows.
            settled = try services.store.release(job.id, atMs: now)
        case .failure(let error):
            settled = try services.store.finishFailed(
                job.id, atMs: now, error: JobFailure.json(error, job: job, logger: logger).text)
        }
        // What a failed job leaves may still be worth something: housekeeping deletes it later.
        if settled.status.isFinal && settled.status != .failed { services.removeFiles(of: settled) }
        // A later round tries again what failed.
        if settled.status.isFinal { try? services.thinEvents(of: settled.id) }
        return settled
    }

    /// A full disk may have room again, and a read-only one be mounted anew; a job that was accepted ends later rather
    /// than never.
    private func retryingFullDisk(_ step: () throws -> Void) throws {
        while true {
            do {
                return try step()
            } catch {
                guard error.obstacle != nil || (error as? StoreError)?.isReadFailure == true, !isStopping else {
                    // Another process would find the same damage.
                    if (error as? StoreError)?.isDamage != true { onFatal(error) }
                    throw error
                }
                logger.error("cannot be written now; trying again", metadata: ["error": "\(error)"])
                _ = work.wait(timeout: .now() + Self.fullDiskRetrySeconds)
            }
        }
    }
}

extension Error {
    /// What is in the way for now, in any module's words.
    fileprivate var obstacle: Obstacle? { (self as? StoreError)?.obstacle ?? (self as? FileError)?.obstacle }
}
