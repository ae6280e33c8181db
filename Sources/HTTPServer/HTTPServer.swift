import HTTP1
package import Logging
package import Sockets
import Synchronization
import System
import TLS

/// An HTTP/1.1 server on event loops.
///
/// Connections live on N event loops, which listeners share; each request's handler runs in a task of its own off the
/// loops, and is cancelled when its client leaves.
package final class HTTPServer: Sendable {
    /// A listener, and the certificate it speaks TLS with.
    private struct Port {
        let listener: Listener
        let credentials: TLSCredentials?
    }

    private let core: ServerCore
    private let groups: [ConnectionGroup]
    private let ports = Mutex<[Port]>([])
    private let nextGroup = Atomic<Int>(0)

    /// - Parameters:
    ///   - errorResponder: turns errors (of handlers, and `HTTPServerError`) into responses. Also runs on event
    ///     loops, so it must be quick.
    /// - Throws: when the process is out of descriptors.
    package init(
        configuration: HTTPServerConfiguration, router: Router,
        errorResponder: @escaping @Sendable (any Error, _ requestID: String) -> Response, logger: Logger
    ) throws(SocketError) {
        let core = ServerCore(
            configuration: configuration, router: router, errorResponder: errorResponder, logger: logger)
        self.core = core
        groups = try (0..<configuration.eventLoopCount).map { index throws(SocketError) in
            try ConnectionGroup(index: index, core: core)
        }
    }

    /// Binds all listeners; no connection is accepted before `start`. A listener that fails takes the others with it.
    ///
    /// - Returns: the addresses listened on, with the real ports: the plain ones, then those that speak TLS.
    /// - Throws: `SocketError`, for instance if an address is taken.
    @discardableResult
    package func bind() throws -> [(address: SocketAddress, isTLS: Bool)] {
        try ports.withLock { current in
            guard current.isEmpty else { throw HTTPServerError.misuse(detail: "the server was bound twice") }
            let configuration = core.configuration
            let wanted =
                configuration.listeners.map { ($0, TLSCredentials?.none) }
                + (configuration.tls.map { tls in tls.listeners.map { ($0, tls.credentials) } } ?? [])
            var made: [Port] = []
            do {
                for (address, credentials) in wanted {
                    let loop = groups[made.count % groups.count].loop
                    made.append(Port(listener: try listener(for: address, on: loop), credentials: credentials))
                }
            } catch {
                for port in made { port.listener.stop {} }
                throw error
            }
            current = made
            core.hosts.withLock { $0.listen(on: made.map(\.listener.address)) }
            return made.map { ($0.listener.address, $0.credentials != nil) }
        }
    }

    private func listener(for address: ListenAddress, on loop: EventLoop) throws(SocketError) -> Listener {
        let backoffSeconds = core.configuration.limits.acceptBackoffSeconds
        switch address {
        case .tcp(let host, let port):
            // Two sockets for one family and port would be one too many.
            let hasIPv4 = core.configuration.listeners.contains(.tcp(host: "0.0.0.0", port: port))
            return try Listener(
                address: SocketAddress(host: host, port: port), isDualStack: host == "::" && !hasIPv4,
                backoffSeconds: backoffSeconds, loop: loop)
        case .unix(let path, let mode):
            return try Listener(
                address: SocketAddress(path: path), fileMode: mode, backoffSeconds: backoffSeconds, loop: loop)
        case .inherited(let descriptor):
            return try Listener(inherited: descriptor, backoffSeconds: backoffSeconds, loop: loop)
        }
    }

    /// Binds if that was not done, and returns once connections are accepted. Does not wait for any.
    /// - Returns: the first address listened on, with the real port.
    /// - Throws: as `bind`.
    @discardableResult
    package func start() async throws -> SocketAddress {
        if ports.withLock({ $0.isEmpty }) { try bind() }
        let ports = ports.withLock { $0 }
        guard let first = ports.first else { throw HTTPServerError.misuse(detail: "there is nothing to listen on") }
        for port in ports {
            let arrivals = Arrivals(groups)
            port.listener.start { [self] accepted in
                take(accepted, port.credentials, arrivals)
            } onBatchEnd: {
                arrivals.handOver()
            }
        }
        return first.listener.address
    }

    /// On a listener's loop.
    private func take(
        _ accepted: consuming Listener.Accepted, _ credentials: TLSCredentials?, _ arrivals: Arrivals
    ) {
        guard core.connectionsOpen.load(ordering: .relaxed) < core.configuration.limits.connectionsMax else {
            core.count(.connectionsMax)
            accepted.refuse(with: Self.refusal("503 Service Unavailable", credentials))
            return
        }
        let peer = accepted.peer
        guard let client = core.clients.connect(peer, now: Clock.monotonicSeconds()) else {
            core.count(.connectionsPerAddressMax)
            accepted.refuse(with: Self.refusal("429 Too Many Requests", credentials))
            return
        }
        core.connectionsOpen.add(1, ordering: .relaxed)
        core.connectionsAccepted.add(1, ordering: .relaxed)
        let turn = nextGroup.add(1, ordering: .relaxed).oldValue % groups.count
        let connection = Connection(accepted, client: client, credentials: credentials, group: groups[turn])
        arrivals.add(connection, toGroup: turn)
    }

    /// Nothing on a TLS listener: a client that waits for a handshake would not understand the words.
    private static func refusal(_ status: String, _ credentials: TLSCredentials?) -> [UInt8] {
        guard credentials == nil else { return [] }
        return Array("HTTP/1.1 \(status)\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
    }

    /// Stops gracefully: accepts no more, closes idle connections, lets requests under way end (their responses say
    /// `Connection: close`), and after `drainSeconds` closes what is left, which cancels its handlers. Returns when all
    /// connections are closed; it does not wait for handlers that ignore their cancellation.
    package func shutdown() async {
        for port in ports.withLock({ $0 }) {
            await withCheckedContinuation { continuation in port.listener.stop { continuation.resume() } }
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
    package func statistics() -> ServerStatistics {
        let failures = core.failureCounts
        return ServerStatistics(
            connectionsOpen: core.connectionsOpen.load(ordering: .relaxed),
            connectionObjects: core.connectionObjects.load(ordering: .relaxed),
            connectionsAccepted: core.connectionsAccepted.load(ordering: .relaxed),
            connectionsRefused: failures[.connectionsMax, default: 0] + failures[.connectionsPerAddressMax, default: 0],
            acceptPauses: ports.withLock { $0.reduce(0) { $0 + $1.listener.pauseCount } },
            clients: core.clients.count,
            requests: core.requests.load(ordering: .relaxed),
            requestsInFlight: core.requestsInFlight.load(ordering: .relaxed),
            failures: failures,
            routes: (core.router.metrics + [core.unrouted]).map(\.statistics))
    }
}
