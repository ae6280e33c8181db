/// A whole answer.
package enum Prediction: Sendable {
    case forecast(ForecastPrediction)
    case text(TextPrediction)
    case label(LabelPrediction)
}

/// Forecast of C channels over `horizon` steps; every number is finite.
package struct ForecastPrediction: Sendable {
    package var channels: Int
    /// `[horizon][C]`.
    package var mean: [[Double]]
    /// By level: `[horizon][C]`; empty for a point head.
    package var quantiles: [(level: Double, values: [[Double]])]
    /// `[path][horizon][C]`; empty for a point head.
    package var samples: [[[Double]]]
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
package struct LabelPrediction: Sendable {
    package var label: String
    package var probabilities: [(label: String, probability: Double)]
}

/// One thing to tell a streaming client.
package enum PredictionEvent: Sendable {
    /// 1-based step; mean per channel; quantiles by level, per channel.
    case forecast(step: Int, mean: [Double], quantiles: [(Double, [Double])])
    /// 0-based index among all tokens of the answer; `text` is what it adds to the answer.
    case token(index: Int, token: String, text: String, logprob: Double)
    case label(String, [(String, Double)])
}
