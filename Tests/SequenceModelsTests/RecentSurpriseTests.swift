import Kernels
import SequenceModels
import Testing

/// Limits of alarms that follow how surprising values were of late.
@Suite struct RecentSurpriseTests {
    @Test func meansMoveSlowly() {
        var recent = RecentSurprise()
        #expect(recent.limit(threshold: 8, falseAlarmRate: 0.001) == 8)
        recent.add(3)
        #expect(abs(recent.mean - (1 + 2.0 / 21)) < 1e-12)
        var spiked = RecentSurprise()
        spiked.add(1e6)
        #expect(abs(spiked.mean - (1 + 5.0 / 21)) < 1e-12, "one value counts as six times the mean")
        for _ in 0..<5000 { recent.add(2.5) }
        #expect(abs(recent.mean - 2.5) < 1e-3 && recent.count == RecentSurprise.window)
        #expect(abs(recent.limit(threshold: 8, falseAlarmRate: 0.001) - 2.5 * 6.907755) < 0.01)
        for _ in 0..<5000 { recent.add(0) }
        #expect(recent.mean < 1e-3 && recent.limit(threshold: 8, falseAlarmRate: 0.001) == 8)
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
        #expect(0.007...0.013 ~= got, "\(got), and \(Double(fixed) / 39_000) without")
        #expect(factor == 1 || Double(fixed) / 39_000 > 0.03)
    }

    @Test func keptOnesAreChecked() {
        #expect(RecentSurprise(mean: 2, count: 7)?.mean == 2)
        for (mean, count) in [(-1, 0), (.nan, 0), (.infinity, 0), (1, -1), (1, RecentSurprise.window + 1)] {
            #expect(RecentSurprise(mean: mean, count: count) == nil)
        }
    }
}
