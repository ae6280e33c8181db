import Kernels
import RecurrentLayers

/// Whole answers, found greedily, beside what needs no model.
struct SequenceToSequenceEvaluation {
    let task: SequenceToSequenceTask
    /// Occurrences of each target token in training.
    let counts: [Int]

    /// Pairs that are answered in full, at most.
    private static let answersMax = 1_000

    func run(_ network: EncoderDecoderNetwork, _ pool: ComputePool) -> Evaluation {
        let scores = task.scores(network, pool)
        let tokens = scores.flatMap(\.pairs)
        let loss = LabelScore.mean(scores)
        let accuracy = Self.share(tokens.count { $0.truth == $0.guess }, of: tokens.count)
        let pairs = Array(task.data.validation.prefix(Self.answersMax))
        let exact = Self.share(
            FixedOrder.map(pairs.count, pool) { answer(pairs[$0], network) == pairs[$0].target }.count { $0 },
            of: pairs.count)
        let baselines = baselines(pairs, tokens: tokens.map(\.truth))
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
            skill = 1 - loss / unigram
            rival = "guessing by token frequency"
        }
        return Evaluation(
            metrics: ["validation_loss": loss, "token_accuracy": accuracy, "exact_match": exact], baselines: baselines,
            skill: skill,
            verdict: Evaluation.verdict(skill: skill, against: rival))
    }

    private static func share(_ part: Int, of whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }

    private func answer(_ pair: PairedData.Pair, _ network: EncoderDecoderNetwork) -> [Int32] {
        let decoder = SymbolDecoder(network: network, input: pair.input, start: task.target.end, width: 1)
        var search = BeamSearch(width: 1, end: task.target.end, stepsMax: pair.target.count + 1)
        decoder.begin()
        while !search.isFinished {
            decoder.step(search.live.map { $0.last?.choice ?? -1 })
            _ = search.advance(decoder.logProbabilities, classes: decoder.classes, attention: nil)
        }
        guard let best = search.ranked.first, best.isEnded else { return [] }
        return best.steps.map(\.choice)
    }

    /// The most frequent whole target and token; the input itself, where both sides have the same tokens.
    private func baselines(_ pairs: [PairedData.Pair], tokens: [Int]) -> [String: [String: Double]] {
        let most = mostFrequentTarget()
        let total = Double(counts.reduce(0, +) + counts.count)
        let token = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
        let loss =
            tokens.reduce(0.0) { $0 - PortableMath.log(Double(counts[$1] + 1) / total) } / Double(max(1, tokens.count))
        var baselines: [String: [String: Double]] = [
            "most_frequent": [
                "exact_match": Self.share(pairs.count { $0.target == most }, of: pairs.count),
                "token_accuracy": Self.share(tokens.count { $0 == token }, of: tokens.count), "validation_loss": loss,
            ]
        ]
        if let source = task.data.reader.vocabulary?.description, source.unit == task.target.vocabulary.description.unit
        {
            baselines["copy"] = ["exact_match": Self.share(pairs.count { copies($0, source) }, of: pairs.count)]
        }
        return baselines
    }

    /// Of equally frequent ones the first in the order of their tokens.
    private func mostFrequentTarget() -> [Int32] {
        var frequency: [[Int32]: Int] = [:]
        for pair in task.data.training { frequency[pair.target, default: 0] += 1 }
        let most = frequency.values.max() ?? 0
        return frequency.filter { $0.value == most }.keys.min { $0.lexicographicallyPrecedes($1) } ?? []
    }

    private func copies(_ pair: PairedData.Pair, _ source: VocabularyDescription) -> Bool {
        guard case .tokens(let tokens) = pair.input, tokens.count == pair.target.count else { return false }
        return zip(tokens, pair.target).allSatisfy {
            source.tokens[Int($0)] == task.target.vocabulary.description.tokens[Int($1)]
        }
    }
}
