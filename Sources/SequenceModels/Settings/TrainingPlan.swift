/// What a training will do: settings resolved from the request and the data, its cost, and an audit of the data.
package struct TrainingPlan: Sendable {
    /// What the training runs with, defaults included.
    package let settings: EffectiveSettings
    /// Numbers that it finds.
    package let parameterCount: Int
    /// Floating-point operations of all epochs, forward and backward.
    package let estimatedFLOPs: Double
    /// Bytes it needs at most, data included, as estimated.
    package let estimatedMemoryBytes: Int
    /// Optimiser steps of one epoch.
    package let stepsPerEpoch: Int
    /// Whether the model is trained once more, on all data, for as many epochs as proved best.
    package let refits: Bool
    /// Folds of a cross-validation, each of which is trained twice before the model is trained on all data; 0 for none.
    package let folds: Int
    /// Sentences about the data: missing values, duplicates, constant channels, sequences that are too short.
    package let notes: [String]
}

/// A training that may begin: its plan and all it learns from, encoded; of the examples nothing is kept.
package struct PreparedTraining {
    /// What a client is answered before the training begins.
    package let plan: TrainingPlan
    /// Holds the encoded data. Any number of trainings may use it, one after the other.
    let task: any TrainingTask
    /// The trainings that come before that of the model, on a part of the data each; nil for none.
    let crossValidation: CrossValidation?
    /// The version whose weights the training begins with.
    let parent: ParentModel?

    /// What of the examples is held back.
    package var heldBack: HeldBack { task.heldBack }
}
