import Kernels
import RecurrentLayers

/// Where tasks are told apart: a new task is one case in each function.
enum TaskCatalog {
    static func planner(_ task: TaskKind) -> any TaskPlanner.Type {
        switch task {
        case .forecast: ForecastPlanner.self
        case .languageModel: LanguageModelPlanner.self
        case .classification: ClassificationPlanner.self
        case .regression: RegressionPlanner.self
        case .tagging: TaggingPlanner.self
        case .sequenceToSequence: SequenceToSequencePlanner.self
        case .pointer: PointerPlanner.self
        }
    }

    static func training(
        settings: EffectiveSettings, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> any TrainingTask {
        switch settings.task {
        case .forecast: try ForecastTask(settings: settings, examples: examples, validation: validation, parent: parent)
        case .languageModel: try LanguageModelTask(settings: settings, examples: examples, validation: validation, parent: parent)
        case .classification: try ClassificationTask(settings: settings, examples: examples, validation: validation, parent: parent)
        case .regression: try RegressionTask(settings: settings, examples: examples, validation: validation, parent: parent)
        case .tagging: try TaggingTask(settings: settings, examples: examples, validation: validation, parent: parent)
        case .sequenceToSequence: try SequenceToSequenceTask(settings: settings, examples: examples, validation: validation, parent: parent)
        case .pointer: try PointerTask(settings: settings, examples: examples, validation: validation, parent: parent)
        }
    }

    static func predictor(
        description: ModelDescription, tensors: [NamedTensor], serving: Serving
    ) throws(ModelError) -> any TaskPredictor {
        switch description.settings.task {
        case .forecast: try ForecastPredictor(description: description, tensors: tensors, serving: serving)
        case .languageModel: try LanguageModelPredictor(description: description, tensors: tensors, serving: serving)
        case .classification: try ClassificationPredictor(description: description, tensors: tensors, serving: serving)
        case .regression: try RegressionPredictor(description: description, tensors: tensors, serving: serving)
        case .tagging: try TaggingPredictor(description: description, tensors: tensors, serving: serving)
        // Held as they are: float32, on one thread.
        case .sequenceToSequence: try SequenceToSequencePredictor(description: description, tensors: tensors)
        case .pointer: try PointerPredictor(description: description, tensors: tensors)
        }
    }
}
