import Kernels

/// Guessed labels beside those of simple methods, on the same sequences.
struct LabelMeasurement {
    private let labels: [String]
    /// By item of the validation part, in the order of its steps.
    private var truths: [[Int]]
    private var guesses: [[Int]]
    /// By item, the place of its sequence: pieces of one are one case.
    private var sequences: [Int]
    private var loss: Double
    private var weight: Double
    /// Sum of −log p of the truths, in nats.
    private var logLoss = 0.0
    private var methods: [Method] = []

    /// What a simple method guesses of the same items.
    private struct Method {
        var name: String
        /// In a sentence: "better than …".
        var words: String
        var guesses: [[Int]]
        /// As that of the network; nil where it has no probabilities.
        var logLoss: Double?
    }

    /// Beside the most frequent label.
    /// - Parameters:
    ///   - counts: how often each label is a training target.
    ///   - sequences: of which each item of the validation part is a piece, in order.
    init(_ scores: [LabelScore], labels: [String], counts: [Int], sequences: [Int]) {
        self.labels = labels
        self.sequences = sequences
        var truths = [[Int]](repeating: [], count: sequences.count), guesses = truths
        for score in scores {
            for guess in score.guesses {
                truths[guess.item].append(guess.truth)
                guesses[guess.item].append(guess.guess)
                logLoss += guess.logLoss
            }
        }
        loss = scores.reduce(0) { $0 + $1.loss }
        weight = scores.reduce(0) { $0 + $1.weight }
        (self.truths, self.guesses) = (truths, guesses)
        addMajority(counts)
    }

    /// The most frequent label in training, of equally frequent ones the first.
    static func majority(_ counts: [Int]) -> Int {
        counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
    }

    /// Always that label; its log loss is that of the frequencies.
    private mutating func addMajority(_ counts: [Int]) {
        let label = Self.majority(counts)
        let total = Double(counts.reduce(0, +) + counts.count)
        let logLoss = truths.joined().reduce(0.0) { $0 - PortableMath.log(Double(counts[$1] + 1) / total) }
        methods.append(
            Method(
                name: "majority", words: "always answering the most frequent label",
                guesses: truths.map { $0.map { _ in label } }, logLoss: logLoss))
    }

    /// Adds a simple method.
    /// - Parameter guesses: as many of each item as it has targets.
    mutating func add(_ name: String, _ words: String, _ guesses: [[Int]]) {
        methods.append(Method(name: name, words: words, guesses: guesses))
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

    /// Places of sequences of which something was measured, in order.
    private var cases: [Int] {
        Set(sequences.indices.filter { !truths[$0].isEmpty }.map { sequences[$0] }).sorted()
    }

    private func confusion(_ guesses: [[Int]]) -> ConfusionMatrix {
        var confusion = ConfusionMatrix(classes: labels.count)
        for (truths, guesses) in zip(truths, guesses) {
            for (truth, guess) in zip(truths, guesses) { confusion.add(truth: truth, guess: guess) }
        }
        return confusion
    }

    private func metrics(_ guesses: [[Int]], logLoss: Double?) -> [String: Double] {
        let confusion = confusion(guesses)
        var metrics = ["accuracy": confusion.accuracy, "macro_f1": confusion.macroF1]
        metrics["log_loss"] = logLoss.map { $0 / Double(max(1, confusion.total)) }
        return metrics
    }

    /// By the place of a sequence, of those that were measured.
    private func wrongLabels(_ guesses: [[Int]]) -> [Int: Double] {
        var wrong: [Int: Double] = [:]
        for item in sequences.indices where !truths[item].isEmpty {
            wrong[sequences[item], default: 0] += Double(zip(truths[item], guesses[item]).count { $0 != $1 })
        }
        return wrong
    }
}

extension LabelMeasurement: HeldBackAnswers {
    func placed(at cases: [Int]) -> LabelMeasurement {
        var result = self
        result.sequences = sequences.map { cases[$0] }
        return result
    }

    mutating func add(_ other: any HeldBackAnswers) {
        guard let other = other as? LabelMeasurement else { preconditionFailure("answers of another kind") }
        truths += other.truths
        guesses += other.guesses
        sequences += other.sequences
        loss += other.loss
        weight += other.weight
        logLoss += other.logLoss
        for index in methods.indices {
            methods[index].guesses += other.methods[index].guesses
            methods[index].logLoss = methods[index].logLoss.flatMap { own in
                other.methods[index].logLoss.map { own + $0 }
            }
        }
    }

    func evaluation(_ pooled: PooledCases?) -> Evaluation {
        func errors(_ guesses: [[Int]]) -> [Double] {
            let wrong = wrongLabels(guesses)
            return pooled?.grouped(wrong) ?? wrong.keys.sorted().map { wrong[$0] ?? 0 }
        }
        var metrics = metrics(guesses, logLoss: logLoss)
        metrics["validation_loss"] = weight > 0 ? loss / weight : 0
        let simple = methods.map {
            SimpleMethod(
                name: $0.name, words: $0.words, metrics: self.metrics($0.guesses, logLoss: $0.logLoss),
                errors: errors($0.guesses))
        }
        var evaluation = Evaluation(
            metrics: metrics, errors: errors(guesses), beside: simple, areCounts: true, noun: "sequence",
            measured: cases, of: pooled)
        evaluation.verdict += confusion(guesses).sentence(labels: labels)
        evaluation.cases = caseErrors
        return evaluation
    }
}
