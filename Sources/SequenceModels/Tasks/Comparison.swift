/// A model beside something simpler on the same cases: how much of its error is avoided, and how sure that is.
package struct Comparison: Sendable, Equatable {
    /// 1 − error of the model / error of the other.
    package let skill: Double
    /// Its standard error; nil for a single case.
    package let standardError: Double?
    /// Cases; fewer than there are where neighbours are alike.
    package let cases: Int

    /// Of errors that add up, by independent case.
    ///
    /// The ratio of two sums deviates as the cases do from it (Cochran 1977, Sampling Techniques, 6.9).
    /// - Parameters:
    ///   - isSquared: the errors are squares, of which the roots are compared.
    ///   - areOrdered: neighbours may be alike: their autocorrelation makes fewer cases of them (Bartlett 1946).
    /// - Returns: nil where the other makes no error.
    package init?(model: [Double], other: [Double], isSquared: Bool = false, areOrdered: Bool = false) {
        let count = Double(model.count)
        let all = model.reduce(0, +), others = other.reduce(0, +)
        guard others > 0, all.isFinite, others.isFinite else { return nil }
        let ratio = all / others
        let rests = zip(model, other).map { $0 - ratio * $1 }
        let squares = rests.reduce(0) { $0 + $1 * $1 }
        var alike = 1.0
        if areOrdered, squares > 0 {
            // As estimated it is too small, by about 1 / n.
            let correlation = zip(rests.dropFirst(), rests).reduce(0) { $0 + $1.0 * $1.1 } / squares + 1 / count
            let bounded = min(0.95, max(0, correlation))
            alike = (1 + bounded) / (1 - bounded)
        }
        let error = model.count > 1 ? (count / (count - 1) * squares * alike).squareRoot() / others : nil
        cases = max(1, Int(count / alike))
        guard isSquared else {
            (skill, standardError) = (1 - ratio, error)
            return
        }
        skill = 1 - ratio.squareRoot()
        standardError = error.map { ratio > 0 ? $0 / (2 * ratio.squareRoot()) : 0 }
    }

    /// Of errors that were not kept by case.
    init(skill: Double) { (self.skill, standardError, cases) = (skill, nil, 1) }

    /// Fewer cases tell nothing, however alike they are.
    private static let casesMin = 4

    /// Whether it is more than chance, with an error of the first kind of 5 %.
    package var isSignificant: Bool {
        guard cases >= Self.casesMin, let standardError else { return false }
        return abs(skill) > Self.deviations(freedom: cases - 1) * standardError
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
