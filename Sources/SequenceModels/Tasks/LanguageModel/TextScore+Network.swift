import Kernels
import RecurrentLayers

extension TextScore {
    /// Reads `context` once, by windows, and notes how probable each token was.
    /// - Parameters:
    ///   - tokens: the sequence scored, N.
    ///   - context: the same, after the symbol that begins sequences when the vocabulary has one (then N + 1 tokens).
    init(_ tokens: [Int32], context: [Int32], network: RecurrentNetwork, vocabulary: Vocabulary) {
        let feed = context.count - 1
        let width = network.settings.outputs
        var logprobs = [Double](repeating: .nan, count: tokens.count - feed)
        if feed > 0 {
            let window = WindowWorkspace(network: network, stepsMax: min(feed, 256), batchMax: 1, training: false)
            window.state.zero()
            for from in stride(from: 0, to: feed, by: 256) {
                let steps = min(256, feed - from)
                window.begin(steps: steps, batch: 1)
                for t in 0 ..< steps {
                    window.tokens[t] = context[from + t]
                    window.mask[t] = 1
                }
                network.forward(window, training: false, dropoutKey: 0)
                for t in 0 ..< steps {
                    let logits = UnsafeBufferPointer(start: window.outputs + t * width, count: width)
                    logprobs.append(TokenSampler.logprob(logits, of: Int(context[from + t + 1])))
                }
            }
        }
        self.tokens = tokens.map { vocabulary.description.tokens[Int($0)] }
        self.logprobs = logprobs
        let nats = feed > 0 ? -logprobs.suffix(feed).reduce(0, +) / Double(feed) : .nan
        perplexity = nats.isNaN ? .nan : PortableMath.exp(nats)
        bitsPerToken = nats / 0.6931471805599453
    }
}
