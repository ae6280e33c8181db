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

    static func predictor(
        description: ModelDescription, tensors: [NamedTensor], serving: Serving
    ) throws(ModelError) -> any TaskPredictor {
        switch description.network {
        case .recurrent:
            try predictor(RecurrentNetwork.self, description: description, tensors: tensors, serving: serving)
        case .transformer:
            try predictor(TransformerNetwork.self, description: description, tensors: tensors, serving: serving)
        // Held as they are: float32, on one thread.
        case .encoderDecoder: try SequenceToSequencePredictor(description: description, tensors: tensors)
        case .pointer: try PointerPredictor(description: description, tensors: tensors)
        }
    }

    private static func predictor<Network: SequenceNetwork>(
        _ network: Network.Type, description: ModelDescription, tensors: [NamedTensor], serving: Serving
    ) throws(ModelError) -> any TaskPredictor {
        switch description.settings.task {
        case .forecast: try ForecastPredictor<Network>(description: description, tensors: tensors, serving: serving)
        case .languageModel:
            try LanguageModelPredictor<Network>(description: description, tensors: tensors, serving: serving)
        case .classification:
            try ClassificationPredictor<Network>(description: description, tensors: tensors, serving: serving)
        case .regression: try RegressionPredictor<Network>(description: description, tensors: tensors, serving: serving)
        case .tagging: try TaggingPredictor<Network>(description: description, tensors: tensors, serving: serving)
        case .sequenceToSequence, .pointer: throw .missingTensor("network")
        }
    }
}
