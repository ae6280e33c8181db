/// Something that needs no network, on the cases that a model was measured on.
struct SimpleMethod {
    /// As in the API.
    let name: String
    /// In a sentence: "better than …".
    let words: String
    var metrics: [String: Double]
    /// By case, in the unit of the model's; empty where the two are not comparable.
    var errors: [Double] = []
}

extension Evaluation {
    /// Measured beside the best of simple methods, the first of equals.
    /// - Parameters:
    ///   - errors: of the model, by independent case.
    ///   - isSquared, areOrdered, areCounts, folds: see `Comparison`.
    ///   - basis: the cases, in words and plural.
    ///   - cases: the same without how they were held back; nil where that is all.
    init(
        metrics: [String: Double], errors: [Double], beside methods: [SimpleMethod], isSquared: Bool = false,
        areOrdered: Bool = false, areCounts: Bool = false, folds: Comparison.Folds? = nil, basis: String,
        cases: String? = nil
    ) {
        let comparable = methods.filter { $0.errors.count == errors.count && !errors.isEmpty }
        let best = comparable.min { $0.errors.reduce(0, +) < $1.errors.reduce(0, +) }
        self.init(
            metrics: metrics, baselines: Dictionary(methods.map { ($0.name, $0.metrics) }) { first, _ in first },
            comparison: best.flatMap {
                Comparison(
                    model: errors, other: $0.errors, isSquared: isSquared, areOrdered: areOrdered, areCounts: areCounts,
                    folds: folds)
            },
            against: best?.words ?? "guessing", basis: basis, cases: cases)
    }

    /// The same of sequences with a target, held back by one training or by several.
    /// - Parameters:
    ///   - noun: what one is called.
    ///   - measured: cases that were measured, ascending.
    ///   - pooled: the folds that they are of; nil for one training.
    init(
        metrics: [String: Double], errors: [Double], beside methods: [SimpleMethod], isSquared: Bool = false,
        areCounts: Bool = false, noun: String, measured: [Int], of pooled: PooledCases?
    ) {
        let words = pooled?.basis(measured)
        self.init(
            metrics: metrics, errors: errors, beside: methods, isSquared: isSquared, areCounts: areCounts,
            folds: pooled?.comparisonFolds(measured), basis: words?.whole ?? Self.counted(errors.count, noun),
            cases: words?.cases)
        self.pooled = pooled
    }

    /// A number of cases, in words: "1 sequence", "12,345 pairs".
    /// - Parameter whole: of how many they are a sample; nil for all.
    static func counted(_ count: Int, _ noun: String, of whole: Int? = nil) -> String {
        let sample = whole.map { $0 > count ? ", a sample of \(grouped($0))" : "" } ?? ""
        return grouped(count) + " " + (count == 1 ? noun : noun + "s") + sample
    }

    /// `1,234,567`.
    static func grouped(_ count: Int) -> String {
        let digits = Array(String(count))
        return digits.indices.map { ($0 > 0 && (digits.count - $0) % 3 == 0 ? "," : "") + String(digits[$0]) }.joined()
    }
}
