/// What a client asks of a model about one sequence; `nil` means the default.
package struct PredictionRequest: Sendable, Equatable {
    /// How much of the answer is kept while it comes into being.
    package enum Keeping: Sendable {
        /// All there is: also sample paths that nobody asked for.
        case everything
        /// What was asked for.
        case whatIsAsked
        /// The events are all that is wanted.
        case nothing
    }

    package var keeping = Keeping.everything
    /// History, prompt or the sequence to classify.
    package var sequence: SequenceValue?

    // Forecast
    /// Steps to forecast; default: the model's.
    package var horizon: Int?
    /// Levels in `0 < q < 1`; default 0.1, 0.5, 0.9.
    package var quantiles: [Double]?
    /// Sample paths to answer; mean and quantiles do not depend on it.
    package var samples: Int?
    /// Default 0: the same request answers the same bytes.
    package var seed: UInt64?

    // Language model
    package var maxTokens: Int?
    /// 0 takes the most probable token; default 1.
    package var temperature: Double?
    package var topK: Int?
    package var topP: Double?
    package var stop: [String]?
    package var logprobs: Bool?
    /// Answer the log-probabilities of the sequence and write nothing.
    package var score: Bool?
    /// Put the prompt before the generated text; with `maxTokens` 0 and `logprobs` this scores the prompt.
    package var echo: Bool?

    // Classification
    /// How many labels to list, most probable first; default all.
    package var top: Int?

    // Sequence to sequence, pointer
    /// Answers followed at once; default 1, the greedy answer.
    package var beamWidth: Int?
    /// Answers to list, best first; at most `beamWidth`, whose default it is.
    package var nBest: Int?
    /// Steps after which an answer is cut off; default: by the length of the input.
    package var maxLength: Int?
    /// α of log p / length^α, by which answers are ranked; default 1.
    package var lengthPenalty: Double?
    /// Answer how much of each input position each step took.
    package var attention: Bool?

    package init() {}
}
