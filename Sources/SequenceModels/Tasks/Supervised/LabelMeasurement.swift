import Kernels

/// Guessed labels beside those of simple methods, on the same sequences.
struct LabelMeasurement {
    private let labels: [String]
    private let counts: [Int]
    /// By item of the validation part, in the order of its steps.
    private let truths: [[Int]]
    private let guesses: [[Int]]
    private var metrics: [String: Double]
    /// By item, the place of its sequence: pieces of one are one case.
    private let sequences: [Int]
    /// Places of sequences of which something was measured, in order.
    private let cases: [Int]

    /// - Parameters:
    ///   - counts: how often each label is a training target.
    ///   - sequences: of which each item of the validation part is a piece, in order.
    init(_ scores: [LabelScore], labels: [String], counts: [Int], sequences: [Int]) {
        (self.labels, self.counts) = (labels, counts)
        self.sequences = sequences
        var truths = [[Int]](repeating: [], count: sequences.count), guesses = truths
        var logLoss = 0.0, count = 0.0
        for score in scores {
            for guess in score.guesses {
                truths[guess.item].append(guess.truth)
                guesses[guess.item].append(guess.guess)
                logLoss += guess.logLoss
                count += 1
            }
        }
        cases = Set(sequences.indices.filter { !truths[$0].isEmpty }.map { sequences[$0] }).sorted()
        (self.truths, self.guesses) = (truths, guesses)
        metrics = ["validation_loss": LabelScore.mean(scores), "log_loss": logLoss / max(1, count)]
        metrics.merge(Self.metrics(confusion(guesses))) { $1 }
    }

    /// The most frequent label in training, of equally frequent ones the first.
    static func majority(_ counts: [Int]) -> Int {
        counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
    }

    /// Always that label; its log loss is that of the frequencies.
    var majority: SimpleMethod {
        let label = Self.majority(counts)
        var method = method(
            "majority", "always answering the most frequent label", truths.map { $0.map { _ in label } })
        let total = Double(counts.reduce(0, +) + counts.count)
        let all = truths.joined()
        method.metrics["log_loss"] =
            all.reduce(0.0) { $0 - PortableMath.log(Double(counts[$1] + 1) / total) } / Double(max(1, all.count))
        return method
    }

    /// - Parameter guesses: as many of each item as it has targets.
    func method(_ name: String, _ words: String, _ guesses: [[Int]]) -> SimpleMethod {
        SimpleMethod(name: name, words: words, metrics: Self.metrics(confusion(guesses)), errors: errors(guesses))
    }

    /// Beside the most frequent label and what else there is.
    func evaluation(_ methods: [SimpleMethod]) -> Evaluation {
        let errors = errors(guesses)
        var evaluation = Evaluation(
            metrics: metrics, errors: errors, beside: [majority] + methods, areCounts: true,
            basis: Evaluation.counted(errors.count, "sequence"))
        evaluation.verdict += confusion(guesses).sentence(labels: labels)
        evaluation.cases = caseErrors
        return evaluation
    }

    /// Wrong labels by sequence.
    var caseErrors: CaseErrors {
        let wrong = wrongLabels(guesses)
        var weights: [Int: Double] = [:]
        for item in sequences.indices { weights[sequences[item], default: 0] += Double(truths[item].count) }
        let found = cases.map { ($0, CaseErrors.Case(error: wrong[$0] ?? 0, weight: weights[$0] ?? 1)) }
        return CaseErrors(
            metric: "share of wrong labels", noun: "sequence", cases: Dictionary(uniqueKeysWithValues: found))
    }

    private func confusion(_ guesses: [[Int]]) -> ConfusionMatrix {
        var confusion = ConfusionMatrix(classes: labels.count)
        for (truths, guesses) in zip(truths, guesses) {
            for (truth, guess) in zip(truths, guesses) { confusion.add(truth: truth, guess: guess) }
        }
        return confusion
    }

    private static func metrics(_ confusion: ConfusionMatrix) -> [String: Double] {
        ["accuracy": confusion.accuracy, "macro_f1": confusion.macroF1]
    }

    /// Wrong labels by case.
    private func errors(_ guesses: [[Int]]) -> [Double] {
        let wrong = wrongLabels(guesses)
        return cases.map { wrong[$0] ?? 0 }
    }

    /// By the place of a sequence.
    private func wrongLabels(_ guesses: [[Int]]) -> [Int: Double] {
        var wrong: [Int: Double] = [:]
        for item in sequences.indices {
            wrong[sequences[item], default: 0] += Double(zip(truths[item], guesses[item]).count { $0 != $1 })
        }
        return wrong
    }
}
