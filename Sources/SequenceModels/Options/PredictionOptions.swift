package import SeriesTime

/// What may be asked of a model about a sequence: the fields of a prediction, besides the sequence itself.
package final class PredictionOptions: OptionGroup {
    package static let rows = PredictionOptions()
    package static let members = membersOfRows()

    package let timeoutMs: ConditionalOption<Int> = ConditionalOption(
        "timeout_ms", .whole(1...ModelLimits.timeoutMillisecondsMax),
        "Milliseconds after which a request that has not been answered ends with 504; without it none does.")
    package let horizon: ConditionalOption<Int> = field(
        "horizon", .whole(1...ModelLimits.horizonMax), of: [.forecast], default: .chosen("as trained"),
        "Steps to forecast.")
    package let quantiles: ConditionalOption<[Double]> = field(
        "quantiles", .levels(countMin: 0), of: [.forecast], default: .chosen("0.1, 0.5, 0.9"),
        "Levels of the quantiles to answer.")
    package let samples: ConditionalOption<Int> = field(
        "samples", .whole(1...ModelLimits.samplesMax), of: [.forecast], "Sample paths to draw, then also answered.")
    package let explain: ConditionalOption<Bool> = field(
        "explain", of: [.forecast], default: .fixed(false),
        "Answer what the mean is made of: level, seasons, covariates, the network and simple forecasts.")
    package let falseAlarmRate: ConditionalOption<Double> = field(
        "false_alarm_rate", .number(NumberRange(0, 0.5, includesLower: false)), of: [.forecast],
        default: .fixed(SurpriseFacts.falseAlarmRateDefault),
        "With score: share of usual values that are taken for anomalies.")
    package let warmUp: ConditionalOption<Int> = field(
        "warm_up", .whole(1...ModelLimits.sequenceStepsMax), of: [.forecast],
        default: .chosen("three seasons or 64, at most half"),
        "With score: steps of the beginning that are read, and not scored.")
    package let frequency: ConditionalOption<String> = field(
        "frequency", .text(sizeBytesMax: ModelLimits.nameSizeBytesMax), of: [.forecast],
        default: .chosen("as trained, or that of the timestamps"),
        "From one step to the next, where the model has none.")
    package let zone: ConditionalOption<String> = field(
        "zone", .text(sizeBytesMax: ModelLimits.nameSizeBytesMax), of: [.forecast],
        default: .chosen("as trained, or that of the timestamps"),
        "The time zone of timestamps without an offset.")
    package let merge: ConditionalOption<MergeRule> = field(
        "merge", of: [.forecast], "What becomes of several values of one time; without it they are refused.")
    package let resample: ConditionalOption<Bool> = field(
        "resample", of: [.forecast], default: .fixed(false),
        "Timestamps may lie between the steps, and count to the one in whose period they lie.")
    package let seed: ConditionalOption<UInt64> = field(
        "seed", .seed, of: [.forecast, .languageModel], default: .fixed(0),
        "The same request with the same seed has the same answer.")
    package let maxTokens: ConditionalOption<Int> = field(
        "max_tokens", .whole(0...ModelLimits.tokensMax), of: [.languageModel], default: .fixed(256),
        "Tokens to write.")
    package let temperature: ConditionalOption<Double> = field(
        "temperature", .number(NumberRange(0, 100)), of: [.languageModel], default: .fixed(1),
        "Flattens the probabilities above 1, sharpens them below; 0 takes the most probable token.")
    package let topK: ConditionalOption<Int> = field(
        "top_k", .whole(1...ModelLimits.vocabularyMax), of: [.languageModel],
        "Draw among the k most probable tokens.")
    package let topP: ConditionalOption<Double> = field(
        "top_p", .number(NumberRange(0, 1, includesLower: false)), of: [.languageModel],
        "Draw among the most probable tokens of this share.")
    package let stop: ConditionalOption<[String]> = field(
        "stop", .texts(countMax: ModelLimits.stopsMax, sizeBytesMax: ModelLimits.stopSizeBytesMax),
        of: [.languageModel],
        "Texts that end the answer.")
    package let logprobs: ConditionalOption<Bool> = field(
        "logprobs", of: [.languageModel], default: .fixed(false),
        "Answer the log-probability of each token.")
    package let echo: ConditionalOption<Bool> = field(
        "echo", of: [.languageModel], default: .fixed(false), "Put the prompt before the text.")
    package let score: ConditionalOption<Bool> = field(
        "score", of: [.forecast, .languageModel], default: .fixed(false),
        "Answer how probable the sequence was, step by step, and nothing behind it.")
    package let top: ConditionalOption<Int> = field(
        "top", .whole(1...ModelLimits.classesMax), of: [.classification], default: .chosen("all"),
        "How many labels to list.")
    package let beamWidth: ConditionalOption<Int> = field(
        "beam_width", .whole(1...ModelLimits.beamWidthMax), of: [.sequenceToSequence, .pointer],
        default: .chosen("n_best, or 1"),
        "Answers followed at once; 1 is greedy.")
    package let nBest: ConditionalOption<Int> = field(
        "n_best", .whole(1...ModelLimits.beamWidthMax), of: [.sequenceToSequence, .pointer],
        "Answers to list, at most beam_width, whose default it is.")
    package let maxLength: ConditionalOption<Int> = field(
        "max_length", .whole(1...ModelLimits.pairStepsMax), of: [.sequenceToSequence, .pointer],
        default: .chosen("by the length of the input"),
        "Steps after which an answer is cut off.")
    package let lengthPenalty: ConditionalOption<Double> = field(
        "length_penalty", .number(NumberRange(0, 10)), of: [.sequenceToSequence, .pointer], default: .fixed(1),
        "Answers of a beam search are ranked by log p / length^length_penalty.")
    package let attention: ConditionalOption<Bool> = field(
        "attention", of: [.sequenceToSequence, .pointer], default: .fixed(false),
        "Answer how much of each input position each step took.")
}

/// A field that some tasks have.
private func field<Value: OptionValue>(
    _ name: String, _ form: OptionForm? = nil, of tasks: [TaskKind],
    default fallback: ConditionalDefault<Value> = .absent,
    _ help: String
) -> ConditionalOption<Value> {
    ConditionalOption(name, form, default: fallback, refused: [.unlessModel(tasks)], help)
}
