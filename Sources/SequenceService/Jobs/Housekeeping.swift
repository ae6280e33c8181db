import Logging
import Store
import System

/// Deletes files of jobs that need them no more. Runs at start, on the runner's thread.
struct Housekeeping {
    /// Younger files without a job may be those of a request that is about to insert it.
    private static let unknownSecondsMin = 3600
    /// A failed job's last checkpoint is kept for a week.
    private static let failedSecondsMax = 7 * 86_400

    let services: JobServices
    let logger: Logger

    func run() {
        do {
            let now = Clock.wallMilliseconds()
            for id in services.checkpoints.jobs() where try !isNeeded(id, nowMs: now) {
                services.checkpoints.remove(id)
            }
            try services.data.removeUnused(inUse: try services.store.dataInUse())
        } catch {
            // What is left behind costs room and harms nothing; the next start tries again.
            logger.warning("housekeeping", metadata: ["error": "\(error)"])
        }
    }

    private func isNeeded(_ id: String, nowMs: Int64) throws -> Bool {
        guard let job = try services.store.job(id) else {
            return services.checkpoints.ageSeconds(id) < Self.unknownSecondsMin
        }
        if job.status == .failed { return nowMs - (job.finishedAtMs ?? 0) < Int64(Self.failedSecondsMax) * 1000 }
        return !job.status.isFinal
    }
}
