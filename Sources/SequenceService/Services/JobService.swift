package import Store

/// What clients do with jobs.
///
/// All of it blocks; call it on a thread of our own.
package struct JobService: Sendable {
    private let submission: JobSubmission
    private let control: JobControl
    private let feed: JobEventFeed

    /// - Parameter feed: reads events.
    package init(submission: JobSubmission, control: JobControl, feed: JobEventFeed) {
        self.submission = submission
        self.control = control
        self.feed = feed
    }

    /// Queues a job, or finds the one that was queued under the same key.
    ///
    /// - Throws: as `JobSubmission.submit`.
    package func submit(
        _ request: JobRequest, digest: String, key: IdempotencyKey? = nil, in scope: Scope
    ) throws -> JobView {
        try control.view(submission.submit(request, digest: digest, idempotencyKey: key, in: scope))
    }

    /// Asked before a request is read.
    ///
    /// - Throws: `StoreError.servesOnly` where `submit` would.
    package func checkTakesChanges() throws(StoreError) { try control.services.store.checkTakesChanges() }

    /// What the job of a request would do. Queues nothing and writes nothing.
    ///
    /// - Throws: as `submit`.
    package func estimate(_ request: JobRequest, in scope: Scope) throws -> TrainingEstimate {
        try submission.estimate(request, in: scope)
    }

    /// Newest first.
    package func list(_ filter: JobFilter, in scope: Scope) throws -> JobPage {
        // One more than asked for says whether there is a next page.
        let found = try control.services.store.jobs(
            status: filter.status, model: filter.model, limit: filter.limit + 1, after: filter.after, in: scope)
        return JobPage(
            jobs: try control.views(Array(found.prefix(filter.limit))), hasMore: found.count > filter.limit)
    }

    /// - Throws: `ServiceError.notFound` when `scope` does not see such a job; `StoreError`.
    package func job(_ id: String, in scope: Scope) throws -> JobView {
        try control.view(control.job(id, in: scope))
    }

    /// Cancels a queued or paused job at once, and asks a running one.
    ///
    /// - Throws: as `job`, and `StoreError.invalidTransition`.
    package func cancel(_ id: String, in scope: Scope) throws -> JobView {
        try control.view(control.cancel(id, in: scope))
    }

    /// Forgets a finished job, its events and its files; the version that it made stays.
    ///
    /// - Throws: as `job`, and `StoreError.invalidTransition` when it is not finished.
    package func delete(_ id: String, in scope: Scope) throws { try control.delete(id, in: scope) }

    /// Asks a running job to save a checkpoint and pause.
    ///
    /// - Throws: as `cancel`.
    package func pause(_ id: String, in scope: Scope) throws -> JobView {
        try control.view(control.pause(id, in: scope))
    }

    /// Puts a paused job back into the queue.
    ///
    /// - Throws: as `cancel`.
    package func resume(_ id: String, in scope: Scope) throws -> JobView {
        try control.view(control.resume(id, in: scope))
    }

    /// Queues a failed or cancelled job again, as a new one.
    ///
    /// - Throws: as `job`, and as `JobSubmission.retry`.
    package func retry(_ id: String, in scope: Scope) throws -> JobView {
        try control.view(submission.retry(control.job(id, in: scope)))
    }

    /// The events with a job's gradient pictures, oldest first; a step done again is among them again.
    ///
    /// - Throws: as `job`.
    package func gradients(_ id: String, in scope: Scope) throws -> [EventRecord] {
        try control.gradients(id, in: scope)
    }

    /// Reads a job's events, history and then live.
    ///
    /// - Throws: as `job`, before anything is read.
    package func events(of id: String, in scope: Scope) throws -> JobEventFeed {
        _ = try control.job(id, in: scope)
        return feed
    }
}
