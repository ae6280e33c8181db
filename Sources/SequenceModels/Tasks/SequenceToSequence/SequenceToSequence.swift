import Kernels
import RecurrentLayers

extension TaskKind {
    /// A sequence of tokens for another sequence, of any length.
    package static let sequenceToSequence = TaskKind("sequence_to_sequence")
}

/// Sequences that answer sequences.
struct SequenceToSequence: PairingTask {
    typealias Target = SymbolTarget

    func accepts(_ first: TrainingExample) -> Bool { first.target != nil }

    func checkTarget(
        _ example: TrainingExample, like first: TrainingExample, _ pointer: String, _ checks: inout SettingsChecks
    ) {
        checks.pair(example, like: first, number: "symbol", numbers: "numbers", pointer)
    }

    func network(of description: ModelDescription) throws(Faults) -> ModelNetwork {
        .encoderDecoder(
            SequenceToSequenceTask.network(
                description.settings, reader: InputEncoder(description: description),
                targets: description.targetVocabulary?.tokens.count ?? 0))
    }

    var parts: Set<TaskPart> { [.targetVocabulary, .channelScaling, .numbers, .tokens] }

    var answers: [AnswerShape] {
        [RankedAnswers<SymbolOutput>.shape([MemberShape("output", .textOrTexts), MemberShape("tokens", .texts)])]
    }

    var answerLayouts: [AnswerLayout] { [.ranked("output")] }
    /// Symbols have no text.
    var eventLayouts: [AnswerLayout] { [.text("text"), .word("token")] }

    func prepare(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> PlanDraft {
        try SequenceToSequencePlanner.plan(request: request, examples: examples, validation: validation, parent: parent)
    }
}
