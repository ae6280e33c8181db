import HTTP1
import Testing

/// How responses are framed, and what keeps a connection.
@Suite struct ResponsePlanTests {
    private func plan(_ head: String, _ status: Int = 200, lengthBytes: Int? = 5, asksToClose: Bool = false)
        -> ResponsePlan
    {
        MachineRun(head).machine.planResponse(status: status, lengthBytes: lengthBytes, asksToClose: asksToClose)
    }

    private static let oldGet = "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"

    @Test func framing() {
        #expect(plan(MachineRun.get).framing == .length(5))
        #expect(plan(MachineRun.get).sends == .whole)
        #expect(plan(MachineRun.get, lengthBytes: nil).framing == .chunked)
        #expect(plan(MachineRun.get, lengthBytes: nil).sends == .stream)
        // RFC 9112 6.1: an HTTP/1.0 client knows no chunks.
        #expect(plan(Self.oldGet, lengthBytes: nil).framing == .untilClose)
        #expect(!plan(Self.oldGet, lengthBytes: nil).keepAlive && plan(Self.oldGet).keepAlive)
    }

    @Test(arguments: [103, 204, 304]) func statusWithoutContent(_ status: Int) {  // RFC 9110 6.4.1
        for lengthBytes in [5, nil] {
            let plan = plan(MachineRun.get, status, lengthBytes: lengthBytes)
            #expect(plan.framing == .none && plan.sends == .nothing && plan.keepAlive)
        }
    }

    @Test func headHasTheFramingOfGetAndNoContent() {  // RFC 9110 9.3.2
        let head = MachineRun.get.replacing("GET", with: "HEAD")
        #expect(plan(head).framing == .length(5) && plan(head).sends == .nothing)
        #expect(plan(head, lengthBytes: nil).framing == .chunked && plan(head, lengthBytes: nil).sends == .nothing)
    }

    @Test func whatIsNotRead() {
        #expect(plan(MachineRun.post(65_536)).keepAlive)
        #expect(!plan(MachineRun.post(65_537)).keepAlive)
        #expect(!plan(MachineRun.chunkedHead).keepAlive)
        #expect(!plan(MachineRun.post(1, "Expect: 100-continue\r\n")).keepAlive)
        // A stream may still be reading; it is asked at its end.
        #expect(plan(MachineRun.chunkedHead, lengthBytes: nil).keepAlive)
    }

    @Test func whatEndsAConnection() {
        #expect(plan(MachineRun.get).keepAlive)
        #expect(!plan(MachineRun.get, asksToClose: true).keepAlive)
        #expect(!plan("GET /a HTTP/1.0\r\n\r\n").keepAlive)
        var run = MachineRun(MachineRun.get)
        run.stop()
        #expect(!run.machine.planResponse(status: 200, lengthBytes: 5, asksToClose: false).keepAlive)
        run = MachineRun(MachineRun.get) { $0.requestsPerConnectionMax = 2 }
        #expect(run.machine.planResponse(status: 200, lengthBytes: 5, asksToClose: false).keepAlive)
        run.respond()
        run.receive(MachineRun.get)
        #expect(!run.machine.planResponse(status: 200, lengthBytes: 5, asksToClose: false).keepAlive)
    }
}
