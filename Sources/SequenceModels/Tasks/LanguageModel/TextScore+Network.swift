import Kernels

extension TextScore {
    /// Reads `context` once, by windows, and notes how probable each token was.
    /// - Parameters:
    ///   - tokens: the sequence scored, N.
    ///   - contextSteps: the most steps that the network attends to.
    ///   - context: the same, after the symbol that begins sequences when the vocabulary has one (then N + 1 tokens).
    init(_ tokens: [Int32], context: [Int32], network: some SequenceNetwork, contextSteps: Int, vocabulary: Vocabulary)
    {
        let feed = context.count - 1
        var logprobs = [Double](repeating: .nan, count: tokens.count - feed)
        network.memory(rows: 1, context: contextSteps).read(.tokens(Array(context.dropLast()))) { position, logits in
            logprobs.append(TokenSampler.logprob(logits, of: Int(context[position + 1])))
        }
        self.tokens = tokens.map { vocabulary.description.tokens[Int($0)] }
        self.logprobs = logprobs
        let nats = feed > 0 ? -logprobs.suffix(feed).reduce(0, +) / Double(feed) : .nan
        perplexity = nats.isNaN ? .nan : PortableMath.exp(nats)
        bitsPerToken = nats / 0.6931471805599453
    }
}
