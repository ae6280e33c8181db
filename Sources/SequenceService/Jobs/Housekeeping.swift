import Logging
import Store

/// Deletes files of jobs that need them no more. Runs at start, on the runner's thread.
struct Housekeeping {
    /// A failed job's last checkpoint is kept for a week.
    private static let failedSecondsMax = 7 * 86_400

    let services: JobServices
    let logger: Logger

    func run() {
        do {
            let now = Clock.wallMilliseconds()
            for id in services.checkpoints.jobs() where try !isNeeded(services.store.job(id), nowMs: now) {
                services.checkpoints.remove(id)
            }
            try services.data.removeUnused(inUse: try services.store.dataInUse())
        } catch {
            // What is left behind costs room and harms nothing; the next start tries again.
            logger.warning("housekeeping", metadata: ["error": "\(error)"])
        }
    }

    private func isNeeded(_ job: JobRecord?, nowMs: Int64) -> Bool {
        guard let job else { return false }
        if job.status == .failed { return nowMs - (job.finishedAtMs ?? 0) < Int64(Self.failedSecondsMax) * 1000 }
        return !job.status.isFinal
    }
}
