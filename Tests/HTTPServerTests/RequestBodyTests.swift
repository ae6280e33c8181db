import HTTPServer
import Synchronization
import Testing

/// What a connection and a handler say to each other about content, without a socket.
@Suite struct RequestBodyTests {
    private final class Demands: Sendable {
        let count = Atomic<Int>(0)
    }

    private func body(_ bufferBytesMax: Int = 4, announcesFirstRead: Bool = false) -> (RequestBody, Demands) {
        let demands = Demands()
        let body = RequestBody(
            bufferBytesMax: bufferBytesMax, announcesFirstRead: announcesFirstRead, decompressor: nil
        ) { demands.count.add(1, ordering: .relaxed) }
        return (body, demands)
    }

    /// The connection stops at the limit, and hears when it may go on.
    @Test func bodyBufferBytesMax() async throws {
        let (body, demands) = body()
        #expect(!body.push([1, 2, 3]))
        #expect(body.push([4]))
        #expect(demands.count.load(ordering: .relaxed) == 0)
        #expect(try await body.next() == [1, 2, 3, 4])
        #expect(demands.count.load(ordering: .relaxed) == 1)
        #expect(!body.push([5]))
        #expect(try await body.next() == [5])
        #expect(demands.count.load(ordering: .relaxed) == 1)
        body.finish()
        #expect(try await body.next() == nil)
    }

    /// For 100 (Continue): once, and not when everything has come by itself.
    @Test func theFirstReadIsAnnounced() async throws {
        let (waiting, demands) = body(announcesFirstRead: true)
        async let bytes = waiting.next()
        while demands.count.load(ordering: .relaxed) == 0 { await Task.yield() }
        #expect(!waiting.push([1]))
        #expect(try await bytes == [1])
        waiting.finish()
        #expect(try await waiting.next() == nil)
        #expect(demands.count.load(ordering: .relaxed) == 1)
        let (complete, none) = body(announcesFirstRead: true)
        _ = complete.push([1])
        complete.finish()
        #expect(try await complete.next() == [1])
        #expect(none.count.load(ordering: .relaxed) == 0)
    }

    /// What came before a fault is read before it.
    @Test func aFaultComesBehindWhatWasSent() async throws {
        let (body, _) = body()
        _ = body.push([1])
        body.fail(.timeout(what: "body"))
        body.fail(.clientGone)
        #expect(try await body.next() == [1])
        for _ in 0..<2 { await #expect(throws: HTTPServerError.timeout(what: "body")) { try await body.next() } }
        // A complete body has no faults.
        let whole = RequestBody(bytes: [1])
        whole.fail(.clientGone)
        #expect(try await whole.collect(sizeBytesMax: 1) == [1])
    }

    @Test func collectIsBounded() async throws {
        await #expect(throws: HTTPServerError.bodyTooLarge(limitBytes: 2)) {
            try await RequestBody(bytes: [1, 2, 3]).collect(sizeBytesMax: 2)
        }
    }
}
