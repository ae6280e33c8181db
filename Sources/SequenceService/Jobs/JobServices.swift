package import ModelFiles
package import Store
import System

/// What a run of a job needs from its surroundings.
package struct JobServices: Sendable {
    /// Jobs, their events, and versions.
    package let store: any RecordStore
    /// Training data, by digest.
    package let data: TrainingDataFiles
    /// Checkpoints, by job.
    package let checkpoints: CheckpointFiles
    /// Published versions.
    package let models: ModelDirectory
    /// Told whenever a job or its events have changed.
    package let signal: ChangeSignal
    /// Counts what runs do.
    package let metrics: ServiceMetrics
    /// What finished trainings took, and others will.
    package let history: TrainingHistory
    /// Told that a run has ended, whose data and network took memory.
    package let trimmer: MemoryTrimmer
    /// Room for deletions on a full disk.
    package let reserve: DiskReserve
    /// How long rows and files are kept.
    package let retention: Retention
    /// Called with a version before the label moves to it.
    package let warm: @Sendable (_ model: String, _ version: Int) -> Void

    /// The places of one data directory.
    package init(
        store: any RecordStore, data: TrainingDataFiles, checkpoints: CheckpointFiles, models: ModelDirectory,
        signal: ChangeSignal, metrics: ServiceMetrics, history: TrainingHistory, trimmer: MemoryTrimmer,
        reserve: DiskReserve, retention: Retention = Retention(),
        warm: @escaping @Sendable (_ model: String, _ version: Int) -> Void = { _, _ in }
    ) {
        self.warm = warm
        self.store = store
        self.data = data
        self.checkpoints = checkpoints
        self.models = models
        self.signal = signal
        self.metrics = metrics
        self.history = history
        self.trimmer = trimmer
        self.reserve = reserve
        self.retention = retention
    }

    /// Deletes what a job has on disk and nobody needs: checkpoints, the copy of its parent, its data. What fails is
    /// left to housekeeping.
    func removeFiles(of job: JobRecord) {
        checkpoints.remove(job.id)
        let failedSinceMs = retention.failedSinceMs(Clock.wallMilliseconds())
        guard (try? store.needsData(job.data, failedSinceMs: failedSinceMs)) == false else { return }
        data.remove(job.data, unchangedSinceMs: job.createdAtMs)
    }

    /// Keeps the events of a job within their number.
    func thinEvents(of jobID: String) throws(StoreError) {
        try store.thinEvents(
            jobID, beginningWith: #"{"type":"metrics""#, countMax: retention.eventsPerJobMax)
    }

    var parents: ParentVersions { ParentVersions(store: store, models: models) }
    /// Makes versions of what was trained.
    package var publisher: Publisher { Publisher(store: store, models: models, warm: warm) }
}
