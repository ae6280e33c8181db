import HTTP1
import Testing

/// Limits that the machine keeps, and what a stop and half-closed clients get of time.
@Suite struct MachineLimitTests {
    @Test func inputBufferBytesMax() {
        var run = MachineRun(MachineRun.get) { $0.inputBufferBytesMax = 50 }
        run.receive([UInt8](repeating: 0x47, count: 49))
        #expect(run.machine.wantsInput)
        run.receive("G")
        #expect(!run.machine.wantsInput)
        // The same while a response that is not taken holds the next request up.
        run.pendingBytes = 1
        run.respond()
        #expect(run.machine.phase == .idle && !run.machine.wantsInput)
        run.pendingBytes = 0
        run.settle()
        #expect(run.machine.phase == .head)
    }

    @Test func lingerBytesMaxWhileFlushing() {
        var run = MachineRun("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") { $0.lingerBytesMax = 10 }
        run.pendingBytes = 1
        run.respond()
        run.receive("0123456789")
        #expect(run.machine.wantsInput)
        run.receive("0")
        #expect(!run.machine.wantsInput)
        // Lingering, it is read again.
        run.pendingBytes = 0
        run.settle()
        #expect(run.machine.wantsInput)
    }

    @Test func lingerBytesMaxOfBrokenContent() {
        var run = MachineRun(MachineRun.chunkedHead + "x\r\n") { $0.lingerBytesMax = 10 }
        run.receive("0123456789")
        #expect(run.machine.wantsInput)
        run.receive("0")
        #expect(!run.machine.wantsInput && run.machine.phase == .exchange)
    }

    /// A refused body of a client that sends all of it before it reads the answer: by default up to a GiB.
    @Test func aRefusedBodyIsReadToItsEnd() {
        var run = MachineRun(MachineRun.post(200 << 20))
        #expect(run.respond(413) == ["end output", "half-close"])
        let piece = [UInt8](repeating: 0x61, count: 1 << 20)
        for _ in 0..<200 { #expect(run.receive(piece).isEmpty) }
        #expect(run.machine.wantsInput)
        #expect(run.endInput() == ["close finished"])
    }

    /// As long as it sends, and not for ever.
    @Test func lingerSecondsMax() {
        var run = MachineRun(MachineRun.post(200 << 20)) {
            $0.lingerSeconds = 2
            $0.lingerSecondsMax = 10
        }
        run.respond(413)
        for _ in 0..<6 {
            run.receive("abc")
            #expect(run.pass(1.5).actions.isEmpty)
        }
        run.receive("abc")
        #expect(run.pass(60) == Passed(["close finished"], 1))
    }

    @Test func aRefusedClientThatFallsSilentIsLeft() {
        var run = MachineRun(MachineRun.post(200 << 20)) { $0.lingerSeconds = 2 }
        run.respond(413)
        run.receive("abc")
        #expect(run.pass(60) == Passed(["close finished"], 2.5))
    }

    /// The first head counts from accepting, a later one from its first byte.
    @Test func headSeconds() {
        var run = MachineRun { $0.headSeconds = 5 }
        run.pass(3)
        run.receive("GET")
        #expect(run.pass(60) == Passed(["refuse slow head"], 2))
        run = MachineRun(MachineRun.get) { $0.headSeconds = 5 }
        run.respond()
        run.pass(20)
        run.receive("GET")
        #expect(run.pass(60) == Passed(["refuse slow head"], 5))
        // A drop now and then does not move it.
        run = MachineRun("GET") { $0.headSeconds = 5 }
        run.pass(4)
        run.receive(" ")
        #expect(run.pass(60).after == 1)
    }

    @Test func handshakeHasItsOwnTime() {
        var run = MachineRun(isEncrypted: true) { $0.headSeconds = 5 }
        run.pass(9)
        run.endHandshake()
        #expect(run.pass(60) == Passed(["end output", "half-close"], 5))
    }

    /// Nothing is said to a client that has not taken what was said before.
    @Test func aDeadlineWaitsForTheSocket() {
        var run = MachineRun("GET") { $0.headSeconds = 5 }
        run.pendingBytes = 1
        #expect(run.pass(10, bytesPerSecond: 10_000).actions.isEmpty)
        run.pendingBytes = 0
        #expect(run.pass(60) == Passed(["refuse slow head"], 0.5))
    }

    @Test func aHalfClosedClientThatTakesAStreamKeepsIt() {
        var run = MachineRun(MachineRun.get)
        run.respond(lengthBytes: nil)
        run.endInput()
        #expect(run.pass(60, bytesPerSecond: 100).actions.isEmpty)
        #expect(run.pass(60).actions == ["close clientGone"])
    }

    /// Its rate is its producer's while it lasts; its rest is like any response.
    @Test func aStreamHasNoLeastRate() {
        var run = MachineRun(MachineRun.get)
        run.respond(lengthBytes: nil)
        #expect(run.pass(100, bytesPerSecond: 16, owedBytes: 1000).actions.isEmpty)
        run.pendingBytes = 1
        run.endResponse()
        #expect(run.pass(100, bytesPerSecond: 16, owedBytes: 1000) == Passed(["close slowReader"], 10.5))
    }

    @Test func nothingOwedIsNothingBehind() {
        var run = MachineRun(MachineRun.get)
        run.pass(8, bytesPerSecond: 16, owedBytes: 1000)
        run.pass(0.5)
        #expect(run.pass(100, bytesPerSecond: 16, owedBytes: 1000).after == 10.5)
    }

    @Test func aStopEndsABusyConnectionAfterItsResponse() {
        var run = MachineRun(MachineRun.get)
        run.stop()
        #expect(run.pass(60).actions.isEmpty)
        #expect(run.respond() == ["end output", "half-close"])
        // A stream whose head promised more ends in the same way, behind what was pipelined.
        run = MachineRun(MachineRun.get)
        run.respond(lengthBytes: nil)
        run.stop()
        run.receive(MachineRun.get)
        #expect(run.endResponse() == ["begin /a"])
        #expect(run.respond() == ["end output", "half-close"])
        run = MachineRun(MachineRun.get)
        run.respond(lengthBytes: nil)
        run.stop()
        #expect(run.endResponse() == ["end output", "half-close"])
    }

    @Test func aStopWithinTheHandshake() {
        var run = MachineRun(isEncrypted: true) { $0.stopGraceSeconds = 1 }
        run.stop()
        #expect(run.pass(60) == Passed(["close finished"], 1))
        run = MachineRun(isEncrypted: true) { $0.stopGraceSeconds = 1 }
        run.stop()
        run.endHandshake()
        #expect(run.pass(60) == Passed(["end output", "half-close"], 1))
    }

    @Test func aStopAnswersTheNextRequest() {
        var run = MachineRun(MachineRun.get) { $0.stopGraceSeconds = 1 }
        run.respond()
        run.stop()
        run.pass(0.5)
        #expect(run.receive(MachineRun.get) == ["begin /a"])
        #expect(run.pass(60).actions.isEmpty)
        #expect(run.respond() == ["end output", "half-close"])
    }
}
