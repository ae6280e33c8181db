import HTTP1
import HTTPTypes
import Sockets
import Synchronization
import System

/// The connections of one event loop with what they share: the tick of the deadlines and the Date field.
final class ConnectionGroup: @unchecked Sendable {
    // SAFETY: mutable state is touched on `loop` only.

    let loop: EventLoop
    /// For the handlers of short requests.
    let executor: LoopExecutor
    let core: ServerCore
    private var connections: [ObjectIdentifier: Connection] = [:]
    private var isTicking = false
    private var lastTickSeconds = 0.0
    private var isStopping = false
    private var onEmpty: (@Sendable () -> Void)?
    private var dateSeconds = -1
    private var commonFields: [UInt8] = []
    /// Where connections of this loop decrypt to: one record, the largest that TLS has (RFC 8446 5.1).
    let plainBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 64)

    /// - Throws: when the process is out of descriptors.
    init(index: Int, core: ServerCore) throws(SocketError) {
        let loop = try EventLoop(label: "loop-\(index)")
        self.loop = loop
        executor = LoopExecutor(loop)
        self.core = core
    }

    deinit { plainBuffer.deallocate() }

    /// Takes a connection over; called on the loop.
    func add(_ connection: Connection) {
        connections[ObjectIdentifier(connection)] = connection
        connection.start()
        if isStopping { connection.stop(now: Clock.monotonicSeconds()) }
        guard !isTicking else { return }
        isTicking = true
        lastTickSeconds = Clock.monotonicSeconds()
        scheduleTick()
    }

    func remove(_ connection: Connection) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        core.connectionsOpen.subtract(1, ordering: .relaxed)
        if let client = connection.client {
            core.clients.disconnect(connection.peer, client, now: Clock.monotonicSeconds())
        }
        if connections.isEmpty { finishStopping() }
    }

    // MARK: Deadlines

    /// One timer for all connections: a pass over ten thousand costs under a millisecond. It rests while there are
    /// none.
    private func scheduleTick() {
        loop.schedule(after: core.tickSeconds) { [weak self] in self?.tick() }
    }

    private func tick() {
        checkDeadlines()
        isTicking = !connections.isEmpty
        if isTicking { scheduleTick() }
    }

    private func checkDeadlines() {
        let now = Clock.monotonicSeconds()
        let elapsed = now - lastTickSeconds
        lastTickSeconds = now
        for connection in Array(connections.values) { connection.tick(now: now, elapsedSeconds: elapsed) }
    }

    // MARK: Stopping

    /// Asks every connection to end after what it is doing; `onEmpty` runs once when none is left.
    func stop(onEmpty: @escaping @Sendable () -> Void) {
        loop.execute { [self] in
            isStopping = true
            self.onEmpty = onEmpty
            let now = Clock.monotonicSeconds()
            for connection in Array(connections.values) { connection.stop(now: now) }
            guard !connections.isEmpty else { return finishStopping() }
            // A stop does not wait for the next tick.
            loop.schedule(after: core.configuration.limits.stopGraceSeconds) { [weak self] in self?.checkDeadlines() }
        }
    }

    /// Closes every connection at once.
    func closeAll() {
        loop.execute { [self] in
            for connection in Array(connections.values) { connection.close(.stopped) }
        }
    }

    private func finishStopping() {
        guard isStopping else { return }
        onEmpty?()
        onEmpty = nil
    }

    // MARK: Fields of every response

    /// Date (RFC 9110 6.6.1; made once a second), what keeps browsers from misreading an answer (each unless the
    /// handler says otherwise), the request's id, and what belongs to the request.
    func appendCommonFields(of exchange: Exchange, fields: HTTPFields, to output: inout [UInt8]) {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        if time.tv_sec != dateSeconds {
            dateSeconds = time.tv_sec
            commonFields = Array("Date: \(HTTPDate.format(unixSeconds: dateSeconds))\r\n".utf8)
        }
        output.append(contentsOf: commonFields)
        for (name, line) in Self.protectiveFields where !fields.contains(name) { output.append(contentsOf: line) }
        if core.configuration.isTLSOnly { output.append(contentsOf: Self.strictTransport) }
        output.append(contentsOf: "X-Request-Id: ".utf8)
        output.append(contentsOf: exchange.id.utf8)
        output.append(0x0D)
        output.append(0x0A)
        output.append(contentsOf: exchange.extraFields)
    }

    /// RFC 6797: browsers stay with TLS for a year.
    private static let strictTransport = Array("Strict-Transport-Security: max-age=31536000\r\n".utf8)

    /// No guessing of types, no frames, no scripts, no caches, no addresses in Referer.
    private static let protectiveFields: [(HTTPField.Name, [UInt8])] = [
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-store"),
    ].compactMap { name, value in HTTPField.Name(name).map { ($0, Array("\(name): \(value)\r\n".utf8)) } }
}
