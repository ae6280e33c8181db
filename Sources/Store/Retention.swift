/// How long the rows and files of jobs are kept. Pure: who deletes them passes what it found.
package struct Retention: Sendable, Equatable {
    /// Younger files without a job may be those of a request that is about to insert it.
    package static let unclaimedSecondsMin = 3600

    /// Finished jobs.
    package var jobsMax = 10_000
    /// Of a finished job, since it ended.
    package var jobSecondsMax = 365.0 * 86_400
    /// Events of one job; what it told of its way is thinned, its statuses, warnings and checkpoints stay.
    package var eventsPerJobMax = 5_000
    /// The last checkpoint and the data of a failed job, since it ended.
    package var failedSecondsMax = 7.0 * 86_400

    /// Versions of one model; beyond, the oldest that nobody needs go. 0: all are kept.
    package var versionsMax = 0
    /// Age of a version that nobody needs. 0: any.
    package var versionSecondsMax = 0.0
    /// Bytes of all versions together; beyond, the oldest that nobody needs go. 0: any number.
    package var versionBytesMax = 0

    /// Everything at its default.
    package init() {}

    /// Whether versions are kept for ever.
    package var keepsVersions: Bool { versionsMax == 0 && versionSecondsMax == 0 && versionBytesMax == 0 }

    /// Jobs that have failed since keep their data.
    package func failedSinceMs(_ nowMs: Int64) -> Int64 { nowMs - Int64(failedSecondsMax * 1000) }

    /// Whether the checkpoint and the parent's copy of a job are needed: until it is finished, and for a while when it
    /// failed.
    ///
    /// - Parameters:
    ///   - job: nil when no job has the id that the files bear.
    ///   - ageSeconds: since the files changed.
    package func keepsCheckpoint(of job: JobRecord?, ageSeconds: Int, nowMs: Int64) -> Bool {
        guard let job else { return ageSeconds < Self.unclaimedSecondsMin }
        if job.status == .failed { return Double(nowMs - (job.finishedAtMs ?? 0)) < failedSecondsMax * 1000 }
        return !job.status.isFinal
    }
}
