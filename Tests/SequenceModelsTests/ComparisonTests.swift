import Foundation
import Kernels
import Testing

import SequenceModels

@Suite struct ComparisonTests {
    @Test func knowsStudentsPoints() {
        // Of tables.
        for (freedom, point) in [
            (1, 12.706), (2, 4.303), (5, 2.571), (6, 2.447), (8, 2.306), (10, 2.228), (15, 2.131), (30, 2.042),
            (120, 1.980), (100_000, 1.960),
        ] {
            #expect(abs(Comparison.deviations(freedom: freedom) - point) < 0.002, "\(freedom)")
        }
    }

    @Test func byHand() throws {
        let comparison = try #require(Comparison(model: [1, 2, 3, 2], other: [2, 4, 5, 5]))
        // Ratio .5; rests 0, 0, .5, -.5: √(4 / 3 · .5) / 16.
        #expect(comparison.skill == 0.5)
        #expect(abs((comparison.standardError ?? 0) - (2.0 / 3).squareRoot() / 16) < 1e-12)
        #expect(comparison.isSignificant)
        let few = try #require(Comparison(model: [1, 2], other: [2, 4]))
        #expect(few.skill == 0.5 && !few.isSignificant)
        #expect(Comparison(model: [1], other: [1])?.standardError == nil)
        #expect(Comparison(model: [1, 2], other: [0, 0]) == nil)
        let roots = try #require(Comparison(model: [1, 1, 1, 1], other: [4, 4, 4, 4], isSquared: true))
        #expect(roots.skill == 0.5 && roots.standardError == 0)
    }

    /// Where neither is better, it is said of one in twenty; also where neighbours are alike.
    @Test func seldomClaimsWhatIsNot() {
        var claims = 0, ordered = 0
        let trials = 400
        for trial in 0..<trials {
            let random = CounterRandom(seed: UInt64(trial), stream: 1)
            let model = (0..<20).map { 1 + 0.3 * random.normal(UInt64($0)) }
            let other = (0..<20).map { 1 + 0.3 * random.normal(UInt64(100 + $0)) }
            if Comparison(model: model, other: other)?.isSignificant == true { claims += 1 }
            var level = 0.0
            let slow = (0..<60).map { step -> Double in
                level = 0.7 * level + random.normal(UInt64(200 + step))
                return 5 + level
            }
            let flat = [Double](repeating: 5, count: 60)
            if Comparison(model: slow, other: flat, areOrdered: true)?.isSignificant == true { ordered += 1 }
        }
        #expect(claims < trials / 12 && ordered < trials / 8, "\(claims), \(ordered) of \(trials)")
    }

    @Test func saysOnlyWhatIsMoreThanChance() {
        func words(_ model: [Double], _ other: [Double]) -> String {
            Evaluation.verdict(
                Comparison(model: model, other: other), against: "seasonal naive", basis: "100 series")
        }
        let ones = [Double](repeating: 1, count: 100)
        let better = (0..<100).map { 0.5 + 0.1 * Double($0 % 3) }
        #expect(words(better, ones) == "better than seasonal naive by 40 ± 1 % (100 series)")
        #expect(
            words(ones, better).hasPrefix("worse than seasonal naive by 67 ± 2 % (100 series): do not use this model"))
        #expect(
            words([1, 3, 1], [2, 2, 2])
                == "not clearly different from seasonal naive: 100 series are too few to tell (better by 17 ± 33 %, "
                + "which may be chance)")
        let close = (0..<100).map { $0 % 2 == 0 ? 1.04 : 0.95 }
        #expect(words(close, ones) == "about as good as seasonal naive: better by 0.5 ± 0.5 % (100 series)")
        #expect(words(ones, ones) == "no different from seasonal naive (100 series)")
        #expect(words([1, 1], [0, 0]) == "not comparable: seasonal naive makes no error to compare with")
    }
}
