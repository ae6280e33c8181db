import JSON
import Logging
import Store

/// Tells of a job's own files that do not read: in the log with the cause, in its events what becomes of it.
struct JobDamage {
    let job: JobRecord
    let session: TrainingSession
    let logger: Logger

    func parent(_ name: String, _ fault: String) {
        logger.error("copy of a parent damaged", metadata: ["job": "\(job.id)", "error": "\(fault)"])
        session.event(["type": "warning", "message": .string("the job's copy of \(name) does not read")])
    }

    /// - Parameter isResumed: from a checkpoint before the damaged ones.
    func checkpoints(_ faults: [String], isResumed: Bool) {
        guard !faults.isEmpty else { return }
        for fault in faults {
            logger.error("checkpoint does not read", metadata: ["job": "\(job.id)", "error": "\(fault)"])
        }
        let way = isResumed ? "the training goes on from the one before" : "the training starts afresh"
        session.event(["type": "warning", "message": .string("the checkpoint does not read; " + way)])
    }

    func unfit(_ error: any Error) {
        logger.error("checkpoint does not fit; starting afresh", metadata: ["job": "\(job.id)", "error": "\(error)"])
        session.event(["type": "warning", "message": "the checkpoint does not fit; the training starts afresh"])
    }
}
