import Kernels

extension TextScore {
    /// Reads `context` once, by windows, and notes how probable each token was.
    /// - Parameters:
    ///   - tokens: the sequence scored, N.
    ///   - contextSteps: the most steps that the network attends to.
    ///   - context: the same, after the symbol that begins sequences when the vocabulary has one (then N + 1 tokens).
    init(_ tokens: [Int32], context: [Int32], network: some SequenceNetwork, contextSteps: Int, vocabulary: Vocabulary)
    {
        // A sequence that was learned whole is as probable as that it is these tokens and ends behind them.
        let end = vocabulary.description.endIndex.map { Int32($0) }
        let whole = context + (end.map { [$0] } ?? []), feed = whole.count - 1
        var scored: [Double] = []
        network.memory(rows: 1, context: contextSteps).read(.tokens(Array(whole.dropLast()))) { position, logits in
            scored.append(TokenSampler.logprob(logits, of: Int(whole[position + 1])))
        }
        let nats = feed > 0 ? -scored.reduce(0, +) / Double(feed) : .nan
        endLogprob = end == nil ? nil : scored.popLast()
        self.tokens = tokens.map { vocabulary.description.tokens[Int($0)] }
        logprobs = [Double](repeating: .nan, count: tokens.count - scored.count) + scored
        perplexity = nats.isNaN ? .nan : PortableMath.exp(nats)
        bitsPerToken = nats / 0.6931471805599453
    }
}
