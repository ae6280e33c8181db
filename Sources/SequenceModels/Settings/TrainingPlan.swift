/// What a training will do: settings resolved from the request and the data, its cost, and an audit of the data.
package struct TrainingPlan: Sendable {
    package let settings: EffectiveSettings
    package let parameterCount: Int
    /// Floating-point operations of all epochs, forward and backward.
    package let estimatedFLOPs: Double
    package let estimatedMemoryBytes: Int
    /// Optimiser steps of one epoch.
    package let stepsPerEpoch: Int
    /// Sentences about the data: missing values, duplicates, constant channels, sequences that are too short.
    package let notes: [String]
}

/// A training that may begin: its plan and all it learns from, encoded; of the examples nothing is kept.
package struct PreparedTraining {
    package let plan: TrainingPlan
    /// Holds the encoded data. Any number of trainings may use it, one after the other.
    let task: any TrainingTask
    /// The version whose weights the training begins with.
    let parent: ParentModel?
}
