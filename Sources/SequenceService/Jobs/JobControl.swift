package import Store
import System

/// What clients do with jobs after submitting them; a job never changes its tenant.
///
/// All of it blocks; call it on a thread of our own.
package struct JobControl: Sendable {
    let services: JobServices
    let runner: JobRunner

    /// - Parameter runner: is told of every change.
    package init(services: JobServices, runner: JobRunner) {
        self.services = services
        self.runner = runner
    }

    /// The job as it is now.
    ///
    /// - Throws: `ServiceError.notFound` when `scope` does not see such a job; `StoreError`.
    package func job(_ id: String, in scope: Scope) throws -> JobRecord {
        guard let job = try services.store.job(id, in: scope) else {
            throw ServiceError.notFound(kind: "job", name: id, known: [])
        }
        return job
    }

    /// As clients see it, with its place in the queue.
    package func view(_ job: JobRecord) throws -> JobView {
        JobView(record: job, queuePosition: job.status == .queued ? try services.store.queuePosition(job.id) : nil)
    }

    /// The same of a page of jobs.
    package func views(_ jobs: [JobRecord]) throws -> [JobView] {
        let positions = try services.store.queuePositions(of: jobs.filter { $0.status == .queued }.map(\.id))
        return jobs.map { JobView(record: $0, queuePosition: positions[$0.id]) }
    }

    /// The events with the size of dLoss/dh by lag, as measured so far.
    package func gradients(_ id: String, in scope: Scope) throws -> [EventRecord] {
        _ = try job(id, in: scope)
        return try services.store.events(id, beginningWith: GradientEvents.prefix)
    }

    /// Cancels a queued or paused job at once, and asks a running one. A cancelled one stays as it is.
    ///
    /// - Throws: as `job`, and `StoreError.invalidTransition` when it succeeded or failed.
    package func cancel(_ id: String, in scope: Scope) throws -> JobRecord {
        let before = try job(id, in: scope)
        let job = try changed(
            services.reserve.freeing(in: services.store) {
                try services.store.requestCancel(before.id, atMs: Clock.wallMilliseconds())
            })
        if job.status == .cancelled { services.removeFiles(of: job) }
        // One that runs is counted by its runner.
        if job.status == .cancelled, before.status != .cancelled, before.status != .running {
            services.metrics.countJob(job)
        }
        return job
    }

    /// Forgets a finished job, its events and its files; the version that it made stays.
    ///
    /// - Throws: as `job`, and `StoreError.invalidTransition` when it is not finished.
    package func delete(_ id: String, in scope: Scope) throws {
        let job = try job(id, in: scope)
        let deleted = try services.reserve.freeing(in: services.store) { try services.store.deleteJob(job.id) }
        services.removeFiles(of: deleted)
        services.signal.notify()
    }

    /// Asks a running job to save a checkpoint and pause. A paused one stays as it is.
    ///
    /// - Throws: as `job`, and `StoreError.invalidTransition` when it is not running.
    package func pause(_ id: String, in scope: Scope) throws -> JobRecord {
        try changed(services.store.requestPause(job(id, in: scope).id, atMs: Clock.wallMilliseconds()))
    }

    /// Puts a paused job back into the queue, or takes back the request to pause a running one.
    ///
    /// - Throws: as `job`, and `StoreError.invalidTransition` when it has ended.
    package func resume(_ id: String, in scope: Scope) throws -> JobRecord {
        try changed(services.store.resume(job(id, in: scope).id, atMs: Clock.wallMilliseconds()))
    }

    /// Tells the runner and the readers of events.
    private func changed(_ job: JobRecord) -> JobRecord {
        runner.apply(job)
        runner.wake()
        services.signal.notify()
        return job
    }
}
