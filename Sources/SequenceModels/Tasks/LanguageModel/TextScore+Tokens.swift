import Kernels

extension TextScore {
    /// - Parameters:
    ///   - tokens: the sequence scored.
    ///   - logprobs: of those that were scored, which are the last of them, and behind them of the end, where the
    ///     vocabulary has one.
    init(_ tokens: [Int32], logprobs: [Double], vocabulary: Vocabulary) {
        var scored = logprobs
        let nats = scored.isEmpty ? .nan : -scored.reduce(0, +) / Double(scored.count)
        endLogprob = vocabulary.description.endIndex == nil ? nil : scored.popLast()
        self.tokens = tokens.map { vocabulary.description.tokens[Int($0)] }
        self.logprobs = [Double](repeating: .nan, count: tokens.count - scored.count) + scored
        perplexity = nats.isNaN ? .nan : PortableMath.exp(nats)
        bitsPerToken = nats / 0.6931471805599453
    }
}
