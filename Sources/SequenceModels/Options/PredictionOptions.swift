/// What may be asked of a model about a sequence: the fields of a prediction, besides the sequence itself.
package struct PredictionOptions: OptionGroup {
    package static let rows = PredictionOptions()
    package static let members = membersOfRows()

    package let horizon: ConditionalOption<Int> = field(
        "horizon", .whole(1...ModelLimits.horizonMax), of: [.forecast], default: .chosen("as trained"),
        "forecast: steps; default as trained.")
    package let quantiles: ConditionalOption<[Double]> = field(
        "quantiles", .levels(countMin: 0), of: [.forecast], default: .chosen("0.1, 0.5, 0.9"),
        "forecast: levels; default 0.1, 0.5, 0.9.")
    package let samples: ConditionalOption<Int> = field(
        "samples", .whole(1...ModelLimits.samplesMax), of: [.forecast], "forecast: sample paths, then also answered.")
    package let seed: ConditionalOption<UInt64> = field(
        "seed", .seed, of: [.forecast, .languageModel], default: .fixed(0),
        "Default 0: the same request has the same answer.")
    package let maxTokens: ConditionalOption<Int> = field(
        "max_tokens", .whole(0...ModelLimits.tokensMax), of: [.languageModel], default: .fixed(256),
        "language_model: tokens to write.")
    package let temperature: ConditionalOption<Double> = field(
        "temperature", .number(NumberRange(0, 100)), of: [.languageModel], default: .fixed(1),
        "language_model: 0 takes the most probable token; default 1.")
    package let topK: ConditionalOption<Int> = field(
        "top_k", .whole(1...ModelLimits.vocabularyMax), of: [.languageModel],
        "language_model: draw among the k most probable tokens.")
    package let topP: ConditionalOption<Double> = field(
        "top_p", .number(NumberRange(0, 1, includesLower: false)), of: [.languageModel],
        "language_model: draw among the most probable tokens of this share.")
    package let stop: ConditionalOption<[String]> = field(
        "stop", .texts(countMax: ModelLimits.stopsMax, sizeBytesMax: ModelLimits.stopSizeBytesMax),
        of: [.languageModel],
        "language_model: texts that end the answer.")
    package let logprobs: ConditionalOption<Bool> = field(
        "logprobs", of: [.languageModel], default: .fixed(false),
        "language_model: answer the log-probability of each token.")
    package let echo: ConditionalOption<Bool> = field(
        "echo", of: [.languageModel], default: .fixed(false), "language_model: put the prompt before the text.")
    package let score: ConditionalOption<Bool> = field(
        "score", of: [.languageModel], default: .fixed(false),
        "language_model: answer the log-probabilities of the sequence, write nothing.")
    package let top: ConditionalOption<Int> = field(
        "top", .whole(1...ModelLimits.classesMax), of: [.classification], default: .chosen("all"),
        "classification: how many labels to list.")
    package let beamWidth: ConditionalOption<Int> = field(
        "beam_width", .whole(1...ModelLimits.beamWidthMax), of: [.sequenceToSequence, .pointer],
        default: .chosen("n_best, or 1"),
        "sequence_to_sequence, pointer: answers followed at once; default 1, greedy.")
    package let nBest: ConditionalOption<Int> = field(
        "n_best", .whole(1...ModelLimits.beamWidthMax), of: [.sequenceToSequence, .pointer],
        "sequence_to_sequence, pointer: answers to list, at most beam_width, whose default it is.")
    package let maxLength: ConditionalOption<Int> = field(
        "max_length", .whole(1...ModelLimits.pairStepsMax), of: [.sequenceToSequence, .pointer],
        default: .chosen("by the length of the input"),
        "sequence_to_sequence, pointer: steps after which an answer is cut off.")
    package let lengthPenalty: ConditionalOption<Double> = field(
        "length_penalty", .number(NumberRange(0, 10)), of: [.sequenceToSequence, .pointer], default: .fixed(1),
        "sequence_to_sequence, pointer: answers of a beam search are ranked by log p / length^length_penalty; "
            + "default 1.")
    package let attention: ConditionalOption<Bool> = field(
        "attention", of: [.sequenceToSequence, .pointer], default: .fixed(false),
        "sequence_to_sequence, pointer: answer how much of each input position each step took.")
}

/// A field that some tasks have.
private func field<Value: OptionValue>(
    _ name: String, _ form: OptionForm? = nil, of tasks: [TaskKind],
    default fallback: ConditionalDefault<Value> = .absent,
    _ help: String
) -> ConditionalOption<Value> {
    ConditionalOption(name, form, default: fallback, refused: [.unlessModel(tasks)], help)
}
