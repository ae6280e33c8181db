/// A task's choice before its cost is known.
struct PlanDraft {
    let settings: EffectiveSettings
    var network: ModelNetwork
    /// Steps of the longest window; of a paired task, those of its input and its target together.
    var windowSteps: Int
    /// Those of its input, of a paired task.
    var sourceSteps = 0
    /// Steps of the longest window that is validated on, and their number, where training's do not tell.
    var measured: (steps: Int, count: Int)?
    /// Bytes of the data as the network reads them, where they are not in proportion to what was sent.
    var inputsSizeBytes = 0
    var notes: [String]
    /// What is held back, unless it is cross-validation that does it.
    var heldBackNotes: [String] = []
    /// Makes the task of the encoded data, which it holds; the examples it does not.
    var task: () -> any TrainingTask
    /// Makes the trainings of a small set, of which it holds the examples; nil for a set that is not, or where it was
    /// said what to hold back.
    var crossValidation: (() -> CrossValidation?)?
}
