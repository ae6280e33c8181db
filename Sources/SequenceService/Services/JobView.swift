package import Store

/// A job as clients see it.
package struct JobView: Sendable {
    /// As the store has it.
    package let record: JobRecord
    /// 1 for the next; nil for a job that does not wait.
    package let queuePosition: Int?

    /// A job beside its place in the queue.
    package init(record: JobRecord, queuePosition: Int?) {
        self.record = record
        self.queuePosition = queuePosition
    }
}

/// Which jobs are listed.
package struct JobFilter: Sendable {
    /// Only this status; nil for all.
    package var status: JobStatus?
    /// Only this model; nil for all.
    package var model: String?
    /// Jobs of a page, at least 1.
    package var limit: Int
    /// Id of the last job of the page before; nil for the first page.
    package var after: String?

    /// All jobs, from the newest.
    package init(status: JobStatus? = nil, model: String? = nil, limit: Int, after: String? = nil) {
        self.status = status
        self.model = model
        self.limit = limit
        self.after = after
    }
}

/// A page of a list of jobs, newest first.
package struct JobPage: Sendable {
    /// The jobs of the page.
    package let jobs: [JobView]
    /// Whether there is a next page.
    package let hasMore: Bool
}
