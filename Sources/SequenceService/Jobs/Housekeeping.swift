import Logging
import Store

/// Deletes files of jobs that need them no more. Runs at start, on the runner's thread.
struct Housekeeping {
    let services: JobServices
    let logger: Logger

    func run() {
        do {
            for id in services.checkpoints.jobs() where try services.store.job(id)?.status.isFinal ?? true {
                services.checkpoints.remove(id)
            }
            try services.data.removeUnused(inUse: try services.store.dataInUse())
        } catch {
            // What is left behind costs room and harms nothing; the next start tries again.
            logger.warning("housekeeping", metadata: ["error": "\(error)"])
        }
    }
}
