import Logging
import Store
import System

/// Deletes files of jobs that need them no more. Runs at start, on the runner's thread.
struct Housekeeping {
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
        Retention.keepsCheckpoint(
            of: try services.store.job(id), ageSeconds: services.checkpoints.ageSeconds(id), nowMs: nowMs)
    }
}
