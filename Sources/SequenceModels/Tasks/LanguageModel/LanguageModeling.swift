import Kernels
import RecurrentLayers

extension TaskKind {
    /// The next token of a text or of a sequence of symbols.
    package static let languageModel = TaskKind("language_model")
}

/// Texts and sequences of symbols that go on.
struct LanguageModeling: SingleSequenceTask {
    var kind: TaskKind { .languageModel }

    func isMeant(by first: TrainingExample) -> Bool {
        if case .numeric = first.input { false } else { first.target == nil }
    }

    var examplesInWords: String { "texts or symbols without targets" }
    var losses: [LossKind] { [.crossEntropy] }

    func network(of description: ModelDescription) throws(Faults) -> ModelNetwork {
        LanguageModelPlanner.network(description.settings, vocabulary: description.vocabulary?.tokens.count ?? 0)
    }

    var parts: Set<TaskPart> { [.tokens] }
    var tiesMissingHead: Bool { true }

    func complete(_ description: inout ModelDescription, _ request: ImportRequest, _ imported: ImportedTensors)
        throws(Faults)
    {
        guard description.vocabulary != nil else {
            throw Faults("/vocabulary", "a language_model needs the texts of its tokens")
        }
        description.network = try network(of: description)
    }

    var goesOn: Bool { true }

    var answers: [AnswerShape] {
        let logprobs = "Natural logarithms; null for a first token."
        return [
            AnswerShape(
                MemberShape("text", .text), MemberShape("tokens", .texts),
                MemberShape("logprobs", .numbersOrUnknown, isRequired: false, help: logprobs),
                MemberShape("finish_reason", .words(["length", "stop"]))),
            AnswerShape(
                MemberShape("tokens", .texts, isRequired: false),
                MemberShape("logprobs", .numbersOrUnknown, help: logprobs),
                MemberShape(
                    "end_logprob", .numberOrUnknown, isRequired: false,
                    help: "Of the end behind the last token; of models of whole sequences."),
                MemberShape("perplexity", .numberOrUnknown), MemberShape("bits_per_token", .numberOrUnknown)),
        ]
    }

    var answerLayouts: [AnswerLayout] { [.text("text"), .total("perplexity", under: "tokens", "logprobs")] }

    func prepare(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> PlanDraft {
        try LanguageModelPlanner.plan(request: request, examples: examples, validation: validation, parent: parent)
    }

    func predictor<Network: SequenceNetwork>(
        _ network: Network.Type, _ description: ModelDescription, _ tensors: [NamedTensor], _ serving: Serving
    ) throws(ModelError) -> any TaskPredictor {
        try LanguageModelPredictor<Network>(description: description, tensors: tensors, serving: serving)
    }
}
