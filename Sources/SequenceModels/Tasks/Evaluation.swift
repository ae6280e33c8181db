/// What a model is worth on data that it has not learned from.
package struct Evaluation: Sendable {
    /// By name, as in the API; those without a value are absent.
    package var metrics: [String: Double]
    /// The same of simple methods on the same cases, by method.
    package var baselines: [String: [String: Double]]
    /// Beside the best of them; nil where none makes an error.
    package var comparison: Comparison?
    /// On what it was measured: "359 series × 3 origins".
    package var basis: String?
    /// One plain sentence.
    package var verdict: String
    /// How forecasts are to be combined; nil for other tasks.
    var combination: ForecastCombination?
    /// How surprising the values were; nil where too few were measured, and for other tasks.
    var surprise: SurpriseFacts?
    /// What was measured, case by case; nil for forecasts.
    package var cases: CaseErrors?
    /// The folds whose cases these are; nil for those of one training.
    var pooled: PooledCases?

    /// Measured beside simple methods.
    /// - Parameters:
    ///   - rival: the best of them, in words.
    ///   - basis: the cases, in words and plural: "359 series × 3 origins".
    ///   - cases: the same without how they were held back; nil where that is all.
    init(
        metrics: [String: Double], baselines: [String: [String: Double]], comparison: Comparison?,
        against rival: String,
        basis: String, cases: String? = nil
    ) {
        self.metrics = metrics.filter { $0.value.isFinite }
        self.baselines = baselines.mapValues { $0.filter { $0.value.isFinite } }
        self.comparison = comparison
        self.basis = basis
        verdict = Self.verdict(comparison, against: rival, basis: basis, cases: cases)
    }

    /// Leaves out what learned from the very cases that it is measured on.
    mutating func forgetBaselines() {
        (baselines, comparison) = ([:], nil)
        verdict = metrics.isEmpty ? verdict : "measured alone: simple methods have nothing to learn from here"
    }

    private init(unmeasured verdict: String) {
        (metrics, baselines) = ([:], [:])
        self.verdict = verdict
    }

    /// Nothing was held back, so nothing is claimed.
    static let unmeasured = Evaluation(unmeasured: "not measured: no data was held back for validation")
}
