import Kernels
import SequenceModels
import Testing

/// Limits of alarms that follow how surprising values were of late.
@Suite struct RecentSurpriseTests {
    @Test func mediansMoveSlowly() {
        let start = RecentSurprise.medianAsPredicted
        var recent = RecentSurprise(), spiked = RecentSurprise()
        #expect(recent.limit(threshold: 8, falseAlarmRate: 0.001) == 8)
        recent.add(3)
        spiked.add(1e6)
        #expect(abs(recent.median - start * 1.048771) < 1e-5 && spiked == recent, "exp(1/21), however far out")
        for _ in 0..<5000 { recent.add(2.5) }
        #expect(abs(recent.median - 2.5) < 0.02 && recent.count == RecentSurprise.window)
        #expect(abs(recent.limit(threshold: 8, falseAlarmRate: 0.001) - 2.5 / start * 6.907755) < 0.2)
        for _ in 0..<5000 { recent.add(0) }
        #expect(recent.median == 1e-3 && recent.limit(threshold: 8, falseAlarmRate: 0.001) == 8)
    }

    /// A fault that takes a quarter of all values, each far out, leaves the rest to be told.
    @Test func lastingFaultsHideNothing() {
        let random = CounterRandom(seed: 5, stream: 1)
        var recent = RecentSurprise()
        for index in 0..<4000 {
            recent.add(index % 200 < 50 ? 40 : -PortableMath.log(1 - random.uniform(UInt64(index))))
        }
        #expect(recent.limit(threshold: 7, falseAlarmRate: 0.001) < 16)
    }

    /// Of surprises that are all m times as large as they should be, the share that was asked for is told.
    @Test(arguments: [1.0, 1.5, 3]) func ratesStayAsAsked(_ factor: Double) {
        let random = CounterRandom(seed: 4, stream: 2), rate = 0.01
        var recent = RecentSurprise(), alarms = 0, fixed = 0
        let threshold = SurpriseFacts.nominalThreshold(falseAlarmRate: rate)
        for index in 0..<40_000 {
            let surprise = -PortableMath.log(1 - random.uniform(UInt64(index))) * factor
            if index >= 1000 {
                if surprise > recent.limit(threshold: threshold, falseAlarmRate: rate) { alarms += 1 }
                if surprise > threshold { fixed += 1 }
            }
            recent.add(surprise)
        }
        let got = Double(alarms) / 39_000
        #expect(0.006...0.014 ~= got, "\(got), and \(Double(fixed) / 39_000) without")
        #expect(factor == 1 || Double(fixed) / 39_000 > 0.03)
    }

    @Test func keptOnesAreChecked() {
        #expect(RecentSurprise(median: 2, count: 7)?.median == 2)
        for (median, count) in [(0, 0), (.nan, 0), (.infinity, 0), (1, -1), (1, RecentSurprise.window + 1)] {
            #expect(RecentSurprise(median: median, count: count) == nil)
        }
    }
}
