/// Answers that are sequences of their own, best first; at least one.
package struct RankedAnswers<Output: Sendable>: Sendable {
    package struct Answer: Sendable {
        package var output: Output
        /// Log-probability over length^α: what answers are ranked by.
        package var score: Double
        package var logprob: Double
        /// Whether it came to its end and was not cut off.
        package var isEnded: Bool
        /// `[T][S]`, of a pointer the probability of each item at each step; nil unless asked for.
        package var attention: [[Float]]?
    }

    package var answers: [Answer]
    /// Whether to list them beside the best one.
    package var wantsCandidates: Bool
    /// `[S]` of the input, when the attention is answered.
    package var inputNames: [String]
}

/// The answer of a `sequence_to_sequence`; of a `pointer` it is the indices of items.
package struct SymbolOutput: Sendable, Equatable {
    /// Nil when the answer is symbols.
    package var text: String?
    package var tokens: [String]
}
