import HTTP1
import Testing

/// Every arrow between the phases of `ConnectionMachine`'s drawing, in its order.
@Suite struct PhaseTests {
    // MARK: From handshaking

    @Test func encryptedBeginsWithHandshaking() {
        let run = MachineRun(isEncrypted: true)
        #expect(run.machine.phase == .handshaking && run.machine.wantsInput)
    }

    @Test func handshakingToIdleWhenEstablished() {
        var run = MachineRun(isEncrypted: true)
        #expect(run.endHandshake().isEmpty)
        #expect(run.machine.phase == .idle)
        #expect(run.receive(MachineRun.get) == ["begin /a"])
    }

    @Test func handshakingToFlushingAtItsEnd() {
        var run = MachineRun(isEncrypted: true)
        #expect(run.endInput() == ["end output", "close finished"])
        run = MachineRun(isEncrypted: true)
        run.pendingBytes = 1
        #expect(run.endInput() == ["end output"])
        #expect(run.machine.phase == .flushing)
    }

    @Test func handshakingToFlushingAtAFault() {
        var run = MachineRun(isEncrypted: true)
        run.pendingBytes = 7  // the alert
        #expect(run.finish() == ["end output"])
        #expect(run.machine.phase == .flushing)
    }

    @Test func handshakingToClosedWhenLate() {
        var run = MachineRun(isEncrypted: true) { $0.handshakeSeconds = 3 }
        #expect(run.pass(60) == Passed(["close finished"], 3))
        #expect(run.machine.phase == .closed)
    }

    // MARK: From idle

    @Test func plainBeginsIdle() {
        let run = MachineRun()
        #expect(run.machine.phase == .idle && run.machine.wantsInput)
    }

    @Test func idleToHeadWithItsFirstBytes() {
        var run = MachineRun()
        #expect(run.receive("GET").isEmpty)
        #expect(run.machine.phase == .head)
    }

    @Test func idleToExchangeWithAWholeHead() {
        var run = MachineRun()
        #expect(run.receive(MachineRun.get) == ["begin /a"])
        #expect(run.machine.phase == .exchange && run.machine.requestCount == 1)
    }

    @Test func idleToFlushingWhenLate() {
        var run = MachineRun { $0.headSeconds = 4 }
        #expect(run.pass(60) == Passed(["end output", "half-close"], 4))
        run = MachineRun(MachineRun.get) { $0.idleSeconds = 7 }
        run.respond()
        #expect(run.pass(60) == Passed(["end output", "half-close"], 7))
    }

    @Test func idleToFlushingAtItsEnd() {
        var run = MachineRun()
        #expect(run.endInput() == ["end output", "close finished"])
    }

    @Test func idleToClosedWhenLateInAPlainStop() {
        var run = MachineRun { $0.stopGraceSeconds = 1 }
        run.stop()
        #expect(run.machine.phase == .idle)
        #expect(run.pass(60) == Passed(["close finished"], 1))
        // Behind TLS something is left to say.
        run = MachineRun(isEncrypted: true) { $0.stopGraceSeconds = 1 }
        run.endHandshake()
        run.stop()
        #expect(run.pass(60) == Passed(["end output", "half-close"], 1))
    }

    // MARK: From head

    @Test func headToExchangeWhenWhole() {
        var run = MachineRun("GET /a HTTP/1.1\r\nHost: a\r\n")
        #expect(run.machine.phase == .head)
        #expect(run.receive("\r\n") == ["begin /a"])
        #expect(run.machine.phase == .exchange && run.machine.awaitsResponse)
    }

    @Test func headToExchangeAtAFault() {
        var run = MachineRun("GET /a HTTP/1.1\r\n")
        #expect(run.receive("Host : a\r\n\r\n") == ["refuse 400"])
        #expect(run.machine.phase == .exchange && run.machine.awaitsResponse)
        #expect(!run.machine.planResponse(status: 400, lengthBytes: 1, asksToClose: false).keepAlive)
        #expect(run.respond(400) == ["end output", "half-close"])
        // RFC 9112 11.2: nothing behind a fault is parsed.
        #expect(run.receive(MachineRun.get).isEmpty)
    }

    @Test func headToExchangeWhenLate() {
        var run = MachineRun("GET") { $0.headSeconds = 5 }
        #expect(run.pass(60) == Passed(["refuse slow head"], 5))
        #expect(run.respond(408) == ["end output", "half-close"])
        #expect(run.machine.requestCount == 0)
    }

    @Test func headToFlushingAtItsEnd() {
        var run = MachineRun("GET")
        #expect(run.endInput() == ["end output", "close finished"])
    }

    // MARK: From exchange

    @Test func exchangeToIdleWhenAnsweredAndKept() {
        var run = MachineRun(MachineRun.get)
        #expect(run.respond().isEmpty)
        #expect(run.machine.phase == .idle)
        #expect(run.receive(MachineRun.get) == ["begin /a"])
        #expect(run.machine.requestCount == 2)
    }

    @Test func exchangeToFlushingWhenAnsweredAndNotKept() {
        var run = MachineRun("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        run.pendingBytes = 100
        #expect(run.respond() == ["end output"])
        #expect(run.machine.phase == .flushing)
    }

    @Test func exchangeToFlushingWhenCut() {
        var run = MachineRun(MachineRun.get)
        run.pendingBytes = 100
        #expect(run.respond(lengthBytes: nil).isEmpty)
        #expect(run.cutResponse() == ["end output"])
        run = MachineRun(MachineRun.get)
        run.pendingBytes = 100
        #expect(run.finish() == ["end output"])
        #expect(run.machine.phase == .flushing)
    }

    @Test func exchangeToClosedWhenTheClientIsGone() {
        var run = MachineRun(MachineRun.post(9) + "abc")
        #expect(run.endInput() == ["close clientGone"])
        run = MachineRun(MachineRun.get) { $0.halfClosedSeconds = 2 }
        #expect(run.endInput().isEmpty)
        #expect(run.pass(60) == Passed(["close clientGone"], 2))
    }

    // MARK: From flushing and lingering

    private func flushing() -> MachineRun {
        var run = MachineRun("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") { $0.lingerBytesMax = 100 }
        run.pendingBytes = 100
        run.respond()
        return run
    }

    private func lingering() -> MachineRun {
        var run = flushing()
        run.pendingBytes = 0
        run.settle()
        return run
    }

    @Test func flushingToLingeringWhenSent() {
        var run = flushing()
        #expect(run.machine.phase == .flushing)
        run.pendingBytes = 0
        #expect(run.settle() == ["half-close"])
        #expect(run.machine.phase == .lingering)
    }

    @Test func flushingToClosedWhenSentAndEnded() {
        var run = flushing()
        #expect(run.endInput().isEmpty)
        #expect(run.machine.phase == .flushing)
        run.pendingBytes = 0
        #expect(run.settle() == ["close finished"])
    }

    @Test func lingeringToClosedAtItsEnd() {
        var run = lingering()
        #expect(run.endInput() == ["close finished"])
    }

    @Test func lingeringToClosedWhenLate() {
        var run = lingering()
        #expect(run.pass(60) == Passed(["close finished"], HTTPLimits().lingerSeconds))
    }

    @Test func lingeringToClosedAtTooMuch() {
        var run = lingering()
        #expect(run.receive([UInt8](repeating: 0, count: 100)).isEmpty)
        #expect(run.receive([0]) == ["close finished"])
    }

    // MARK: From any

    static let anywhere: [ConnectionMachine.Phase] = [.handshaking, .idle, .head, .exchange, .flushing, .lingering]

    private func run(in phase: ConnectionMachine.Phase) -> MachineRun {
        let run =
            switch phase {
            case .handshaking: MachineRun(isEncrypted: true)
            case .idle, .closed: MachineRun()
            case .head: MachineRun("GET")
            case .exchange: MachineRun(MachineRun.get)
            case .flushing: flushing()
            case .lingering: lingering()
            }
        #expect(run.machine.phase == phase)
        return run
    }

    @Test(arguments: anywhere) func anyToClosedWhenBroken(_ phase: ConnectionMachine.Phase) {
        var run = run(in: phase)
        #expect(run.close(.clientGone) == ["close clientGone"])
    }

    @Test(arguments: anywhere) func anyToClosedWhenForced(_ phase: ConnectionMachine.Phase) {
        var run = run(in: phase)
        #expect(run.close(.stopped) == ["close stopped"])
        #expect(run.machine.phase == .closed && !run.machine.wantsInput)
        // It is said once, and nothing has a meaning afterwards.
        run.close(.clientGone)
        run.finish()
        run.endInput()
        run.endHandshake()
        #expect(run.receive(MachineRun.get).isEmpty && run.settle().isEmpty)
        #expect(run.pass(100).actions.isEmpty && run.machine.phase == .closed)
    }

    @Test(arguments: anywhere) func anyToClosedWhenStalled(_ phase: ConnectionMachine.Phase) {
        var run = run(in: phase)
        run.pendingBytes = 10
        let passed = run.pass(60)
        let (actions, after) = (passed.actions, passed.after)
        if phase == .lingering {
            #expect(actions == ["close finished"])  // by its own deadline
        } else if phase == .handshaking {
            #expect(actions == ["close finished"] && after == HTTPLimits().handshakeSeconds)
        } else {
            #expect(actions == ["close writeStall"] && after == HTTPLimits().writeStallSeconds + 0.5)
        }
    }

    @Test(arguments: anywhere) func anyToClosedWhenTheReaderIsSlow(_ phase: ConnectionMachine.Phase) {
        var run = run(in: phase)
        run.pendingBytes = 10
        let passed = run.pass(60, bytesPerSecond: 16, owedBytes: 1000)
        let (actions, after) = (passed.actions, passed.after)
        switch phase {
        case .lingering: #expect(actions == ["close finished"])
        case .handshaking: #expect(actions == ["close finished"] && after == HTTPLimits().handshakeSeconds)
        default: #expect(actions == ["close slowReader"] && after == HTTPLimits().responseGraceSeconds + 0.5)
        }
    }

    @Test(arguments: anywhere) func anyToClosedWhenTheClientIsGoneAndNotRead(_ phase: ConnectionMachine.Phase) {
        var run = run(in: phase)
        // Read: the socket says it by itself.
        #expect(run.pass(0.5, isBroken: true).actions.isEmpty)
        guard phase != .handshaking, phase != .lingering else { return }
        run.pendingBytes = 10
        run.endInput()
        #expect(run.pass(0.5, isBroken: true).actions == ["close clientGone"])
    }
}
