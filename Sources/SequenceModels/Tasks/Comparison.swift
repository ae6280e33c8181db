import Kernels

/// A model beside something simpler on the same cases: how much of its error is avoided, and how sure that is.
///
/// Of counts (wrong labels, wrong answers) half an error more is added for either, so that none seen is not taken for
/// none at all, and the cases that differ must suffice: none of five against two of five may well be chance.
package struct Comparison: Sendable, Equatable {
    /// 1 − error of the model / error of the other.
    package let skill: Double
    /// Its standard error; nil for a single case, and where the other makes no error.
    package let standardError: Double?
    /// Cases; fewer than there are where neighbours are alike.
    package let cases: Int
    /// How probable such a difference is where there is none, of counts.
    private let chance: Chance?

    /// Whether the errors are those of several trainings.
    private let areFolded: Bool

    private struct Chance: Equatable {
        var value: Double
        /// Whether it is known, or only that it is no less.
        var isExact: Bool
    }

    /// Of errors that add up, by independent case.
    ///
    /// The ratio of two sums deviates as the cases do from it (Cochran 1977, Sampling Techniques, 6.9).
    /// - Parameters:
    ///   - isSquared: the errors are squares, of which the roots are compared.
    ///   - areOrdered: neighbours may be alike: their autocorrelation makes fewer cases of them (Bartlett 1946).
    ///   - areCounts: the errors are whole numbers.
    ///   - folds: the trainings whose errors they are; nil for a single one.
    /// - Returns: nil where the other makes no error; of counts it makes half of one.
    package init?(
        model: [Double], other: [Double], isSquared: Bool = false, areOrdered: Bool = false, areCounts: Bool = false,
        folds: Folds? = nil
    ) {
        areFolded = folds != nil
        let count = Double(model.count)
        let all = model.reduce(0, +), others = other.reduce(0, +)
        guard others > 0 || areCounts, count > 0, all.isFinite, others.isFinite else { return nil }
        let half = others > 0 ? 0 : 0.5
        let ratio = (all + half) / (others + half)
        let rests = zip(model, other).map { $0 - ratio * $1 }
        let unseen = areCounts ? (1 + ratio * ratio) / 4 : 0
        let squares = rests.reduce(unseen) { $0 + $1 * $1 }
        chance = areCounts ? Self.chance(model, other) : nil
        var alike = 1.0
        if areOrdered, squares > 0 {
            // As estimated it is too small, by about 1 / n.
            let correlation = zip(rests.dropFirst(), rests).reduce(0) { $0 + $1.0 * $1.1 } / squares + 1 / count
            let bounded = min(0.95, max(0, correlation))
            alike = (1 + bounded) / (1 - bounded)
        }
        var variance = count / max(1, count - 1) * squares * alike
        if let folds { variance = max(variance, folds.variance(rests)) * folds.factor }
        let error = model.count > 1 && half == 0 ? variance.squareRoot() / others : nil
        cases = max(1, Int(count / alike))
        guard isSquared else {
            (skill, standardError) = (1 - ratio, error)
            return
        }
        skill = 1 - ratio.squareRoot()
        standardError = error.map { ratio > 0 ? $0 / (2 * ratio.squareRoot()) : 0 }
    }

    /// Fewer cases tell nothing, however alike they are.
    private static let casesMin = 4

    /// The standard error as it is reported: of fewer cases it is mostly chance itself, and one that happens to be
    /// small would read like a finding.
    package var reportedError: Double? { cases >= Self.casesMin ? standardError : nil }

    /// Error of the first kind.
    private static let chanceMax = 0.05

    /// The same, where errors of several trainings deviate by half as much again (see `Folds.factor`).
    private static let chanceOfFoldsMax = 0.0033

    /// Whether it is more than chance, with an error of the first kind of 5 %.
    package var isSignificant: Bool {
        if let chance, chance.isExact || chance.value > Self.chanceMax {
            // Of several trainings cases are less independent than counting signs supposes.
            guard areFolded, chance.value <= Self.chanceMax else { return chance.value <= Self.chanceMax }
            if standardError == nil { return chance.value <= Self.chanceOfFoldsMax }
        }
        guard cases >= Self.casesMin, let standardError else { return false }
        return abs(skill) > Self.deviations(freedom: cases - 1) * standardError
    }

    /// Of right and wrong alone, or where all differences go one way, that of the signs, which is exact (McNemar 1947);
    /// else the least that as many differences could have.
    private static func chance(_ model: [Double], _ other: [Double]) -> Chance {
        let better = zip(model, other).count { $0 < $1 }, worse = zip(model, other).count { $0 > $1 }
        let areBinary = zip(model, other).allSatisfy { max($0, $1) <= 1 }
        let fewer = areBinary ? min(better, worse) : 0
        func logFactorial(_ count: Int) -> Double { PortableMath.logGamma(Double(count) + 1) }
        let tail = (0...fewer).reduce(0.0) { sum, k in
            let ways = logFactorial(better + worse) - logFactorial(k) - logFactorial(better + worse - k)
            return sum + PortableMath.exp(ways - Double(better + worse) * PortableMath.log(2))
        }
        return Chance(value: min(1, 2 * tail), isExact: areBinary || min(better, worse) == 0)
    }

    /// The 97.5 % point of Student's t distribution.
    ///
    /// - Parameter freedom: from 1. Beyond 5 by the expansion about the normal (Abramowitz & Stegun 26.7.5), which is
    ///   right to .001 there.
    package static func deviations(freedom: Int) -> Double {
        let few = [12.7062, 4.3027, 3.1824, 2.7764, 2.5706]
        if freedom <= few.count { return few[max(1, freedom) - 1] }
        let z = 1.959964, n = Double(freedom)
        let z3 = z * z * z, z5 = z3 * z * z, z7 = z5 * z * z, z9 = z7 * z * z
        let first = (z3 + z) / 4
        let second = (5 * z5 + 16 * z3 + 3 * z) / 96
        let third = (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / 384
        let fourth = (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * z) / 92160
        return z + first / n + second / (n * n) + third / (n * n * n) + fourth / (n * n * n * n)
    }
}

extension Comparison {
    /// Cases that were measured by several trainings, each of which learned most of the others (cross-validation).
    package struct Folds: Sendable, Equatable {
        /// By independent case.
        let of: [Int]
        /// K: the data are cut into so many.
        let count: Int

        /// - Parameters: of: the fold of each independent case. - count: folds that the data are cut into.
        package init(of: [Int], count: Int) { (self.of, self.count) = (of, count) }

        /// By how much the variance of a mean over the cases is larger than that of cases by themselves.
        ///
        /// What the folds learn from is mostly the same, so their mean varies from one set of data to another by more
        /// than they do among themselves: by 1 + m / (K − 1), with m of K folds (Nadeau & Bengio 2003).
        var factor: Double { 1 + Double(Set(of).count) / Double(max(1, count - 1)) }

        /// The variance of the sum of all by how unlike the sums of the folds are; 0 for a single fold.
        func variance(_ rests: [Double]) -> Double {
            var sums: [Int: Double] = [:]
            for (fold, rest) in zip(of, rests) { sums[fold, default: 0] += rest }
            let folds = Double(sums.count), squares = sums.keys.sorted().compactMap { sums[$0] }.map { $0 * $0 }
            return folds > 1 ? squares.reduce(0, +) * folds / (folds - 1) : 0
        }
    }
}
