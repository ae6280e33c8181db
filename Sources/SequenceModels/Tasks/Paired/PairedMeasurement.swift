import Kernels

/// How the validation part is answered: step by step under teacher forcing, and in full, found greedily.
struct PairedMeasurement {
    /// Mean per target.
    let loss: Double
    /// (truth, guess) of each choice.
    let guesses: [(truth: Int, guess: Int)]
    /// Pairs that were answered in full.
    let pairs: [PairedData.Pair]
    /// Share of them whose answer is right from its beginning to its end.
    let exactMatch: Double

    /// Pairs that are answered in full, at most.
    private static let answersMax = 1_000

    init<Task: PairedTask>(_ task: Task, _ network: Task.Network, _ pool: ComputePool, _ budget: EvaluationBudget) {
        let (all, target) = (Array(task.data.validation.prefix(Self.answersMax)), task.target)
        budget.begin(cases: task.data.validation.count + all.count)
        let scores = task.scores(network, pool, budget)
        loss = LabelScore.mean(scores)
        guesses = scores.flatMap(\.pairs)
        let right = budget.map(all.count, pool) { PairedDecoder.answer(all[$0], network, target) == all[$0].target }
        exactMatch = Self.share(right.count { $0.result }, of: right.count)
        pairs = right.map { all[$0.index] }
    }

    /// Beside the baselines.
    /// - Parameters:
    ///   - skill: 1 − model / best baseline.
    ///   - rival: that baseline, in words.
    func evaluation(baselines: [String: [String: Double]], skill: Double?, against rival: String) -> Evaluation {
        var metrics = ["validation_loss": loss, "exact_match": exactMatch]
        if !guesses.isEmpty {
            metrics["token_accuracy"] = Self.share(guesses.count { $0.truth == $0.guess }, of: guesses.count)
        }
        return Evaluation(
            metrics: metrics, baselines: baselines, skill: skill,
            verdict: Evaluation.verdict(skill: skill, against: rival))
    }

    /// Share of the answers that a rule without a model gets right.
    func exactMatch(_ isRight: (PairedData.Pair) -> Bool) -> Double {
        Self.share(pairs.count(where: isRight), of: pairs.count)
    }

    static func share(_ part: Int, of whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }
}
