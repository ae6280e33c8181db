import CommandData
import Testing

@Suite struct MeasuringLineTests {
    private let line = MeasuringLine(done: 16, total: 64, elapsedSeconds: 75, remainingSeconds: 9)

    @Test func aTerminalShowsABarAndTimes() {
        #expect(line.live(columns: 80) == "██████░░░░░░░░░░░░░░░░░░  25 %  measuring  1:15, 0:09 left")
        #expect(line.live(columns: 30) == " 25 %  measuring  1:15, 0:09 ")
        for columns in 0..<120 { #expect(line.live(columns: columns).count <= max(0, columns - 1)) }
    }

    @Test func aLogShowsNumbers() {
        #expect(line.plain == "measured 16/64   25 %  1:15, 0:09 left")
        let begun = MeasuringLine(done: 0, total: 64, elapsedSeconds: 75, remainingSeconds: nil)
        #expect(begun.plain == "measured 0/64    0 %  1:15")
    }
}
