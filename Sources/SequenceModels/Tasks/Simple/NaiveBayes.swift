import Kernels

/// The label of a sequence by its tokens and pairs of neighbours, as if each had come by itself (multinomial naive
/// Bayes, Maron 1961).
package struct NaiveBayes: Sendable {
    /// By token or pair, how often each label had it.
    private var features: [UInt64: [Int32: Double]] = [:]
    /// By label: sequences, and tokens and pairs.
    private var sequences: [Double]
    private var totals: [Double]

    /// Counted beforehand for each token and pair of a label.
    private static let prior = 0.1
    /// Tokens that are learned from, about: so many bound the memory.
    private static let tokensMax = 2_000_000

    /// - Parameters: sequences: learned. - labels: theirs. - classes: K.
    package init(_ sequences: [[Int32]], labels: [Int], classes: Int) {
        self.sequences = [Double](repeating: 0, count: classes)
        totals = self.sequences
        let tokens = sequences.reduce(0) { $0 + $1.count }
        // Every n-th of too many.
        let stride = max(1, (tokens + Self.tokensMax - 1) / Self.tokensMax)
        for index in Swift.stride(from: 0, to: sequences.count, by: stride) {
            let label = labels[index]
            self.sequences[label] += 1
            Self.features(sequences[index]) { feature in
                features[feature, default: [:]][Int32(label), default: 0] += 1
                totals[label] += 1
            }
        }
    }

    /// The most probable label, the first of equals.
    package func label(of tokens: [Int32]) -> Int {
        var count = 0.0
        var scores = sequences.map { PortableMath.log($0 + Self.prior) }
        Self.features(tokens) { feature in
            guard let labels = features[feature] else { return }
            count += 1
            for (label, times) in labels { scores[Int(label)] += PortableMath.log1p(times / Self.prior) }
        }
        let kinds = Self.prior * Double(features.count)
        for label in scores.indices { scores[label] -= count * PortableMath.log(totals[label] + kinds) }
        return scores.indices.max { (scores[$0], $1) < (scores[$1], $0) } ?? 0
    }

    /// Tokens, and pairs with the ends among them.
    private static func features(_ tokens: [Int32], _ body: (UInt64) -> Void) {
        var before = UInt64(UInt32.max)
        for token in tokens {
            let token = UInt64(token)
            body(UInt64(UInt32.max - 1) << 32 | token)
            body(before << 32 | token)
            before = token
        }
        body(before << 32 | UInt64(UInt32.max))
    }
}
