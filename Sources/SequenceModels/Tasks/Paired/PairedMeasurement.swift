import Kernels

/// How the validation part is answered: step by step under teacher forcing, and in full, found greedily.
struct PairedMeasurement {
    /// Mean per target.
    let loss: Double
    /// Of each choice.
    let guesses: [LabelGuess]
    /// Pairs that were answered in full: all, or a random sample of many; fewer where the time was short.
    let pairs: [PairedData.Pair]
    /// The answers to them.
    let answers: [[Int32]]
    /// −log p of the right answers to them, in nats; nil where the time was too short to know.
    private let losses: [Double?]
    /// Pairs of the validation part.
    private let count: Int
    /// Of the pairs, in the validation part.
    private let places: [Int]

    /// Pairs that are answered in full, at most.
    private static let answersMax = 1_000

    init<Task: PairedTask>(
        _ task: Task, _ network: Task.Network, _ pool: ComputePool, _ budget: EvaluationBudget
    ) {
        let sampled = min(Self.answersMax, task.data.validation.count)
        budget.begin(cases: task.data.validation.count + sampled)
        let scores = task.scores(network, pool, budget)
        loss = LabelScore.mean(scores)
        guesses = scores.flatMap(\.guesses)
        let (held, target) = (task.data.validation, task.target)
        count = held.count
        let sample = RandomStream.sample(
            of: held.count, most: Self.answersMax, seed: task.settings.training.seed, stream: RandomStream.neighbours)
        let answered = budget.map(sample.count, pool) { PairedDecoder.answer(held[sample[$0]], network, target) }
        let places = answered.map { sample[$0.index] }
        self.places = places
        pairs = places.map { held[$0] }
        answers = answered.map(\.result)
        var all: [Int: Double] = [:]
        for guess in guesses { all[guess.item, default: 0] += guess.logLoss }
        losses = places.map { all[$0] }
    }

    /// What another way of answering is worth.
    /// - Parameter answers: to the pairs, in their order.
    func method(_ name: String, _ words: String, _ answers: [[Int32]]) -> SimpleMethod {
        SimpleMethod(name: name, words: words, metrics: metrics(answers), errors: wrong(answers))
    }

    /// The share that is right from beginning to end, and the edits that make the right answers of them, by token.
    private func metrics(_ answers: [[Int32]]) -> [String: Double] {
        let targets = pairs.reduce(0) { $0 + $1.target.count }
        var metrics = ["exact_match": 1 - wrong(answers).reduce(0, +) / Double(max(1, pairs.count))]
        if targets > 0 { metrics["error_rate"] = edits(answers).reduce(0, +) / Double(targets) }
        return metrics
    }

    private func wrong(_ answers: [[Int32]]) -> [Double] { zip(answers, pairs).map { $0 == $1.target ? 0 : 1 } }

    private func edits(_ answers: [[Int32]]) -> [Double] {
        zip(answers, pairs).map { Double(EditDistance.of($0, $1.target)) }
    }

    /// Beside simple methods: by answers that are right, or by edits where none is.
    ///
    /// - Parameters:
    ///   - methods: with answers.
    ///   - guessing: has losses in nats alone, by pair: what is compared where no answer is right and edits mean
    ///     nothing; nil to compare edits.
    func evaluation(_ methods: [(method: SimpleMethod, answers: [[Int32]])], guessing: SimpleMethod?) -> Evaluation {
        var metrics = metrics(answers)
        metrics["validation_loss"] = loss
        metrics["token_accuracy"] = Self.share(guesses.count { $0.truth == $0.guess }, of: guesses.count)
        let basis = Evaluation.counted(pairs.count, "pair", of: count)
        let isExact = ([metrics] + methods.map(\.method.metrics)).contains { $0["exact_match"] ?? 0 > 0 }
        if isExact {
            var guess = guessing
            guess?.errors = []
            return Evaluation(
                metrics: metrics, errors: wrong(answers), beside: methods.map(\.method) + (guess.map { [$0] } ?? []),
                areCounts: true, basis: basis)
        }
        if var guessing {
            let others = methods.map { SimpleMethod(name: $0.method.name, words: "", metrics: $0.method.metrics) }
            let known = losses.indices.filter { losses[$0] != nil }
            guessing.errors = known.map { guessing.errors[$0] }
            return Evaluation(
                metrics: metrics, errors: known.compactMap { losses[$0] }, beside: others + [guessing], basis: basis)
        }
        let edited = methods.map { method, answers in
            SimpleMethod(
                name: method.name, words: method.words, metrics: method.metrics, errors: edits(answers))
        }
        return Evaluation(
            metrics: metrics, errors: edits(answers), beside: edited, areCounts: true, basis: basis)
    }

    /// Edits that make the right answers of those given, by pair.
    var caseErrors: CaseErrors {
        let cases = zip(edits(answers), pairs).map { error, pair in
            CaseErrors.Case(error: error, weight: Double(max(1, pair.target.count)))
        }
        return CaseErrors(
            metric: "edits by token", noun: "pair", cases: Dictionary(uniqueKeysWithValues: zip(places, cases)))
    }

    static func share(_ part: Int, of whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }
}
