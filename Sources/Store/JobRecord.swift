/// A training job as the store keeps it. Times are milliseconds since 1970-01-01 UTC; JSON members are texts the
/// store does not look into.
package struct JobRecord: Sendable, Equatable {
    /// `job_` and a ULID: made by `JobID`.
    package let id: String
    /// The name of the model that it trains.
    package let model: String
    /// The service's name of the task; the store does not look into it.
    package let task: String
    /// Where it is in its life; see the diagram of `JobStatus`.
    package internal(set) var status: JobStatus
    /// When it was accepted.
    package let createdAtMs: Int64
    /// When it was first claimed; kept through rescues and pauses.
    package internal(set) var startedAtMs: Int64?
    /// When it reached a final status.
    package internal(set) var finishedAtMs: Int64?
    /// 1 plus the number of rescues.
    package internal(set) var attempt: Int
    /// Every effective setting (JSON).
    package let settings: String
    /// Name of the content-addressed file with the training data.
    package let data: String
    /// Last reported progress (JSON). Not synced to disk by itself: it may be older after a power cut.
    package internal(set) var progress: String?
    /// Last reported or final metrics (JSON).
    package internal(set) var metrics: String?
    /// What a succeeded job made (JSON).
    package internal(set) var result: String?
    /// Why a failed job failed (JSON).
    package internal(set) var error: String?
    /// The client's own (JSON object).
    package let metadata: String
    /// The version a succeeded job made.
    package internal(set) var version: Int?
    /// `always`, `if_better` or `never`.
    package let promote: String
    /// A client wants the running job to stop for good.
    package internal(set) var cancelRequested: Bool
    /// A client wants the running job to stop until it is resumed.
    package internal(set) var pauseRequested: Bool
    /// Unique within its tenant.
    package let idempotencyKey: String?
    /// Digest of the request, to tell a repeat from a different request with the same key.
    package let requestDigest: String
    /// Runner instance of a running job.
    package internal(set) var runner: String?
    /// Whose it is; "" is the unnamed tenant.
    package let tenant: String

    /// A new, queued job.
    package init(
        id: String, model: String, task: String, createdAtMs: Int64, settings: String, data: String,
        metadata: String = "{}", promote: String = "if_better", idempotencyKey: String? = nil,
        requestDigest: String = "",
        tenant: String = ""
    ) {
        self.id = id
        self.model = model
        self.task = task
        self.status = .queued
        self.createdAtMs = createdAtMs
        self.attempt = 1
        self.settings = settings
        self.data = data
        self.metadata = metadata
        self.promote = promote
        self.cancelRequested = false
        self.pauseRequested = false
        self.idempotencyKey = idempotencyKey
        self.requestDigest = requestDigest
        self.tenant = tenant
    }
}

/// One entry of a job's history.
package struct EventRecord: Sendable, Equatable {
    /// Rises over all jobs of the store; never used twice.
    package let id: Int64
    /// The job that it is of.
    package let jobID: String
    /// When it was stored.
    package let atMs: Int64
    /// The event's own members as a JSON object, without id and time.
    package let json: String
}

/// One trained version of a model.
package struct VersionRecord: Sendable, Equatable {
    /// The model's name.
    package let model: String
    /// From 1, by model.
    package let version: Int
    /// The job that made it; nil for an imported one.
    package let jobID: String?
    /// When it was published.
    package let createdAtMs: Int64
    /// What the service wants to know without opening the files (JSON): task, metrics, skill, digest …
    package let info: String

    /// A version as it is to be stored.
    package init(model: String, version: Int, jobID: String?, createdAtMs: Int64, info: String) {
        self.model = model
        self.version = version
        self.jobID = jobID
        self.createdAtMs = createdAtMs
        self.info = info
    }
}
