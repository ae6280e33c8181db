/// How long the files of jobs are kept. Pure: who deletes them passes what it found.
package enum Retention {
    /// Younger files without a job may be those of a request that is about to insert it.
    package static let unclaimedSecondsMin = 3600
    /// A failed job's last checkpoint is kept for a week.
    package static let failedSecondsMax = 7 * 86_400

    /// Whether the checkpoint and the parent's copy of a job are needed: until it is finished, and for a while when it
    /// failed.
    ///
    /// - Parameters:
    ///   - job: nil when no job has the id that the files bear.
    ///   - ageSeconds: since the files changed.
    package static func keepsCheckpoint(of job: JobRecord?, ageSeconds: Int, nowMs: Int64) -> Bool {
        guard let job else { return ageSeconds < unclaimedSecondsMin }
        if job.status == .failed { return nowMs - (job.finishedAtMs ?? 0) < Int64(failedSecondsMax) * 1000 }
        return !job.status.isFinal
    }
}
