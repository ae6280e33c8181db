import Kernels
import RecurrentLayers

extension TaskKind {
    /// One label for a whole sequence.
    package static let classification = TaskKind("classification")
}

/// Labels of whole sequences.
struct Classification: LabellingTask {
    var kind: TaskKind { .classification }

    func isMeant(by first: TrainingExample) -> Bool { first.label != nil }
    var examplesInWords: String { "sequences with labels" }
    var losses: [LossKind] { [.crossEntropy, .hinge] }

    func network(of description: ModelDescription) throws(Faults) -> ModelNetwork {
        ClassificationPlanner.network(
            description.settings, reader: InputEncoder(description: description),
            labels: description.labels?.count ?? 0)
    }

    var answers: [AnswerShape] {
        [AnswerShape(MemberShape("label", .text), MemberShape("probabilities", .named(.number)))]
    }

    var answerLayouts: [AnswerLayout] { [.choice("label", among: "probabilities")] }

    func prepare(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> PlanDraft {
        try ClassificationPlanner.plan(request: request, examples: examples, validation: validation, parent: parent)
    }

    func predictor<Network: SequenceNetwork>(
        _ network: Network.Type, _ description: ModelDescription, _ tensors: [NamedTensor], _ serving: Serving
    ) throws(ModelError) -> any TaskPredictor {
        try ClassificationPredictor<Network>(description: description, tensors: tensors, serving: serving)
    }
}
