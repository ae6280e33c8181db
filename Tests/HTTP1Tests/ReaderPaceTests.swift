import HTTP1
import Testing

/// The pure part: no clock, no socket.
@Suite struct ReaderPaceTests {
    /// Seconds until a reader of `bytesPerSecond` is 10 s behind 1000 bytes/s; nil if not within 1000 s.
    private func end(_ bytesPerSecond: Int, first: Int = 0) -> Double? {
        var pace = ReaderPace()
        pace.advance(seconds: 0, takenBytes: first, bytesPerSecondMin: 1000)
        for half in 1...2000 {
            pace.advance(seconds: 0.5, takenBytes: bytesPerSecond / 2, bytesPerSecondMin: 1000)
            if pace.lagSeconds > 10 { return Double(half) / 2 }
        }
        return nil
    }

    @Test func timeIsUpAfterGraceOverTheShareMissed() {
        #expect(end(0) == 10.5)
        #expect(end(16) == 10.5)
        #expect(end(500) == 20.5)
        #expect(end(750) == 40.5)
        #expect(end(1000) == nil)
        #expect(end(100_000) == nil)
        // What was taken at first is not saved up.
        #expect(end(16, first: 1_000_000) == 10.5)
    }

    @Test func lumpsWithinTheGraceAreFine() {
        var pace = ReaderPace()
        for second in 1...1000 {
            pace.advance(seconds: 1, takenBytes: second % 9 == 0 ? 9000 : 0, bytesPerSecondMin: 1000)
            #expect(pace.lagSeconds <= 10)
        }
    }

    @Test func noLeastRateAsksForNothing() {
        var pace = ReaderPace()
        pace.advance(seconds: 1e6, takenBytes: 0, bytesPerSecondMin: 0)
        #expect(pace.lagSeconds == 0)
    }
}
