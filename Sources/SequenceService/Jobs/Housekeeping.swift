package import Logging
import ModelFiles
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
    package func run(nowMs now: Int64 = Clock.wallMilliseconds()) {
        do {
            try forget(nowMs: now)
            for id in services.checkpoints.jobs() where try !isNeeded(id, nowMs: now) {
                services.checkpoints.remove(id)
            }
            let inUse = try services.store.dataInUse(failedSinceMs: services.retention.failedSinceMs(now))
            try services.data.removeUnused(inUse: inUse)
            try removeLeftovers(nowMs: now)
        } catch {
            // What is left behind costs room and harms nothing; the next start tries again.
            logger.warning("housekeeping", metadata: ["error": "\(error)"])
        }
    }

    /// Finished jobs that are too old or too many, and events of running ones that are too many.
    private func forget(nowMs: Int64) throws {
        let retention = services.retention
        let oldestMs = nowMs - Int64(retention.jobSecondsMax * 1000)
        while true {
            let jobs = try services.reserve.freeing(in: services.store) {
                try services.store.deleteExpired(endedBeforeMs: oldestMs, keeping: retention.jobsMax)
            }
            if jobs.isEmpty { break }
            for job in jobs { services.removeFiles(of: job) }
            logger.info("finished jobs forgotten", metadata: ["jobs": .number(jobs.count)])
        }
        for job in try services.store.jobs(status: .running, limit: 9) { try services.thinEvents(of: job.id) }
    }

    /// Files of versions whose import, publication or deletion broke off.
    private func removeLeftovers(nowMs: Int64) throws {
        let beforeMs = nowMs - Int64(Retention.unclaimedSecondsMin) * 1000
        for (model, version) in try services.store.leftovers(beforeMs: beforeMs) {
            if try services.models.hasFiles(name: model, version: version) {
                logger.notice(
                    "files of a version that is not there deleted", metadata: ["model": "\(model)@\(version)"])
            }
            try services.models.remove(name: model, version: version)
            try services.store.forgetLeftover(model, version)
        }
    }

    private func isNeeded(_ id: String, nowMs: Int64) throws -> Bool {
        services.retention.keepsCheckpoint(
            of: try services.store.job(id), ageSeconds: services.checkpoints.ageSeconds(id), nowMs: nowMs)
    }
}
