import Glibc
import Sockets
import Synchronization
import TestSupport
import Testing

@Suite struct ListenerTests {
    private func listener(_ loop: EventLoop) throws -> Listener {
        try Listener(address: SocketAddress(host: "127.0.0.1", port: 0), backoffSeconds: 0.01, loop: loop)
    }

    @Test func aRefusedClientGetsItsWords() async throws {
        let loop = try EventLoop(label: "test")
        let listener = try listener(loop)
        #expect(listener.address.port > 0 && listener.address.host == "127.0.0.1")
        let peers = Mutex<[SocketAddress?]>([])
        listener.start { accepted in
            let peer = accepted.peer
            peers.withLock { $0.append(peer) }
            accepted.refuse(with: Array("full".utf8))
        }
        let port = listener.address.port
        #expect(try await offPool { try RawClient(port: port).receiveAll() } == "full")
        #expect(peers.withLock { $0.map { $0?.host } } == ["127.0.0.1"])
        await withCheckedContinuation { continuation in listener.stop { continuation.resume() } }
    }

    /// Who connected before the stop was accepted, and each batch is announced.
    @Test func whatWaitsIsAcceptedBeforeTheStop() async throws {
        let loop = try EventLoop(label: "test")
        let listener = try listener(loop)
        let port = listener.address.port
        let clients = try await offPool { try (0..<5).map { _ in try RawClient(port: port) } }
        let counts = Mutex((accepted: 0, batches: 0))
        listener.start { accepted in
            accepted.refuse(with: [])
            counts.withLock { $0.accepted += 1 }
        } onBatchEnd: {
            counts.withLock { $0.batches += 1 }
        }
        await withCheckedContinuation { continuation in listener.stop { continuation.resume() } }
        #expect(counts.withLock { $0.accepted } == 5 && counts.withLock { $0.batches } > 0)
        await #expect(throws: RawClient.Failure.self) { try await offPool { _ = try RawClient(port: port) } }
        #expect(try await offPool { try clients.map { try $0.receiveAll() } } == ["", "", "", "", ""])
    }

    @Test func anAddressHasOneListener() throws {
        let loop = try EventLoop(label: "test")
        let first = try listener(loop)
        defer { first.stop {} }
        #expect(throws: SocketError.self) {
            try Listener(address: first.address, backoffSeconds: 0.01, loop: loop)
        }
    }

    /// Descriptor 0 of a test is none, and neither is one that is not open.
    @Test func whatIsNotListeningIsNotInherited() throws {
        let loop = try EventLoop(label: "test")
        let plain = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(plain) }
        for raw in [plain, -1] {
            #expect(throws: SocketError.self) { try Listener(inherited: raw, backoffSeconds: 0.01, loop: loop) }
        }
    }
}
