import Sockets
import Synchronization
import TestSupport
import Testing

/// What a stream says to its delegate. Written on its loop.
final class StreamRecorder: SocketStreamDelegate, Sendable {
    struct Seen {
        var received: [UInt8] = []
        /// What each end said: whether it was an error.
        var ends: [Bool] = []
        /// What was left after each write.
        var pendingBytes: [Int] = []
        var closes = 0
    }

    private let state = Mutex(Seen())
    var seen: Seen { state.withLock { $0 } }
    var text: String { String(decoding: seen.received, as: UTF8.self) }

    func streamDidReceive(_ bytes: UnsafeRawBufferPointer) {
        let bytes = Array(bytes)
        state.withLock { $0.received += bytes }
    }
    func streamDidSend(pendingBytes: Int) { state.withLock { $0.pendingBytes.append(pendingBytes) } }
    func streamDidEnd(isError: Bool) { state.withLock { $0.ends.append(isError) } }
    func streamDidClose() { state.withLock { $0.closes += 1 } }
}

/// A stream of a loop, and the client at its other end.
struct StreamPair {
    let loop: EventLoop
    let stream: SocketStream
    let recorder = StreamRecorder()
    let client: RawClient

    /// - Parameter receiveBufferBytes: the client's; nil: the system's own choice.
    init(receiveBufferBytes: Int32? = nil) async throws {
        let loop = try EventLoop(label: "test")
        let listener = try Listener(
            address: SocketAddress(host: "127.0.0.1", port: 0), backoffSeconds: 0.01, loop: loop)
        let accepted = Mutex<SocketStream?>(nil)
        // The stream begins here, for a listener's closure cannot be waited for.
        listener.start { connection in
            let stream = SocketStream(connection, loop: loop)
            accepted.withLock { $0 = stream }
        }
        let port = listener.address.port
        client = try await offPool { try RawClient(port: port, receiveBufferBytes: receiveBufferBytes) }
        #expect(await eventually { accepted.withLock { $0 != nil } })
        await withCheckedContinuation { continuation in listener.stop { continuation.resume() } }
        self.loop = loop
        stream = try #require(accepted.withLock { $0 })
        let (stream, recorder) = (stream, recorder)
        try await loop.run { stream.start(delegate: recorder) }
    }

    func run(_ body: @escaping @Sendable (SocketStream) -> Void) async throws {
        let stream = stream
        try await loop.run { body(stream) }
    }

    /// The descriptor goes.
    func close() async throws { try await run { $0.close() } }
}
