package import ModelFiles
package import Store

/// What a run of a job needs from its surroundings.
package struct JobServices: Sendable {
    package let store: SQLiteStore
    package let data: TrainingDataFiles
    package let checkpoints: CheckpointFiles
    package let models: ModelDirectory
    /// Told whenever a job or its events have changed.
    package let signal: ChangeSignal
    package let metrics: ServiceMetrics

    var parents: ParentVersions { ParentVersions(store: store, models: models) }
    var publisher: Publisher { Publisher(store: store, models: models) }
}
