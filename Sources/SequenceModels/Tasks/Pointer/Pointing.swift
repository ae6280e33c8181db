import Kernels
import RecurrentLayers

extension TaskKind {
    /// Positions in its own input.
    package static let pointer = TaskKind("pointer")
}

/// Positions of the input as answers.
struct Pointing: PairingTask {
    typealias Target = PositionTarget

    func accepts(_ first: TrainingExample) -> Bool { first.numbers != nil }
    var refusalHint: String { "; it needs lists of positions in the input" }
    /// It compares items, which blocks do better than recurrence.
    var encoder: EncoderChoice { .transformer }

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
}
