/// A whole answer.
package enum Prediction: Sendable {
    case forecast(ForecastPrediction)
    case text(TextPrediction)
    case label(LabelPrediction)
    case value(ValuePrediction)
    case tags(TagPrediction)
    case score(TextScore)
    case sequence(RankedAnswers<SymbolOutput>)
    case positions(RankedAnswers<[Int]>)
}

/// Forecast of C channels over `horizon` steps; every number is finite.
package struct ForecastPrediction: Sendable {
    package var channels: Int
    /// `[horizon][C]`.
    package var mean: ForecastValues
    /// By level: `[horizon][C]`; empty for a point head.
    package var quantiles: [(level: Double, values: ForecastValues)]
    /// `[path][horizon][C]`; empty for a point head, and where they were not to be kept.
    package var samples: [ForecastValues]

    package init(
        channels: Int, mean: ForecastValues, quantiles: [(level: Double, values: ForecastValues)],
        samples: [ForecastValues]
    ) {
        self.channels = channels
        self.mean = mean
        self.quantiles = quantiles
        self.samples = samples
    }
}

/// Generated text.
package struct TextPrediction: Sendable {
    package var text: String
    package var tokens: [String]
    /// Natural logarithm of each token's probability (at temperature 1), NaN where no context existed.
    package var logprobs: [Double]?
    /// `length` or `stop`.
    package var finishReason: String
}

/// A class and the probabilities, most probable first.
/// Of a model trained with the hinge loss they are the softmax of its margins: an order, not calibrated.
package struct LabelPrediction: Sendable {
    package var label: String
    package var probabilities: [(label: String, probability: Double)]
}

/// The value of a sequence, in the units of the training targets.
package struct ValuePrediction: Sendable, Equatable {
    /// D ≥ 1 numbers; a single one is written as a number.
    package var values: [Double]

    package init(values: [Double]) { self.values = values }
}

/// A label for each step.
package struct TagPrediction: Sendable, Equatable {
    /// T.
    package var labels: [String]
    /// T: the probability of each of them.
    package var probabilities: [Double]
}

/// How well a language model expected a sequence.
package struct TextScore: Sendable, Equatable {
    package var tokens: [String]
    /// Natural logarithm of each token's probability, NaN for a first token that nothing came before.
    package var logprobs: [Double]
    /// exp of the mean nats per scored token; NaN when none was scored.
    package var perplexity: Double
    /// Mean bits per scored token; NaN when none was scored.
    package var bitsPerToken: Double
}

/// One thing to tell a streaming client.
package enum PredictionEvent: Sendable {
    /// 1-based step; mean per channel; quantiles by level, per channel.
    case forecast(step: Int, mean: [Double], quantiles: [(Double, [Double])])
    /// 0-based index among all tokens of the answer; `text` is what it adds to the answer.
    case token(index: Int, token: String, text: String, logprob: Double)
    case label(String, [(String, Double)])
    case value([Double])
    /// All labels of a sequence and their probabilities, T each.
    case tags([String], [Double])
    case score(TextScore)
    /// A token of an answer and, when asked for, how much of each input position it took; `text` is nil for symbols.
    case symbol(index: Int, token: String, text: String?, logprob: Double, attention: [Float]?)
    /// A position of an answer, likewise.
    case position(index: Int, position: Int, logprob: Double, attention: [Float]?)
}
