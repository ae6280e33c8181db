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

    /// Three cases that happen to be alike are not a small error: `worse by 30 ± 0 %, which may be chance` says
    /// nothing.
    @Test func twoOrThreeCasesHaveNoStandardError() throws {
        let few = try #require(Comparison(model: [1.3, 2.6, 1.3], other: [1, 2, 1]))
        #expect(few.standardError != nil && few.reportedError == nil && !few.isSignificant)
        #expect(
            Evaluation.verdict(few, against: "theta", basis: "1 series × 36 origins")
                == "not clearly different from theta: 1 series × 36 origins are too few to tell "
                + "(worse by 30 %, which may be chance)")
        let enough = try #require(Comparison(model: [1, 2, 3, 2], other: [2, 4, 5, 5]))
        #expect(enough.reportedError == enough.standardError && enough.reportedError != nil)
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

    /// Wrong answers: the exact sign test, by hand; none seen is not none at all.
    @Test func counts() throws {
        func compared(better: Int, worse: Int, of count: Int = 20) throws -> Comparison {
            let model = (0..<count).map { $0 >= better && $0 < better + worse ? 1.0 : 0 }
            let other = (0..<count).map { $0 < better ? 1.0 : 0 }
            return try #require(Comparison(model: model, other: other, areCounts: true))
        }
        // 2 / 64 and 2 · 10 / 512 are below 5 %; 2 / 32 and 2 · 9 / 256 are not.
        #expect(try compared(better: 6, worse: 0).isSignificant && compared(better: 8, worse: 1).isSignificant)
        #expect(try !compared(better: 5, worse: 0).isSignificant && !compared(better: 7, worse: 1).isSignificant)
        #expect(try compared(better: 400, worse: 300, of: 2_000).isSignificant)
        let few = try compared(better: 2, worse: 0, of: 5)
        #expect(few.skill == 1 && abs((few.standardError ?? 0) - (5.0 / 4 * 0.25).squareRoot() / 2) < 1e-12)
        #expect(
            Evaluation.verdict(few, against: "the most frequent label", basis: "5 sequences")
                == "not clearly different from the most frequent label: 5 sequences are too few to tell "
                + "(better by 100 ± 28 %, which may be chance)")
        #expect(Evaluation.verdict(few, against: "it", basis: "1 sequence").contains("1 sequence is too few"))
        // Where the other makes no error, half of one: as good differs by nothing, and wrong often enough is worse.
        let right = try compared(better: 0, worse: 0)
        #expect(right.skill == 0 && Evaluation.verdict(right, against: "a table", basis: "6 pairs").hasPrefix("no dif"))
        let wrong = try compared(better: 0, worse: 7)
        #expect(wrong.skill == -14 && wrong.standardError == nil && wrong.isSignificant)
        #expect(
            Evaluation.verdict(wrong, against: "a table", basis: "20 pairs")
                == "worse than a table by 1400 % (20 pairs): do not use this model, a table does better")
        // As many errors, but in other cases.
        let equal = try compared(better: 2, worse: 2, of: 10)
        #expect(
            Evaluation.verdict(equal, against: "a table", basis: "10 pairs")
                == "not clearly different from a table: 10 pairs are too few to tell (just as good, ± 112 %)")
        // Five sequences of wrong tags, all one way, could be so by chance in 2 / 32.
        #expect(Comparison(model: [0, 0, 0, 0, 0], other: [3, 1, 2, 2, 1], areCounts: true)?.isSignificant == false)
        #expect(
            Comparison(model: [0, 0, 0, 0, 0, 1], other: [3, 1, 2, 2, 1, 4], areCounts: true)?.isSignificant == true)
        // Both ways: the fewest signs, and the deviations.
        let mixed = [0, 0, 0, 0, 0, 0, 0, 2.0], others = [3, 1, 2, 2, 1, 4, 2, 1.0]
        #expect(Comparison(model: mixed, other: others, areCounts: true)?.isSignificant == true)
        #expect(
            Comparison(model: [0, 9, 0, 0, 0, 0, 0], other: [2, 1, 2, 3, 1, 1, 1], areCounts: true)?.isSignificant
                == false)
    }

    @Test func seldomClaimsWhatIsNotOfCounts() {
        var claims = 0
        let trials = 600
        for trial in 0..<trials {
            let random = CounterRandom(seed: UInt64(trial), stream: 2)
            let model = (0..<24).map { random.uniform(UInt64($0)) < 0.3 ? 1.0 : 0 }
            let other = (0..<24).map { random.uniform(UInt64(100 + $0)) < 0.3 ? 1.0 : 0 }
            if Comparison(model: model, other: other, areCounts: true)?.isSignificant == true { claims += 1 }
        }
        #expect(claims < trials / 18, "\(claims) of \(trials)")
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
            words([1, 3, 1, 2.5], [2, 2, 2, 2])
                == "not clearly different from seasonal naive: 100 series are too few to tell (better by 6 ± 26 %, "
                + "which may be chance)")
        let close = (0..<100).map { $0 % 2 == 0 ? 1.04 : 0.95 }
        #expect(words(close, ones) == "about as good as seasonal naive: better by 0.5 ± 0.5 % (100 series)")
        #expect(words(ones, ones) == "no different from seasonal naive (100 series)")
        #expect(words([1, 1], [0, 0]) == "not comparable: seasonal naive makes no error to compare with")
    }
}
