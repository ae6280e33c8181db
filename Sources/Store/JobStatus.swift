/// Where a training job stands. This file draws the state machine and has its arrows; `JobRules` has what goes along
/// with each, and a store changes a job only through these.
///
///                insert
///                  │
///                  ▼     cancel                        cancel
///      ┌───────► queued ─────────► cancelled ◄───────────────── paused
///      │           │                   ▲                        │  ▲
///      │ rescue    │ claim             │ finishCancelled        │  │
///      │           ▼                   │                        │  │
///      └──────── running ──────────────┘                        │  │
///                │  │  └──────────────── finishPaused ──────────┼──┘
///        succeed │  │ fail                                      │
///                ▼  ▼                                 resume    ▼
///         succeeded  failed                      (back to) queued
///
/// Invariants
/// 1. A job is `running` exactly while its row names a runner: the instance that claimed it.
/// 2. Only its runner moves a running job on; another process may `rescue` it once the runner's lease has ended.
/// 3. `succeeded`, `failed` and `cancelled` are final. They alone have `finishedAtMs`; `succeeded` alone has `version`.
/// 4. `cancelRequested` and `pauseRequested` are wishes to a running job, false in every other status.
///    They are polled by its trainer; a job that finishes first stays finished.
/// 5. `attempt` is 1 plus the number of rescues; pausing does not raise it. A resumed job goes through the queue, at
///    its old place, because something else may be running: so `running ⇄ paused` returns by way of `queued`.
/// 6. On a graceful stop the runner itself gives its job back (`release`), the same arrow as `rescue` without a new
///    attempt. A job with an unfulfilled wish is then, and at a rescue, cancelled or paused rather than queued.
/// 7. Every arrow is one durable transaction, and leaves an event
///    `{"type":"status","status":"…","attempt":n}`.
package enum JobStatus: String, Sendable, Equatable, CaseIterable {
    case queued, running, paused, succeeded, failed, cancelled

    /// Whether a job in this status stays in it.
    package var isFinal: Bool {
        switch self {
        case .succeeded, .failed, .cancelled: true
        case .queued, .running, .paused: false
        }
    }
}

/// The arrows. Each answers the new status, or nil when the arrow does not start here.
extension JobStatus {
    /// A runner takes the oldest queued job.
    func claimed() -> JobStatus? { self == .queued ? .running : nil }

    /// The runner died.
    func rescued() -> JobStatus? { self == .running ? .queued : nil }

    /// The trainer saved a checkpoint and stopped because a pause was requested.
    func pausedByRunner() -> JobStatus? { self == .running ? .paused : nil }

    /// A client wants a paused job to go on.
    func resumed() -> JobStatus? { self == .paused ? .queued : nil }

    /// A client cancels a job that nobody runs. A running one is asked instead (`cancelRequested`).
    func cancelledByClient() -> JobStatus? { self == .queued || self == .paused ? .cancelled : nil }

    /// The trainer stopped because a cancel was requested.
    func cancelledByRunner() -> JobStatus? { self == .running ? .cancelled : nil }

    /// The version is published.
    func succeeded() -> JobStatus? { self == .running ? .succeeded : nil }

    /// The trainer gave up.
    func failed() -> JobStatus? { self == .running ? .failed : nil }
}
