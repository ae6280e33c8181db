import CommandData
import Testing

@Suite struct ProgressLineTests {
    private func line(
        step: Int = 250, steps: Int = 600, epoch: Int = 25, epochs: Int = 60, loss: Double? = 1.373302,
        validation: Double? = 1.103743, elapsed: Double = 12, remaining: Double? = 17
    ) -> ProgressLine {
        ProgressLine(
            step: step, steps: steps, epoch: epoch, epochs: epochs, loss: loss, validation: validation,
            tokensPerSecond: 12_507, elapsedSeconds: elapsed, remainingSeconds: remaining)
    }

    @Test func aTerminalOf80ColumnsShowsBarPercentAndTimes() {
        #expect(
            line().live(columns: 80)
                == "█████░░░░░░░░  41 %  epoch 25/60  loss 1.373  validation 1.104  0:12, 0:17 left")
        for long in [
            line(), line(epoch: 100, epochs: 2000, elapsed: 7500, remaining: 30_000),
            line(loss: 123_456, validation: 1.5e-7, elapsed: 200_000, remaining: 900_000), line(remaining: nil),
            line(validation: nil),
        ] {
            let text = long.live(columns: 80)
            #expect(text.count < 80 && text.contains(" %") && text.count { "█░".contains($0) } >= 6, "\(text)")
            #expect(text.contains("left") == (long.remainingSeconds != nil), "\(text)")
        }
    }

    /// The live line never wraps: a wrapped one could not be written over.
    @Test func itFitsAnyWidth() {
        for columns in 0...200 {
            let text = line().live(columns: columns)
            #expect(text.count < max(1, columns), "\(columns): \(text)")
            #expect(columns < 20 || text.contains("41 %"), "\(text)")
            #expect(columns < 40 || text.contains("0:17 left"), "\(text)")
        }
        #expect(line().live(columns: 120).contains("12507 tokens/s"))
    }

    @Test func hundredPercentIsTheEnd() {
        #expect(line(step: 599).live(columns: 80).contains(" 99 %"))
        #expect(line(step: 600).live(columns: 80).contains("100 %"))
        #expect(line(step: 0, steps: 0).live(columns: 80).contains("100 %"))
    }

    @Test func aFileGetsEverything() {
        #expect(
            line().plain
                == "step 250/600   41 %  epoch 25/60  loss 1.373  validation 1.104  12507 tokens/s  0:12, 0:17 left")
    }
}
