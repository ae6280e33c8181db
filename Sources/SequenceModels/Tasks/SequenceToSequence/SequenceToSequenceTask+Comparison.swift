import Kernels

extension SequenceToSequenceTask {
    /// Beside the most frequent target, guessing by token frequency, and answering with the input.
    func evaluation(_ measured: PairedMeasurement) -> Evaluation {
        let (baselines, exact) = (baselines(measured), measured.exactMatch)
        var skill: Double?, rival = "the most frequent target"
        if let best = baselines.max(by: {
            ($0.value["exact_match"] ?? 0, $1.key) < ($1.value["exact_match"] ?? 0, $0.key)
        }),
            let baseline = best.value["exact_match"], baseline < 1, max(exact, baseline) > 0
        {
            skill = 1 - (1 - exact) / (1 - baseline)
            if best.key == "copy" { rival = "answering with the input" }
        } else if let unigram = baselines["most_frequent"]?["validation_loss"], unigram > 0 {
            // Nobody answers anything right in full: the loss still tells guessing from knowing.
            skill = 1 - measured.loss / unigram
            rival = "guessing by token frequency"
        }
        return measured.evaluation(baselines: baselines, skill: skill, against: rival)
    }

    /// The most frequent whole target and token; the input itself, where both sides have the same tokens.
    private func baselines(_ measured: PairedMeasurement) -> [String: [String: Double]] {
        let most = mostFrequentTarget(), tokens = measured.guesses.map(\.truth)
        let total = Double(counts.reduce(0, +) + counts.count)
        let token = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
        let loss =
            tokens.reduce(0.0) { $0 - PortableMath.log(Double(counts[$1] + 1) / total) } / Double(max(1, tokens.count))
        var baselines: [String: [String: Double]] = [
            "most_frequent": [
                "exact_match": measured.exactMatch { $0.target == most },
                "token_accuracy": PairedMeasurement.share(tokens.count { $0 == token }, of: tokens.count),
                "validation_loss": loss,
            ]
        ]
        if let source = data.reader.vocabulary?.description, source.unit == target.vocabulary.description.unit {
            baselines["copy"] = ["exact_match": measured.exactMatch { copies($0, source) }]
        }
        return baselines
    }

    /// Of equally frequent ones the first in the order of their tokens.
    private func mostFrequentTarget() -> [Int32] {
        var frequency: [[Int32]: Int] = [:]
        for pair in data.training { frequency[pair.target, default: 0] += 1 }
        let most = frequency.values.max() ?? 0
        return frequency.filter { $0.value == most }.keys.min { $0.lexicographicallyPrecedes($1) } ?? []
    }

    private func copies(_ pair: PairedData.Pair, _ source: VocabularyDescription) -> Bool {
        guard case .tokens(let tokens) = pair.input, tokens.count == pair.target.count else { return false }
        return zip(tokens, pair.target).allSatisfy {
            source.tokens[Int($0)] == target.vocabulary.description.tokens[Int($1)]
        }
    }
}
