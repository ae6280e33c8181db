import Kernels
import RecurrentLayers

extension TaskKind {
    /// Positions in its own input.
    package static let pointer = TaskKind("pointer")
}

/// Positions of the input as answers.
struct Pointing: SequenceTask {
    var kind: TaskKind { .pointer }

    var isPaired: Bool { true }
    /// Its targets may mean another task: only the request can say.
    func isMeant(by first: TrainingExample) -> Bool { false }
    func accepts(_ first: TrainingExample) -> Bool { first.numbers != nil }
    var examplesInWords: String { "pairs of sequences" }
    var refusalHint: String { "; it needs lists of positions in the input" }
    var losses: [LossKind] { [.crossEntropy] }

    func checkTarget(
        _ example: TrainingExample, like first: TrainingExample, _ pointer: String, _ checks: inout SettingsChecks
    ) {
        checks.pair(example, like: first, number: "position", numbers: "positions", pointer)
    }

    func network(of description: ModelDescription) throws(Faults) -> ModelNetwork {
        guard case .pointer(let own) = description.network else {
            throw Faults("/network", "a pointer network is needed")
        }
        let reader = InputEncoder(description: description)
        return .pointer(PointerTask.network(description.settings, reader: reader, hasEnd: own.hasEnd))
    }

    var parts: Set<TaskPart> { [.channelScaling, .numbers, .tokens] }

    var answers: [AnswerShape] { [RankedAnswers<PositionOutput>.shape([MemberShape("indices", .wholes)])] }

    var answerLayouts: [AnswerLayout] { [.ranked("indices")] }
    var eventLayouts: [AnswerLayout] { [.word("position")] }

    func prepare(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> PlanDraft {
        try PointerPlanner.plan(request: request, examples: examples, validation: validation, parent: parent)
    }

    /// Held as it is: float32, on one thread.
    func predictor(description: ModelDescription, tensors: [NamedTensor], serving: Serving) throws(ModelError)
        -> any TaskPredictor
    {
        try PointerPredictor(description: description, tensors: tensors)
    }
}
