/// The tokens of inputs as they were sent, as numbers: a network may know the rare ones as unknown only, and what
/// counts tokens need not.
///
/// Tokens that the network knows keep their numbers; the others get those behind them.
struct SentTokens {
    private var others: [String: Int32] = [:]

    /// Nothing seen yet.
    init() {}

    /// What simple methods look at: the tokens that were sent, as many as the network reads, or its numbers.
    mutating func sent(_ value: SequenceValue, _ encoded: EncodedSequence, _ reader: InputEncoder) -> EncodedSequence {
        guard let vocabulary = reader.vocabulary?.description, vocabulary.unknown != nil else { return encoded }
        let tokens = encoded.tokens, unknown = vocabulary.unknownIndex.map { Int32($0) }
        // Where unknown tokens are left out, those that are known do not tell their places.
        let skips = vocabulary.unknown == .skip
        guard skips || tokens.contains(where: { $0 == unknown }) else { return encoded }
        let names = reader.names(value).suffix(reader.stepsMax)
        let count = Int32(vocabulary.tokens.count)
        return .tokens(
            names.enumerated().map { place, name in
                if !skips, tokens[place] != unknown { return tokens[place] }
                let number = others[name] ?? count + Int32(others.count)
                others[name] = number
                return number
            })
    }
}
