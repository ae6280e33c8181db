/// Two versions on the same cases, none of which either has learned from.
package struct VersionComparison: Sendable, Equatable {
    /// What it says of the new one.
    package enum Outcome: Sendable, Equatable {
        /// Its mean error is lower.
        case better
        case notBetter
        /// There is nothing to go by.
        case unknown
        /// The other one cannot be read.
        case unreadable
    }

    /// The other version: `airline@3`.
    package let with: String
    /// Of the new version.
    package var outcome: Outcome
    /// Whether the difference is more than chance, with an error of the first kind of 5 %.
    package var isSignificant: Bool?
    /// Cases that both were measured on.
    package var cases = 0
    /// What the errors are; nil without any.
    package var metric: String?
    /// Mean error of the new version, and of the other.
    package var error: Double?
    /// The same of the other; nil without any.
    package var otherError: Double?
    /// The new one's less the other's.
    package var difference: Double?
    /// Of the difference; nil for a single case, and where single cases are not known.
    package var standardError: Double?
    /// Cases that were left out: the other has learned them, and those that it cannot read.
    package var learned = 0, unreadable = 0
    /// The same in words, or why nothing can be said.
    package var words: String

    /// Of something that cannot be compared.
    package init(with name: String, _ outcome: Outcome, _ words: String) {
        (with, self.outcome, self.words) = (name, outcome, words)
    }

    /// The same cases by both.
    /// - Parameters:
    ///   - noun: what a case is called.
    ///   - pairs: errors of the new version and of the other.
    init(
        with name: String, metric: String, noun: String,
        pairs: [(own: CaseErrors.Case, other: CaseErrors.Case)], areOrdered: Bool
    ) {
        let weight = pairs.reduce(0) { $0 + $1.own.weight }, count = Double(pairs.count)
        let unit = weight / max(1, count)
        let own = pairs.reduce(0) { $0 + $1.own.error } / weight
        let other = pairs.reduce(0) { $0 + $1.other.error } / weight
        let rests = pairs.map { ($0.own.error - $0.other.error) / unit - (own - other) * $0.own.weight / unit }
        self.init(with: name, own < other ? .better : .notBetter, "")
        (cases, self.metric, error, otherError, difference) = (pairs.count, metric, own, other, own - other)
        let (spread, independent) = Self.spread(rests, areOrdered: areOrdered)
        standardError = spread
        isSignificant = spread.map {
            independent >= Self.casesMin && abs(own - other) > Comparison.deviations(freedom: independent - 1) * $0
        }
        words = facts(noun)
    }

    /// Measured by each for itself, on cases that are known to be the same.
    init(with name: String, metric: String, own: Double, other: Double, basis: String) {
        self.init(with: name, own < other ? .better : .notBetter, "")
        (self.metric, error, otherError, difference) = (metric, own, other, own - other)
        words =
            "\(metric) \(Self.text(own)), that of \(name) was \(Self.text(other)) on the same data "
            + "when it was trained (\(basis))"
    }

    /// Fewer tell nothing, however alike they are.
    private static let casesMin = 4

    /// The standard error of a mean, and how many independent cases it is of (Bartlett 1946 where neighbours are
    /// alike).
    private static func spread(_ rests: [Double], areOrdered: Bool) -> (Double?, Int) {
        let count = Double(rests.count)
        guard rests.count > 1 else { return (nil, rests.count) }
        let squares = rests.reduce(0) { $0 + $1 * $1 }
        var alike = 1.0
        if areOrdered, squares > 0 {
            let correlation = zip(rests.dropFirst(), rests).reduce(0) { $0 + $1.0 * $1.1 } / squares + 1 / count
            let bounded = min(0.95, max(0, correlation))
            alike = (1 + bounded) / (1 - bounded)
        }
        return ((squares * alike / (count - 1) / count).squareRoot(), max(1, Int(count / alike)))
    }

    private func facts(_ noun: String) -> String {
        let counted = Evaluation.counted(cases, noun)
        let place = cases == 1 ? "the same \(counted.dropFirst(2))" : "the same \(counted)"
        let spread = standardError.map { " ± \(Self.text($0))" } ?? ""
        let chance =
            isSignificant == true
            ? "" : cases == 1 ? "; of one case nobody can tell whether that is chance" : ", which may be chance"
        return
            "\(metric ?? "error") \(Self.text(error ?? 0)) and \(Self.text(otherError ?? 0)) of \(with) on \(place), "
            + "a difference of \(Self.text(difference ?? 0))\(spread)\(chance)"
    }

    private static func text(_ number: Double) -> String { ReadableNumber.text(number) }
}

extension VersionComparison {
    /// Says what was left out, and why.
    mutating func leftOut(learned: Int, unreadable: Int, _ noun: String) {
        (self.learned, self.unreadable) = (learned, unreadable)
        if learned > 0 { words += "; \(Evaluation.counted(learned, noun)) left out, which \(with) has learned" }
        if unreadable > 0 { words += "; \(Evaluation.counted(unreadable, noun)) left out, which \(with) cannot read" }
    }

    /// The other may have learned the cases, and would then do better on them than it is: what it does worse, it does
    /// worse all the more; what it does better says nothing.
    /// - Parameter isKnown: whether it has for certain.
    mutating func otherHasLearned(isKnown: Bool) {
        let has =
            isKnown ? "has learned these cases" : "may have learned these cases, it has no record of what it learned"
        if outcome == .better {
            words += "; \(with) \(has), and is worse all the same"
        } else {
            outcome = .unknown
            words += "; but \(with) \(has), so this says nothing"
        }
    }
}
