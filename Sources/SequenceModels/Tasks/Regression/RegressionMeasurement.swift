import RecurrentLayers

/// Predicted values beside those of simple methods, of the same sequences.
struct RegressionMeasurement {
    private var cases: [Case]
    private var loss: LossSum
    private let width: Int
    private let methods: [(name: String, words: String)]

    /// A sequence that was measured.
    struct Case {
        /// Among those held back.
        var place: Int
        /// `[D]`, NaN missing.
        var truths: [Double]
        /// `[D]` each: of the network, then of each method.
        var answers: [[Double]]
    }

    /// - Parameters:
    ///   - cases: with something to measure.
    ///   - loss: of the network, in standardised units.
    ///   - width: D.
    ///   - methods: as the API calls them, and in a sentence.
    init(_ cases: [Case], loss: LossSum, width: Int, methods: [(name: String, words: String)]) {
        (self.cases, self.loss, self.width, self.methods) = (cases, loss, width, methods)
    }

    /// Squared errors by sequence.
    var caseErrors: CaseErrors {
        let found = cases.map { ($0.place, CaseErrors.Case(error: $0.squaredError(0))) }
        return CaseErrors(metric: "squared error", noun: "sequence", cases: Dictionary(uniqueKeysWithValues: found))
    }
}

extension RegressionMeasurement.Case {
    /// Of the network (0) or of a method (from 1), over the values that are known.
    func squaredError(_ answer: Int) -> Double {
        zip(answers[answer], truths).reduce(0) { $1.1.isNaN ? $0 : $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
}

extension RegressionMeasurement: HeldBackAnswers {
    func placed(at cases: [Int]) -> RegressionMeasurement {
        var result = self
        for index in result.cases.indices { result.cases[index].place = cases[result.cases[index].place] }
        return result
    }

    mutating func add(_ other: any HeldBackAnswers) {
        guard let other = other as? RegressionMeasurement else { preconditionFailure("answers of another kind") }
        cases = (cases + other.cases).sorted { $0.place < $1.place }
        loss += other.loss
    }

    func evaluation(_ pooled: PooledCases?) -> Evaluation {
        func method(_ answer: Int, _ name: String, _ words: String) -> SimpleMethod {
            var errors = RegressionErrors(width: width)
            for one in cases { errors.add(guesses: one.answers[answer], truths: one.truths) }
            let squares = cases.map { $0.squaredError(answer) }
            let byPlace = Dictionary(uniqueKeysWithValues: zip(cases.map(\.place), squares))
            return SimpleMethod(
                name: name, words: words, metrics: errors.metrics, errors: pooled?.grouped(byPlace) ?? squares)
        }
        var own = method(0, "", "")
        own.metrics["validation_loss"] = loss.mean
        var evaluation = Evaluation(
            metrics: own.metrics, errors: own.errors,
            beside: methods.enumerated().map { method($0 + 1, $1.name, $1.words) }, isSquared: true,
            noun: "sequence", measured: cases.map(\.place), of: pooled)
        evaluation.cases = caseErrors
        return evaluation
    }
}
