import Kernels

extension SequenceToSequenceTask {
    /// Beside the most frequent target, the input itself where both sides have the same tokens, and the target of the
    /// nearest input.
    func evaluation(_ measured: PairedMeasurement, _ pool: ComputePool) -> Evaluation {
        let (pairs, learned) = (measured.pairs, data.training)
        let most = mostFrequentTarget()
        var ways = [("most_frequent", "the most frequent target", pairs.map { _ in most })]
        if let source = data.reader.vocabulary?.description, source.unit == target.vocabulary.description.unit {
            let places = Dictionary(
                target.vocabulary.description.tokens.enumerated().map { ($1, Int32($0)) }
            ) { first, _ in first }
            // A token that no target has makes the answer a wrong one.
            let copies = pairs.map { $0.input.tokens.map { places[source.tokens[Int($0)]] ?? -1 } }
            ways.append(("copy", "answering with the input", copies))
        }
        let nearest = NearestSequence(
            learned.map(\.sent), queries: pairs.count, seed: settings.training.seed)
        let neighbours = FixedOrder.map(pairs.count, pool) { learned[nearest.place(of: pairs[$0].sent)].target }
        ways.append(("nearest_neighbour", "the answer to " + nearest.words("input"), neighbours))
        var methods = ways.map { name, words, answers in (method: measured.method(name, words, answers), answers) }
        methods[0].method.metrics.merge(frequencies(measured.guesses.map(\.truth))) { $1 }
        return measured.evaluation(methods, guessing: nil)
    }

    /// Of guessing by token frequency.
    private func frequencies(_ tokens: [Int]) -> [String: Double] {
        let total = Double(counts.reduce(0, +) + counts.count)
        let token = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
        let loss = tokens.reduce(0.0) { $0 - PortableMath.log(Double(counts[$1] + 1) / total) }
        return [
            "token_accuracy": PairedMeasurement.share(tokens.count { $0 == token }, of: tokens.count),
            "validation_loss": loss / Double(max(1, tokens.count)),
        ]
    }

    /// Of equally frequent ones the first in the order of their tokens.
    private func mostFrequentTarget() -> [Int32] {
        var frequency: [[Int32]: Int] = [:]
        for pair in data.training { frequency[pair.target, default: 0] += 1 }
        let most = frequency.values.max() ?? 0
        return frequency.filter { $0.value == most }.keys.min { $0.lexicographicallyPrecedes($1) } ?? []
    }
}
