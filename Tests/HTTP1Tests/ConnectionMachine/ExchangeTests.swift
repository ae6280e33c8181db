import HTTP1
import Testing

/// Every arrow of `ConnectionMachine.Content` and `ConnectionMachine.Answer`, and what an exchange makes of both.
@Suite struct ExchangeTests {
    private static let expects = "Expect: 100-continue\r\n"

    // MARK: Content

    @Test func expectedToAskedToFlowingWhenTheHandlerReads() {
        var run = MachineRun(MachineRun.post(3, Self.expects))
        #expect(run.machine.content == .expected)
        run.machine.wantContent(request: 1)
        #expect(run.machine.content == .asked)
        #expect(run.settle() == ["send 100"])
        #expect(run.machine.content == .flowing)
        // Once.
        #expect(run.wantContent(1).isEmpty)
        #expect(run.receive("abc") == ["deliver abc", "end content"])
    }

    @Test func expectedToFlowingWithBytes() {
        var run = MachineRun(MachineRun.post(3, Self.expects))
        #expect(run.receive("ab") == ["deliver ab"])
        #expect(run.machine.content == .flowing)
        #expect(run.wantContent(1).isEmpty)
    }

    @Test func expectedToCompleteAtItsEnd() {
        var run = MachineRun(
            "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\(Self.expects)\r\n")
        #expect(run.machine.content == .expected)
        #expect(run.receive("0\r\n\r\n") == ["end content"])
        #expect(run.machine.content == .complete)
        // Too late for 100: there is nothing to wait for.
        #expect(run.wantContent(1).isEmpty)
    }

    @Test func flowingToHeldToFlowing() {
        var run = MachineRun(MachineRun.post(6) + "ab")
        #expect(run.machine.content == .flowing)
        run.holdContent()
        #expect(run.machine.content == .held && !run.machine.wantsInput)
        #expect(run.receive("cd").isEmpty)
        #expect(run.wantContent(1) == ["deliver cd"])
        #expect(run.machine.content == .flowing && run.machine.wantsInput)
    }

    @Test func flowingToCompleteAtItsEnd() {
        var run = MachineRun(MachineRun.post(3))
        #expect(run.receive("abc") == ["deliver abc", "end content"])
        #expect(run.machine.content == .complete && run.machine.awaitsResponse)
    }

    @Test func contentToBrokenAtAFault() {
        for head in [MachineRun.chunkedHead, MachineRun.chunkedHead.replacing("Host", with: Self.expects + "Host")] {
            var run = MachineRun(head)
            #expect(run.receive("x\r\n") == ["fail content 400"])
            #expect(run.machine.content == .broken)
            // RFC 9110 10.1.1: nothing is asked of what is broken.
            #expect(run.wantContent(1).isEmpty)
            #expect(run.receive("5\r\nabcde\r\n0\r\n\r\n").isEmpty)
            #expect(run.respond(400) == ["end output", "half-close"])
        }
    }

    @Test func contentToBrokenBeyondTheRoutesLimit() {
        var run = MachineRun(MachineRun.chunkedHead)
        run.machine.bodyBytesMax = 4
        #expect(run.receive("3\r\nabc\r\n3\r\nabc\r\n") == ["deliver abc", "fail content over 4"])
    }

    @Test func contentToBrokenBelowTheLeastRate() {
        var run = MachineRun(MachineRun.post(1_000_000))
        #expect(run.pass(60).after == 5)
        #expect(run.machine.content == .broken && run.machine.awaitsResponse)
        #expect(run.respond(408) == ["end output", "half-close"])
        // The handler's own slowness, and waiting for 100, are not the client's.
        run = MachineRun(MachineRun.post(1_000_000) + "ab")
        run.holdContent()
        #expect(run.pass(60).actions.isEmpty)
        run = MachineRun(MachineRun.post(1_000_000, Self.expects))
        #expect(run.pass(60).actions.isEmpty)
    }

    @Test func contentAtTheLeastRateIsFine() {
        var run = MachineRun(MachineRun.post(1_000_000))
        for _ in 0..<30 {
            run.receive([UInt8](repeating: 0x61, count: 1000))
            #expect(run.pass(1).actions.isEmpty)
        }
        #expect(run.pass(60).actions == ["fail content too slow"])
    }

    @Test func flowingToDiscardedWhenAnsweredAndKept() {
        var run = MachineRun(MachineRun.post(6) + "ab")
        #expect(run.respond() == ["fail content unread"])
        #expect(run.machine.content == .discarded && run.machine.phase == .exchange)
        #expect(run.receive("cd").isEmpty)
        #expect(run.receive("ef" + MachineRun.get) == ["begin /a"])
        #expect(run.machine.requestCount == 2)
    }

    @Test func heldToDiscardedWhenAnsweredAndKept() {
        var run = MachineRun(MachineRun.post(6) + "ab")
        run.holdContent()
        #expect(run.respond() == ["fail content unread"])
        #expect(run.machine.wantsInput)
    }

    @Test func discardedToCompleteAtItsEnd() {
        var run = MachineRun(MachineRun.post(6) + "ab")
        run.respond()
        #expect(run.receive("cdef").isEmpty)
        #expect(run.machine.content == .complete && run.machine.phase == .idle)
    }

    @Test func discardedToBrokenBelowTheLeastRate() {
        var run = MachineRun(MachineRun.post(60_000))
        run.respond()
        #expect(run.pass(60) == Passed(["fail content too slow", "end output", "half-close"], 5))
    }

    // MARK: Answer

    @Test func awaitedToCompleteByAWholeResponse() {
        var run = MachineRun(MachineRun.post(3))
        run.respond()
        #expect(run.machine.answer == .complete && !run.machine.awaitsResponse)
    }

    @Test func awaitedToStreamingByTheHeadOfAStream() {
        var run = MachineRun(MachineRun.get)
        #expect(run.respond(lengthBytes: nil).isEmpty)
        #expect(run.machine.answer == .streaming && run.machine.phase == .exchange)
    }

    @Test func streamingToCompleteAtItsEnd() {
        var run = MachineRun(MachineRun.get)
        run.respond(lengthBytes: nil)
        #expect(run.endResponse().isEmpty)
        #expect(run.machine.phase == .idle && run.machine.answer == .complete)
    }

    @Test func streamingToCompleteWhenCut() {
        var run = MachineRun(MachineRun.get)
        run.respond(lengthBytes: nil)
        run.machine.cutResponse()
        #expect(run.machine.answer == .complete)
        #expect(run.settle() == ["end output", "half-close"])
    }

    // MARK: Together

    /// An interim response within a response that has begun would be taken for a part of it.
    @Test func noContinueWithinAStream() {
        var run = MachineRun(MachineRun.post(3, Self.expects))
        run.respond(lengthBytes: nil)
        #expect(run.wantContent(1).isEmpty)
        #expect(run.receive("abc") == ["deliver abc", "end content"])
    }

    /// A client that still waits for 100 when the stream has ended may send its content or not: nothing is kept, and
    /// nobody waits for it without a deadline.
    @Test func aStreamThatReadNothingClosesLikeAWholeResponse() {
        var run = MachineRun(MachineRun.post(3, Self.expects))
        run.respond(lengthBytes: nil)
        #expect(run.endResponse() == ["end output", "half-close"])
        run = MachineRun(MachineRun.chunkedHead)
        run.respond(lengthBytes: nil)
        #expect(run.endResponse() == ["end output", "half-close"])
        run = MachineRun(MachineRun.post(3))
        run.respond(lengthBytes: nil)
        #expect(run.endResponse() == ["fail content unread"])
    }

    @Test func theNextRequestWaitsForTheResponse() {
        var run = MachineRun(MachineRun.get + "GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(run.machine.requestCount == 1)
        #expect(run.respond() == ["begin /b"])
        run.receive(MachineRun.get)
        run.pendingBytes = 5
        // One response at most is kept for a client that does not read.
        #expect(run.respond().isEmpty)
        #expect(run.machine.phase == .idle)
        run.pendingBytes = 0
        #expect(run.settle() == ["begin /a"])
    }

    /// What is asked in a moment in which the last response is still on its way is answered; then the connection ends.
    @Test func endInputBehindPipelinedRequests() {
        var run = MachineRun(MachineRun.get + "GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(run.endInput().isEmpty)
        #expect(run.respond() == ["begin /b"])
        #expect(run.respond() == ["end output", "close finished"])
        // Nor does a response that is taken late keep it open.
        run = MachineRun(MachineRun.get)
        run.pendingBytes = 5
        run.respond()
        run.endInput()
        run.pendingBytes = 0
        #expect(run.settle() == ["end output", "close finished"])
    }

    /// A second handler's late wish is not the present one's.
    @Test func aReaderOfAnEarlierRequestIsNotHeard() {
        var run = MachineRun(MachineRun.get)
        run.respond()
        run.receive(MachineRun.post(3, Self.expects))
        #expect(run.wantContent(1).isEmpty)
        #expect(run.wantContent(2) == ["send 100"])
    }
}
