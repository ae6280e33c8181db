import HTTP1
package import Logging
package import Sockets
import Synchronization
import TLS

/// An HTTP/1.1 server on event loops.
///
/// Connections live on N serial queues; each request's handler runs in a task of its own off those queues, and
/// is cancelled when its client leaves.
package final class HTTPServer: Sendable {
    /// Counters since the start.
    package struct Statistics: Sendable, Equatable {
        /// Connections now open, including those that are closing.
        package var connectionsOpen: Int
        /// Connections ever taken.
        package var connectionsAccepted: Int
        /// Connections answered 503 because of `connectionsMax`.
        package var connectionsRefused: Int
        /// Request heads parsed.
        package var requests: Int
    }

    private let core: ServerCore
    private let groups: [ConnectionGroup]
    private let listener = Mutex<Listener?>(nil)
    private let tlsListener = Mutex<Listener?>(nil)
    private let nextGroup = Atomic<Int>(0)

    /// - Parameters:
    ///   - errorResponder: turns errors (of handlers, and `HTTPServerError`) into responses. Also runs on event
    ///     loops, so it must be quick.
    package init(
        configuration: HTTPServerConfiguration, router: Router,
        errorResponder: @escaping @Sendable (any Error, _ requestID: String) -> Response, logger: Logger
    ) {
        let core = ServerCore(
            configuration: configuration, router: router, errorResponder: errorResponder, logger: logger)
        self.core = core
        groups = (0..<configuration.eventLoopCount).map { ConnectionGroup(index: $0, core: core) }
    }

    /// Binds, listens, and returns once connections are accepted. Does not wait for any.
    /// - Returns: the address listened on, with the real port.
    /// - Throws: `SocketError`, for instance if the address is taken.
    package func start() async throws -> SocketAddress {
        try listen(SocketAddress(host: core.configuration.host, port: core.configuration.port), listener, nil)
    }

    /// The same for the listener that speaks TLS; one may run without the other.
    package func startTLS() async throws -> SocketAddress {
        guard let tls = core.configuration.tls else { throw HTTPServerError.misuse(detail: "there is no listener for TLS") }
        return try listen(SocketAddress(host: tls.host, port: tls.port), tlsListener, tls.credentials)
    }

    private func listen(
        _ address: SocketAddress, _ place: borrowing Mutex<Listener?>, _ credentials: TLSCredentials?
    ) throws -> SocketAddress {
        let new = try Listener(address: address, backoffSeconds: core.configuration.limits.acceptBackoffSeconds)
        try place.withLock { current in
            guard current == nil else { throw HTTPServerError.misuse(detail: "the server was started twice") }
            current = new
        }
        new.start { [self] accepted in take(accepted, credentials) }
        return new.address
    }

    /// On a listener's queue.
    private func take(_ accepted: consuming Listener.Accepted, _ credentials: TLSCredentials?) {
        guard core.connectionsOpen.load(ordering: .relaxed) < core.configuration.limits.connectionsMax else {
            core.connectionsRefused.add(1, ordering: .relaxed)
            // A client that waits for a handshake would not understand the words.
            accepted.refuse(with: credentials == nil ? Self.overloadedResponse : [])
            return
        }
        core.connectionsOpen.add(1, ordering: .relaxed)
        core.connectionsAccepted.add(1, ordering: .relaxed)
        let turn = nextGroup.add(1, ordering: .relaxed).oldValue
        let group = groups[turn % groups.count]
        let connection = Connection(accepted, credentials: credentials, group: group)
        group.loop.execute { group.add(connection) }
    }

    private static let overloadedResponse = Array(
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)

    /// Stops gracefully: accepts no more, closes idle connections, lets requests under way end (their responses say
    /// `Connection: close`), and after `drainSeconds` closes what is left, which cancels its handlers. Returns when all
    /// connections are closed; it does not wait for handlers that ignore their cancellation.
    package func shutdown() async {
        for listener in [listener.withLock { $0 }, tlsListener.withLock { $0 }] {
            await withCheckedContinuation { continuation in
                guard let listener else { return continuation.resume() }
                listener.stop { continuation.resume() }
            }
        }
        await withTaskGroup { tasks in
            for group in groups {
                tasks.addTask {
                    await withCheckedContinuation { continuation in group.stop { continuation.resume() } }
                }
            }
            let force = Task {
                // Cancelled when all connections have closed in time.
                guard (try? await Task.sleep(for: .seconds(core.configuration.drainSeconds))) != nil else { return }
                for group in groups { group.closeAll() }
            }
            await tasks.waitForAll()
            force.cancel()
        }
    }

    /// A snapshot of the counters.
    package func statistics() -> Statistics {
        Statistics(
            connectionsOpen: core.connectionsOpen.load(ordering: .relaxed),
            connectionsAccepted: core.connectionsAccepted.load(ordering: .relaxed),
            connectionsRefused: core.connectionsRefused.load(ordering: .relaxed),
            requests: core.requests.load(ordering: .relaxed))
    }
}
