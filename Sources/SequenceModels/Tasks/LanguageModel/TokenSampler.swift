import Kernels

/// Chooses the next token from logits; choice `index` of a seed depends on nothing else.
struct TokenSampler: Sendable {
    /// 0 takes the most probable token.
    let temperature: Double
    let topK: Int?
    let topP: Double?
    let random: CounterRandom
    /// A token never chosen (`<unk>`).
    let banned: Int?

    /// - Parameter logits: `[V]`.
    /// - Returns: the token and the natural logarithm of its probability at temperature 1.
    func choose(_ logits: UnsafeBufferPointer<Float>, index: Int) -> (token: Int, logprob: Double) {
        let token = temperature == 0 ? best(logits) : draw(logits, index: index)
        return (token, Self.logprob(logits, of: token))
    }

    /// log softmax(logits)[token].
    static func logprob(_ logits: UnsafeBufferPointer<Float>, of token: Int) -> Double {
        let top = Double(logits.max() ?? 0)
        var sum = 0.0
        for logit in logits { sum += PortableMath.exp(Double(logit) - top) }
        return Double(logits[token]) - top - PortableMath.log(sum)
    }

    private func best(_ logits: UnsafeBufferPointer<Float>) -> Int {
        var best = banned == 0 && logits.count > 1 ? 1 : 0
        for token in logits.indices where token != banned && logits[token] > logits[best] { best = token }
        return best
    }

    private func draw(_ logits: UnsafeBufferPointer<Float>, index: Int) -> Int {
        let top = Double(logits[best(logits)])
        var candidates: [(token: Int, weight: Double)] = []
        candidates.reserveCapacity(logits.count)
        for token in logits.indices where token != banned {
            candidates.append((token, PortableMath.exp(max(-700, (Double(logits[token]) - top) / temperature))))
        }
        if topK != nil || topP != nil {
            candidates.sort { ($1.weight, $0.token) < ($0.weight, $1.token) }
            if let topK { candidates = Array(candidates.prefix(topK)) }
            if let topP {
                let limit = topP * candidates.reduce(0) { $0 + $1.weight }
                var sum = 0.0
                candidates = Array(
                    candidates.prefix { candidate in
                        defer { sum += candidate.weight }
                        return sum < limit
                    })
            }
        }
        let total = candidates.reduce(0) { $0 + $1.weight }
        var rest = random.uniform(UInt64(index)) * total
        for candidate in candidates {
            rest -= candidate.weight
            if rest < 0 { return candidate.token }
        }
        return candidates.last?.token ?? best(logits)
    }
}
