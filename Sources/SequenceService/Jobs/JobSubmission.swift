import JSON
import ModelFiles
import SequenceModels
package import Store
import System

/// Accepts training requests: validate everything, write the data, insert the job, and only then say yes.
///
/// All of it blocks; call it on a thread of our own.
package struct JobSubmission: Sendable {
    let services: JobServices
    let runner: JobRunner
    let limits: ServiceLimits
    let ids = JobID()

    /// - Parameter runner: is woken for an accepted job, and knows how fast trainings are here.
    package init(services: JobServices, runner: JobRunner, limits: ServiceLimits) {
        self.services = services
        self.runner = runner
        self.limits = limits
    }

    /// A request that has passed every check.
    struct Accepted {
        let request: JobRequest
        let plan: TrainingPlan
        let parent: ParentModel?
        let tenant: String
    }

    /// Queues a job, or finds the one that was queued under the same key.
    ///
    /// - Parameters:
    ///   - digest: of the request as it was sent: two with the same digest are the same request.
    ///   - scope: what the sender sees. The job is of the sender's tenant; for one who sees all, of the model's.
    /// - Throws: `Faults`, `ServiceError.busy`, `StoreError`, `FileError`. Whatever it throws leaves no job.
    package func submit(
        _ request: JobRequest, digest: String, idempotencyKey: IdempotencyKey?, in scope: Scope
    ) throws -> JobRecord {
        if let idempotencyKey {
            let first = try services.store.job(
                idempotencyKey: idempotencyKey.text, of: services.store.tenant(newVersionOf: request.model, in: scope))
            if let first, first.requestDigest == digest { return first }
        }
        try services.store.checkTakesChanges()
        let accepted = try validate(request, in: scope)
        try services.reserve.checkRoom()
        let data = try services.data.store(accepted.request.data)
        // After the data was written: a file that changed later is wanted by somebody else, too.
        let now = Clock.wallMilliseconds()
        let job = JobRecord(
            id: ids.make(nowMs: now), model: accepted.request.model, task: accepted.plan.settings.task.rawValue,
            createdAtMs: now,
            settings: try JobSettings(
                requested: accepted.request.settings, plan: accepted.plan, from: accepted.parent?.name,
                roles: accepted.request.roles
            ).text(),
            data: data, metadata: accepted.request.metadata,
            promote: accepted.request.promotion.rawValue, idempotencyKey: idempotencyKey?.text, requestDigest: digest,
            tenant: accepted.tenant)
        let stored = try insert(job, parent: accepted.parent)
        services.signal.notify()
        runner.wake()
        return stored
    }

    /// The copy of the parent comes first: an accepted job has all it needs.
    ///
    /// - Parameter first: a job whose checkpoints it goes on from.
    func insert(_ job: JobRecord, parent: ParentModel?, checkpointsOf first: String? = nil) throws -> JobRecord {
        do {
            if let parent { try services.checkpoints.saveParent(parent, of: job.id) }
            if let first { try services.checkpoints.copyCheckpoints(of: first, to: job.id) }
            let inserted = try services.store.insertJob(job, queuedCountMax: limits.queueLengthMax)
            if !inserted.isNew { services.removeFiles(of: job) }
            return inserted.job
        } catch {
            // Where the job may be there after all, it has all that it needs.
            if (error as? StoreError)?.mayHaveHappened != true { services.removeFiles(of: job) }
            guard case StoreError.queueFull = error else { throw error }
            throw ServiceError.busy(
                "the queue is full: \(limits.queueLengthMax) jobs wait", retryAfterSeconds: try secondsToNextSlot())
        }
    }

    /// What the job of a request would do. Queues nothing and writes nothing.
    ///
    /// - Throws: as `submit`.
    package func estimate(_ request: JobRequest, in scope: Scope) throws -> TrainingEstimate {
        let accepted = try validate(request, in: scope)
        return TrainingEstimate(
            request: request, plan: accepted.plan, from: accepted.parent?.name,
            duration: duration(accepted.plan, model: accepted.request.model, tenant: accepted.tenant))
    }

    private func validate(_ request: JobRequest, in scope: Scope) throws -> Accepted {
        try validate(request, parent: try request.from.map { try services.parents.load($0, in: scope) }, in: scope)
    }

    func validate(_ request: JobRequest, parent: ParentModel?, in scope: Scope) throws -> Accepted {
        let tenant = try services.store.tenant(claiming: request.model, in: scope)
        try ServiceError.checkVersionCount(of: request.model, services.store, limits)
        let useless = request.data.uselessTimes(
            request.settings.forecast, parentFrequency: parent?.description.settings.forecast?.frequency)
        if !useless.isEmpty { throw Faults(list: useless) }
        let plan: TrainingPlan
        do throws(Faults) {
            plan = try Planner.plan(
                request: request.settings, examples: request.data.examples, validation: request.data.validation,
                parent: parent,
                memoryBytesMax: limits.trainingMemoryBytesMax)
        } catch {
            throw Faults(list: error.list.map(request.data.placed))
        }
        try checkDuration(plan, duration(plan, model: request.model, tenant: tenant).seconds)
        return Accepted(request: request, plan: plan, parent: parent, tenant: tenant)
    }

    /// By what other trainings took here.
    private func duration(_ plan: TrainingPlan, model: String, tenant: String) -> DurationEstimate {
        let history = services.history
        return history.estimate(history.traits(plan, model: model, tenant: tenant))
            .limited(to: plan.settings.training.maxSeconds)
    }

    /// One job holds up all that wait behind it, so none may take for ever. A training that bounds itself is believed.
    private func checkDuration(_ plan: TrainingPlan, _ estimate: Double) throws(Faults) {
        let own = plan.settings.training.maxSeconds ?? .infinity
        guard min(estimate, own) > limits.trainingSecondsMax else { return }
        let detail =
            "this training would take about \(Int(min(estimate, 1e15))) seconds, "
            + "at most \(Int(limits.trainingSecondsMax)) are allowed: "
            + "fewer epochs, a smaller network, or a max_seconds within that"
        throw Faults(list: [Fault(pointer: own.isFinite ? "/training/max_seconds" : "/training/epochs", detail: detail)]
        )
    }

    /// Seconds until the running job ends, as far as one can tell.
    private func secondsToNextSlot() throws -> Int {
        let running = try services.store.jobs(status: .running, limit: 1).first
        let progress = running?.progress.flatMap { try? JSONParser.parse($0) }
        let remaining = progress?["remaining_seconds"]?.asDouble ?? 10
        return Int(max(1, min(3600, remaining.rounded(.up))))
    }
}
