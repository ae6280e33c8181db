import Foundation
import Kernels
import SequenceModels
import Testing

/// Thresholds of alarms beside the rates at which new values exceed them.
@Suite struct SurpriseFactsTests {
    /// Surprises under a standard normal distribution of values drawn from another.
    private func surprises(_ count: Int, seed: UInt64, _ value: (Double) -> Double) -> [Double] {
        let random = CounterRandom(seed: seed, stream: 77)
        return (0..<count).map { LogTails.normal(value(1 - random.uniform(UInt64($0)))).surprise }
    }

    private func share(_ values: [Double], above threshold: Double) -> Double {
        Double(values.count { $0 > threshold }) / Double(values.count)
    }

    /// What was asked, beside what 200,000 new values give: within 15 % at 0.05, a quarter at 0.01, a half at 0.001.
    @Test(arguments: ["true", "wide", "narrow", "heavy"]) func ratesAreAsAsked(_ kind: String) throws {
        let value: (Double) -> Double = { u in
            switch kind {
            case "narrow": 1.4 * Quantiles.normal(u)
            case "wide": 0.7 * Quantiles.normal(u)
            case "heavy": Quantiles.student(u, degreesOfFreedom: 4)
            default: Quantiles.normal(u)
            }
        }
        let facts = try #require(SurpriseFacts(surprises(5000, seed: 1, value)))
        let new = surprises(200_000, seed: 2, value)
        for (rate, error) in [(0.3, 0.05), (0.05, 0.15), (0.01, 0.25), (0.001, 0.5)] {
            let found = share(new, above: facts.threshold(falseAlarmRate: rate))
            #expect(abs(found / rate - 1) < error, "\(kind): asked \(rate), got \(found)")
        }
        #expect(facts.count == 5000 && facts.rates.last == 0.06)
    }

    /// Quantiles of a generalised Pareto distribution have its tail: x = σ ((1 − p)^−ξ − 1) / ξ.
    @Test func findsTheTail() throws {
        let (scale, shape) = (2.0, 0.25)
        func quantile(_ rate: Double) -> Double { scale * (pow(rate, -shape) - 1) / shape }
        let values = (0..<3000).map { quantile((Double($0) + 0.5) / 3000) }
        let facts = try #require(SurpriseFacts(values))
        // 300 values of the tail; 60 are presumed to be of no shape: 0.25 · 300 / 360.
        #expect(abs(facts.tailShape - 0.208) < 0.02, "\(facts.tailShape)")
        for rate in [0.05, 0.01, 0.003] {
            let found = facts.threshold(falseAlarmRate: rate)
            #expect(abs(found / quantile(rate) - 1) < 0.08, "\(rate): \(found), not \(quantile(rate))")
        }
    }

    @Test func thresholdsAscendAsRatesFall() throws {
        for count in [20, 21, 57, 199, 1000] {
            let facts = try #require(SurpriseFacts(surprises(count, seed: 9) { Quantiles.normal($0) }))
            var last = -1.0
            for step in 0..<200 {
                let rate = 0.5 * PortableMath.exp(-0.1 * Double(step))
                let found = facts.threshold(falseAlarmRate: rate)
                #expect(found >= last && found.isFinite, "\(count) \(rate)")
                last = found
            }
            let copy = try JSONDecoder().decode(SurpriseFacts.self, from: JSONEncoder().encode(facts))
            #expect(copy == facts)
        }
        #expect(SurpriseFacts([Double](repeating: 1, count: 19)) == nil)
        #expect(abs(SurpriseFacts.nominalThreshold(falseAlarmRate: 0.001) - 6.907755) < 1e-6)
    }

    /// Equal values, and one that cannot be.
    @Test func takesAnyValues() throws {
        let equal = try #require(SurpriseFacts([Double](repeating: 0.5, count: 40)))
        #expect(equal.threshold(falseAlarmRate: 0.001).isFinite && equal.threshold(falseAlarmRate: 0.4) < 1)
        let odd = try #require(SurpriseFacts((0..<40).map { $0 == 7 ? 1e300 : Double($0) / 20 }))
        #expect(odd.threshold(falseAlarmRate: 1e-6).isFinite)
    }
}
