import HTTP1
import Testing

/// Each limit of a request's text at its edge and one beyond; those of a connection are in `MachineLimitTests`.
@Suite struct HTTPLimitsTests {
    private func status(_ text: String, _ configure: (inout HTTPLimits) -> Void) -> Int {
        var limits = HTTPLimits()
        configure(&limits)
        return Transcript(text, limits: limits).status
    }

    private func get(_ fields: String) -> String { "GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n" }

    private func chunked(_ rest: String) -> String {
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(rest)"
    }

    @Test(arguments: [(15, 200), (14, 414)]) func requestLineBytesMax(_ limit: Int, _ expected: Int) {
        // "GET /a HTTP/1.1" has 15 bytes.
        #expect(status("GET /a HTTP/1.1\r\nHost: a\r\n\r\n") { $0.requestLineBytesMax = limit } == expected)
    }

    @Test(arguments: [(0, 200), (-1, 431)]) func headBytesMax(_ more: Int, _ expected: Int) {
        let head = get("X: abc\r\n")
        // The empty line that ends the head is none of them.
        #expect(status(head) { $0.headBytesMax = head.utf8.count - 2 + more } == expected)
    }

    @Test(arguments: [(3, 200), (2, 431)]) func fieldCountMax(_ limit: Int, _ expected: Int) {
        #expect(status(get("X: a\r\nY: b\r\n")) { $0.fieldCountMax = limit } == expected)
    }

    @Test(arguments: [(5, 200), (4, 413)]) func bodyBytesMax(_ limit: Int, _ expected: Int) {
        #expect(status(chunked("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")) { $0.bodyBytesMax = limit } == expected)
    }

    /// All of a body's together: each of both has 3 bytes.
    @Test(arguments: [(6, 200), (5, 413)]) func chunkExtensionBytesMax(_ limit: Int, _ expected: Int) {
        let text = chunked("1;xy\r\na\r\n1;zw\r\nb\r\n0\r\n\r\n")
        #expect(status(text) { $0.chunkExtensionBytesMax = limit } == expected)
    }

    /// Lines with their ends: "X: a" and "Y: b" have 6 bytes each.
    @Test(arguments: [(12, 200), (11, 431)]) func trailerBytesMax(_ limit: Int, _ expected: Int) {
        #expect(status(chunked("0\r\nX: a\r\nY: b\r\n\r\n")) { $0.trailerBytesMax = limit } == expected)
    }

    @Test(arguments: [(2, 200), (1, 431)]) func trailerCountMax(_ limit: Int, _ expected: Int) {
        #expect(status(chunked("0\r\nX: a\r\nY: b\r\n\r\n")) { $0.trailerCountMax = limit } == expected)
    }

    @Test(arguments: [(2, 200), (1, 400), (0, 400)]) func leadingEmptyLinesMax(_ limit: Int, _ expected: Int) {
        #expect(status("\r\n\r\n" + get("")) { $0.leadingEmptyLinesMax = limit } == expected)
    }

    @Test(arguments: [(2, true), (1, false)]) func requestsPerConnectionMax(_ limit: Int, _ isKept: Bool) {
        var run = MachineRun(MachineRun.get) { $0.requestsPerConnectionMax = limit }
        run.respond()
        #expect((run.machine.phase == .idle) == isKept)
    }

    @Test(arguments: [(10, true), (9, false)]) func discardBytesMax(_ limit: Int, _ isKept: Bool) {
        var run = MachineRun(MachineRun.post(10)) { $0.discardBytesMax = limit }
        #expect(run.respond() == (isKept ? ["fail content unread"] : ["end output", "half-close"]))
    }

    /// 500 bytes in the first five seconds.
    @Test(arguments: [(100, true), (101, false)]) func bodyBytesPerSecondMin(_ limit: Int, _ isFine: Bool) {
        var run = MachineRun(MachineRun.post(1_000_000)) { $0.bodyBytesPerSecondMin = limit }
        run.receive([UInt8](repeating: 0x61, count: 500))
        #expect(run.pass(5).actions == (isFine ? [] : ["fail content too slow"]))
    }

    @Test(arguments: [(100, true), (101, false), (0, true)])
    func responseBytesPerSecondMin(_ limit: Int, _ isFine: Bool) {
        var run = MachineRun(MachineRun.get) { $0.responseBytesPerSecondMin = limit }
        run.pendingBytes = 1_000_000
        run.respond()
        #expect(run.pass(2000, bytesPerSecond: 100, owedBytes: 10).actions == (isFine ? [] : ["close slowReader"]))
    }

    @Test func halfClosedSeconds() {
        var run = MachineRun(MachineRun.get) { $0.halfClosedSeconds = 3 }
        run.endInput()
        #expect(run.pass(60) == Passed(["close clientGone"], 3))
    }

    @Test func lingerSeconds() {
        var run = MachineRun("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") { $0.lingerSeconds = 3 }
        run.respond()
        #expect(run.pass(60) == Passed(["close finished"], 3))
    }
}
