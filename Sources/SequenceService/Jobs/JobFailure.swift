package import JSON
package import Logging
import SequenceModels
package import Store

/// What a failed job says about why (its `error` member): a problem without internals.
package enum JobFailure {
    /// A job under which the process ended as often as is allowed.
    static func exhausted(_ job: JobRecord, attemptsMax: Int) -> JSONValue {
        let times = attemptsMax == 1 ? "once" : "\(attemptsMax) times"
        return [
            "type": "/problems/training-failed", "title": "Training failed",
            "detail": .string(
                "the process ended \(times) while this job ran, without a new checkpoint in between "
                    + "(attempt \(job.attempt)): the job was set aside, so that it does not end the process again. "
                    + "The server's log says how the process ended; a job that needs more memory than there is wants a "
                    + "lower batch_size, window or hidden. To try it again, send it again; attempts_max says how often "
                    + "a process may end"
            ),
        ]
    }

    /// The `error` member for what a run threw. What is not for clients goes to the log.
    package static func json(_ error: any Error, job: JobRecord, logger: Logger) -> JSONValue {
        var members: JSONObject = ["type": "/problems/training-failed", "title": "Training failed"]
        switch error {
        case let failure as TrainingFailure:
            members.append("detail", .string(failure.message))
        case let faults as Faults:
            members.append("detail", "the data or settings are not valid")
            members.append(
                "errors", .array(faults.list.map { ["pointer": .string($0.pointer), "detail": .string($0.detail)] }))
        default:
            logger.error("job failed", metadata: ["job": "\(job.id)", "error": "\(error)"])
            members.append("detail", .string(Self.detail(of: ServiceError(error))))
        }
        return .object(members)
    }

    private static func detail(of error: ServiceError) -> String {
        let log = "the server's log has the cause under this job's id"
        switch error {
        case .diskFailed, .diskFull, .readOnly:
            return "the disk of the data directory failed; \(log), and the job can be tried again"
        default: return "an internal error; \(log)"
        }
    }
}
