import Kernels
import RecurrentLayers

extension TaskKind {
    /// A label for each step of a sequence.
    package static let tagging = TaskKind("tagging")
}

/// Labels of the steps of a sequence.
struct Tagging: LabellingTask {
    var kind: TaskKind { .tagging }

    func isMeant(by first: TrainingExample) -> Bool { first.labels != nil }
    var examplesInWords: String { "sequences with a list of labels as target" }
    var losses: [LossKind] { [.crossEntropy] }

    func network(of description: ModelDescription) throws(Faults) -> ModelNetwork {
        TaggingPlanner.network(
            description.settings, reader: InputEncoder(description: description),
            labels: description.labels?.count ?? 0)
    }

    var answers: [AnswerShape] {
        [AnswerShape(MemberShape("labels", .texts), MemberShape("probabilities", .numbers))]
    }

    var answerLayouts: [AnswerLayout] { [.steps("labels", "probabilities")] }

    func prepare(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> PlanDraft {
        try TaggingPlanner.plan(request: request, examples: examples, validation: validation, parent: parent)
    }

    func predictor<Network: SequenceNetwork>(
        _ network: Network.Type, _ description: ModelDescription, _ tensors: [NamedTensor], _ serving: Serving
    ) throws(ModelError) -> any TaskPredictor {
        try TaggingPredictor<Network>(description: description, tensors: tensors, serving: serving)
    }
}
