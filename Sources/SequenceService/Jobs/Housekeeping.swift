package import Logging
import Store
import System

/// Deletes files of jobs that need them no more. Runs at start and now and then, by `Caretaker`.
package struct Housekeeping {
    private let services: JobServices
    private let logger: Logger

    /// For the files of these services.
    package init(services: JobServices, logger: Logger) {
        self.services = services
        self.logger = logger
    }

    /// Looks at every file of a job once. What fails is logged and left to the next start.
    package func run() {
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
