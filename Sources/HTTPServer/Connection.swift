import HTTP1
import HTTPTypes
import Logging
import Sockets
import Synchronization
import System
import TLS

/// One client's connection, confined to its event loop.
///
/// What it does and when is `ConnectionMachine`'s to say, which has the drawing: here events of socket, TLS, handler
/// and clock are handed to it, and its actions are carried out.
final class Connection: SocketStreamDelegate, @unchecked Sendable {
    // SAFETY: all state is touched on the group's loop only.

    let group: ConnectionGroup
    let stream: SocketStream
    let peer: SocketAddress?
    /// The use of the peer's address.
    let client: ClientUsage?
    /// Until the client's first bytes make the session: one that says nothing costs none.
    private var credentials: TLSCredentials?
    /// Between the socket and everything else, on a listener that speaks TLS.
    var tls: TLSSession?
    var machine: ConnectionMachine
    /// The one under way, while the machine is in its phase `exchange`.
    var exchange: Exchange?
    /// `act` is at work: what an action sets off (a write that is sent at once, say) waits until it is done.
    private var isActing = false

    var limits: HTTPLimits { group.core.configuration.limits }

    init(
        _ accepted: consuming Listener.Accepted, client: ClientUsage?, credentials: TLSCredentials?,
        group: ConnectionGroup
    ) {
        self.credentials = credentials
        self.group = group
        self.client = client
        peer = accepted.peer
        stream = SocketStream(accepted, loop: group.loop)
        machine = ConnectionMachine(
            limits: group.core.configuration.limits, isEncrypted: credentials != nil, now: Clock.monotonicSeconds())
        group.core.connectionObjects.add(1, ordering: .relaxed)
    }

    deinit { group.core.connectionObjects.subtract(1, ordering: .relaxed) }

    func start() { stream.start(delegate: self) }

    // MARK: Events

    func streamDidReceive(_ bytes: UnsafeRawBufferPointer) {
        if let credentials = credentials.take() { beginHandshake(credentials) }
        if let tls { decrypt(bytes, tls) } else { receive(bytes) }
    }

    /// Takes input as the client meant it, decrypted.
    func receive(_ bytes: UnsafeRawBufferPointer) {
        machine.receive(bytes)
        act()
    }

    func streamDidSend(pendingBytes: Int) {
        exchange?.writer?.didSend(pendingBytes: pendingBytes)
        act()
    }

    func streamDidEnd(isError: Bool) {
        if isError { machine.close(.clientGone) } else { machine.endInput(now: Clock.monotonicSeconds()) }
        act()
    }

    func streamDidClose() { group.remove(self) }

    /// Called at every tick of the group.
    ///
    /// - Parameter elapsedSeconds: since the last tick.
    func tick(now: Double, elapsedSeconds: Double) {
        let (takenBytes, owedBytes) = stream.observeReader()
        machine.tick(
            now: now, elapsedSeconds: elapsedSeconds,
            ConnectionMachine.Output(
                pendingBytes: stream.pendingBytes, takenBytes: takenBytes, owedBytes: owedBytes,
                progressSeconds: stream.lastProgressSeconds, isBroken: stream.isBroken))
        act()
    }

    /// Graceful stop: what is under way goes on.
    func stop(now: Double) {
        machine.stop(now: now)
        stream.lendKernelBuffers()
    }

    /// Ends everything at once.
    func close(_ reason: ConnectionMachine.CloseReason) {
        machine.close(reason)
        act()
    }

    // MARK: Actions

    /// Carries out what follows from what has happened.
    func act() {
        guard !isActing else { return }
        isActing = true
        let now = Clock.monotonicSeconds()
        while perform(machine.next(now: now, pendingBytes: stream.pendingBytes)) {}
        isActing = false
        if machine.phase != .exchange { exchange = nil }
        // The last thing to do, for this reads, and so acts again.
        if machine.wantsInput { stream.resumeReading() } else { stream.pauseReading() }
    }

    /// - Returns: whether there may be more to do.
    private func perform(_ action: ConnectionMachine.Action) -> Bool {
        switch action {
        case .wait: return false
        case .begin(let head): begin(head)
        case .refuse(let refusal): answer(HTTPServerError(refusal))
        case .deliver(let bytes): deliver(bytes)
        case .endContent: exchange?.body?.finish()
        case .failContent(let failure): failContent(failure)
        case .sendContinue:
            send(ResponseEncoder.continueHead)
            stream.flush()
        case .endOutput:
            dropExchange(.clientGone)
            endEncryption()
        case .halfClose: stream.shutdownOutput(stallSeconds: limits.writeStallSeconds)
        case .close(let reason): close(FailureReason(reason), resets: reason.resets)
        }
        return true
    }

    private func deliver(_ bytes: [UInt8]) {
        exchange?.observation?.requestBytes += bytes.count
        if exchange?.body?.push(bytes) == true { machine.holdContent() }
    }

    private func failContent(_ failure: ConnectionMachine.ContentFailure) {
        let error = HTTPServerError(failure)
        if failure != .unread {
            group.core.logger.debug("content refused", metadata: ["detail": "\(error)"])
            exchange?.observation?.failure = FailureReason(error)
        }
        exchange?.body?.fail(error)
    }

    /// Answers without a handler; the machine closes behind it.
    private func answer(_ error: HTTPServerError) {
        group.core.logger.debug("request refused", metadata: ["detail": "\(error)"])
        let exchange = Exchange(id: group.core.makeRequestID(), minorVersion: 1, isHead: false)
        exchange.observation?.failure = FailureReason(error)
        self.exchange = exchange
        respond(exchange, group.core.response(to: error, id: exchange.id))
    }

    /// - Parameter failure: of a request that has no answer yet.
    private func dropExchange(_ failure: FailureReason) {
        guard let exchange else { return }
        noteEnd(exchange, failure)
        exchange.abandon()
        self.exchange = nil
    }

    private func close(_ reason: FailureReason, resets: Bool) {
        // A request counts once it is answered; that its answer was not taken is then a fault of the connection.
        if exchange?.observation == nil, reason != .clientGone { group.core.count(reason) }
        dropExchange(reason)
        noteMemory()
        stream.close(resets: resets)
    }

    /// Says what goes with this connection.
    private func noteMemory() {
        guard let onMemoryFreed = group.core.configuration.onMemoryFreed else { return }
        let hadSession = machine.isEncrypted && credentials == nil
        let sizeBytes = (hadSession ? TLSSession.sizeBytes : 0) + machine.inputSizeBytes + stream.pendingBytes
        if sizeBytes >= Self.notedSizeBytesMin { onMemoryFreed(sizeBytes) }
    }

    /// What every connection takes is not worth a word: ten thousand of them are 11 MB.
    private static let notedSizeBytesMin = 4096
}
