/// Answers to a sequence, best first; at least one.
package struct SequencePrediction: Sendable {
    package struct Answer: Sendable {
        /// Nil when the answer is symbols.
        package var text: String?
        package var tokens: [String]
        /// Log-probability over length^α: what answers are ranked by.
        package var score: Double
        package var logprob: Double
        /// Whether it came to its end and was not cut off.
        package var isEnded: Bool
        /// `[T][S]`; nil unless asked for.
        package var attention: [[Float]]?
    }

    package var answers: [Answer]
    /// Whether to list them beside the best one.
    package var wantsCandidates: Bool
    /// `[S]` of the input, when the attention is answered.
    package var inputNames: [String]
}

/// Positions in an input, likewise.
package struct PositionPrediction: Sendable {
    package struct Answer: Sendable {
        package var indices: [Int]
        package var score: Double
        package var logprob: Double
        package var isEnded: Bool
        /// `[T][S]`: the probability of each item at each step.
        package var attention: [[Float]]?
    }

    package var answers: [Answer]
    package var wantsCandidates: Bool
    package var inputNames: [String]
}
