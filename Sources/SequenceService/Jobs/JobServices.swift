package import ModelFiles
package import Store

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

    var parents: ParentVersions { ParentVersions(store: store, models: models) }
    var publisher: Publisher { Publisher(store: store, models: models) }
}
