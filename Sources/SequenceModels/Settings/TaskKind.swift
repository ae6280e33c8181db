/// What a model learns to answer. A new task is a case here, a folder in `Tasks`, and a line in `TaskCatalog`.
package enum TaskKind: String, Codable, Sendable, CaseIterable {
    /// The next values of a numeric series.
    case forecast
    /// The next token of a text or of a sequence of symbols.
    case languageModel = "language_model"
    /// One label for a whole sequence.
    case classification
    /// One number, or a vector of numbers, for a whole sequence.
    case regression
    /// A label for each step of a sequence.
    case tagging
    /// A sequence of tokens for another sequence, of any length.
    case sequenceToSequence = "sequence_to_sequence"
    /// Positions in its own input.
    case pointer

    /// Whether it learns labels that its examples name.
    package var hasLabels: Bool { self == .classification || self == .tagging }

    /// Whether its examples are pairs of input and target.
    package var isSupervised: Bool { hasLabels || self == .regression || isPaired }

    /// Whether the target is a sequence of a length of its own, learned together with the whole input.
    package var isPaired: Bool { self == .sequenceToSequence || self == .pointer }
}

/// What one token of a text is.
package enum TokenUnit: String, Codable, Sendable, CaseIterable {
    /// Unicode scalars: every text round-trips.
    case characters
    /// The 256 bytes of UTF-8: nothing is ever unknown.
    case bytes
    /// Words and punctuation marks, each with the space before it, so that joining tokens gives the text back.
    case words
    /// Symbols the client named itself.
    case symbols
}
