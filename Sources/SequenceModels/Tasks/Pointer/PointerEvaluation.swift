import Kernels
import RecurrentLayers

/// Whole answers, found greedily, beside what needs no model.
struct PointerEvaluation {
    let task: PointerTask

    /// Pairs that are answered in full, at most.
    private static let answersMax = 1_000

    func run(_ network: PointerNetwork, _ pool: ComputePool) -> Evaluation {
        let scores = task.scores(network, pool)
        let targets = scores.reduce(0) { $0 + $1.loss.count }
        let loss = scores.reduce(0) { $0 + $1.loss.loss } / Double(max(1, targets))
        let pairs = Array(task.data.validation.prefix(Self.answersMax))
        let exact = share(
            FixedOrder.map(pairs.count, pool) { answer(pairs[$0], network) == pairs[$0].target }.count { $0 },
            of: pairs.count)
        // Without a model: the items in their order, as many as the answer has.
        let order = share(pairs.count { $0.target == (0..<Int32($0.target.count)).map { $0 } }, of: pairs.count)
        let uniform = guessingLoss()
        let isExact = order < 1 && max(exact, order) > 0
        let skill: Double? = isExact ? 1 - (1 - exact) / (1 - order) : uniform > 0 ? 1 - loss / uniform : nil
        return Evaluation(
            metrics: [
                "validation_loss": loss, "token_accuracy": share(scores.reduce(0) { $0 + $1.right }, of: targets),
                "exact_match": exact,
            ],
            baselines: ["input_order": ["exact_match": order], "uniform": ["validation_loss": uniform]], skill: skill,
            verdict: Evaluation.verdict(
                skill: skill, against: isExact ? "the items in their order" : "pointing anywhere"))
    }

    private func share(_ part: Int, of whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }

    /// Nats per step of pointing anywhere that is allowed.
    private func guessingLoss() -> Double {
        let settings = task.networkSettings
        var loss = 0.0, count = 0
        for pair in task.data.validation {
            for step in 0..<pair.target.count + (settings.hasEnd ? 1 : 0) {
                let items = pair.input.steps - (settings.usesOnce ? step : 0)
                loss += PortableMath.log(Double(max(1, items + (settings.hasEnd ? 1 : 0))))
                count += 1
            }
        }
        return loss / Double(max(1, count))
    }

    private func answer(_ pair: PairedData.Pair, _ network: PointerNetwork) -> [Int32] {
        let decoder = PositionDecoder(network: network, input: pair.input, width: 1)
        let hasEnd = network.settings.hasEnd
        var search = BeamSearch(width: 1, end: hasEnd ? 0 : nil, stepsMax: pair.target.count + (hasEnd ? 1 : 0))
        decoder.begin()
        while !search.isFinished {
            decoder.step(search.live.map { $0.last?.choice ?? -1 })
            _ = search.advance(decoder.logProbabilities, classes: decoder.classes, attention: nil)
        }
        guard let best = search.ranked.first, best.isEnded else { return [] }
        return best.steps.map { $0.choice - 1 }
    }
}
