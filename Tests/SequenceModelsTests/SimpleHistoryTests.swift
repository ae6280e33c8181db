import Foundation
import Kernels
import Testing

import SequenceModels

@Suite struct SimpleHistoryTests {
    private let methods: [SimpleForecast] = [.theta, .seasonalProfile, .drift]

    /// Daily counts about a level that stays, with a week and much noise.
    private func level(_ seed: UInt64, count: Int) -> [Double] {
        let random = CounterRandom(seed: seed, stream: 1)
        return (0..<count).map { step in
            let week = 40 * sin(2 * Double.pi * Double(step % 7) / 7)
            return max(0, (10 + week + 80 * random.uniform(UInt64(step))).rounded(.down))
        }
    }

    /// The last value of a noisy series is not its level, and the history mostly says so.
    @Test func theLastValueIsNoLevel() {
        let found = (1...8 as ClosedRange<UInt64>).map { seed in
            SimpleHistory([level(seed, count: 380)], methods, season: 7, horizon: 350).outdone
        }
        #expect(found.count { $0.contains(.drift) } >= 7 && found.allSatisfy { $0.count < 3 }, "\(found)")
    }

    /// A line goes on: who follows it is not outdone, who stays behind is.
    @Test func aLineGoesOn() {
        let random = CounterRandom(seed: 3, stream: 3)
        let line = (0..<120).map { 10 + 2 * Double($0) + 5 * random.normal(UInt64($0)) }
        let outdone = SimpleHistory([line], [.theta, .drift], season: 1, horizon: 24).outdone
        #expect(outdone == [.theta], "\(outdone)")
    }

    /// Of a random walk neighbouring origins see nearly the same errors: many of them are little evidence.
    @Test func neighboursAreLittleEvidence() {
        var wrong = 0
        for seed in 1...40 as ClosedRange<UInt64> {
            let random = CounterRandom(seed: seed, stream: 4)
            var sum = 100.0
            let values = (0..<90).map { step in
                sum += random.normal(UInt64(step))
                return sum
            }
            if !SimpleHistory([values], [.theta, .drift], season: 1, horizon: 30).outdone.isEmpty { wrong += 1 }
        }
        // Without a correction for that it is some 24 of 40.
        #expect(wrong <= 18, "\(wrong)")
    }

    @Test func fewValuesTellNothing() {
        let unknown = [Double](repeating: .nan, count: 8), constant = [Double](repeating: 3, count: 60)
        for values in [[], [5], [5, 5, 6], unknown, constant] {
            #expect(SimpleHistory([values], methods, season: 1, horizon: 3).outdone.isEmpty, "\(values)")
        }
        #expect(SimpleHistory([], methods, season: 7, horizon: 3).outdone.isEmpty)
    }

    /// Gaps are neither known nor to come.
    @Test func gapsAreLeftOut() {
        var values = level(1, count: 380)
        for step in stride(from: 3, to: 380, by: 5) { values[step] = .nan }
        #expect(SimpleHistory([values], methods, season: 7, horizon: 350).outdone.contains(.drift))
    }
}
