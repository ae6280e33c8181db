/// A training job as a store keeps it. Times are milliseconds since 1970-01-01 UTC; JSON members are texts the
/// store does not look into.
///
/// What varies is set by `JobRules`, and by a store that reads a row.
package struct JobRecord: Sendable, Equatable {
    /// `job_` and a ULID: made by `JobID`.
    package let id: String
    /// The name of the model that it trains.
    package let model: String
    /// The service's name of the task; the store does not look into it.
    package let task: String
    /// Where it is in its life; see the diagram of `JobStatus`.
    package var status: JobStatus
    /// When it was accepted.
    package let createdAtMs: Int64
    /// When it was first claimed; kept through rescues and pauses.
    package var startedAtMs: Int64?
    /// When it reached a final status.
    package var finishedAtMs: Int64?
    /// 1 plus the number of rescues.
    package var attempt: Int
    /// Every effective setting (JSON).
    package let settings: String
    /// Name of the content-addressed file with the training data.
    package let data: String
    /// Last reported progress (JSON). Not synced to disk by itself: it may be older after a power cut.
    package var progress: String?
    /// Last reported or final metrics (JSON).
    package var metrics: String?
    /// What a succeeded job made (JSON).
    package var result: String?
    /// Why a failed job failed (JSON).
    package var error: String?
    /// The client's own (JSON object).
    package let metadata: String
    /// The version a succeeded job made.
    package var version: Int?
    /// `always`, `if_better` or `never`.
    package let promote: String
    /// A client wants the running job to stop for good.
    package var cancelRequested: Bool
    /// A client wants the running job to stop until it is resumed.
    package var pauseRequested: Bool
    /// Unique within its tenant.
    package let idempotencyKey: String?
    /// Digest of the request, to tell a repeat from a different request with the same key.
    package let requestDigest: String
    /// Runner instance of a running job.
    package var runner: String?
    /// The number of the version that it will make, once it has taken one.
    package var reservedVersion: Int?
    /// Rescues since it last saved a checkpoint.
    package var idleRescues: Int
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
        self.idleRescues = 0
        self.idempotencyKey = idempotencyKey
        self.requestDigest = requestDigest
        self.tenant = tenant
    }
}
