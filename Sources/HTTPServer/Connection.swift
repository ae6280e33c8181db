import HTTP1
import HTTPTypes
import Logging
import Sockets
import Synchronization
import System
import TLS

/// One client's connection, confined to its event loop.
///
///     reading ──head──► exchanging ──both complete, keep-alive──► reading
///        │                  │ ──both complete or broken, close──► flushing ──sent──► lingering ──EOF──► closed
///        └──fault──────────────────────────────────────────────────►┘
///     any ──client left, stalled, forced──► closed
///
/// Invariants: at most one exchange; the next request is not parsed before the response of the last one is complete,
/// so pipelined responses keep their order; after a fault nothing is parsed.
///
/// The end of the client's direction after a complete request is a half-close or a departure, which look alike until
/// we write: the response gets `halfClosedSeconds`, then the handler is cancelled. A stream goes on as long as the
/// client takes its bytes: one that left answers the first of them by a reset. Before the end of a request it is a
/// departure.
final class Connection: SocketStreamDelegate, @unchecked Sendable {
    // SAFETY: all state is touched on the group's loop only.

    enum Phase { case reading, exchanging, flushing, lingering, closed }

    let group: ConnectionGroup
    let stream: SocketStream
    let peer: SocketAddress?
    /// The use of the peer's address.
    let client: ClientUsage?
    /// Until the client's first bytes make the session: one that says nothing costs none.
    private var credentials: TLSCredentials?
    /// Between the socket and everything else, on a listener that speaks TLS.
    var tls: TLSSession?
    /// Whether the listener speaks TLS.
    let isEncrypted: Bool
    var isHandshaking = false
    var reader: RequestReader
    var phase = Phase.reading
    var exchange: Exchange?
    var requestCount = 0
    var isStopping = false
    var isProcessing = false
    var discardedBytes = 0
    /// Of the phase `reading` and `lingering`; monotonic seconds.
    var deadlineSeconds = Double.infinity
    var hasPartialHead = false
    /// The client's direction has ended; since when, in monotonic seconds.
    var hasEnded = false
    var halfClosedSeconds = 0.0
    /// How slowly the client takes its responses.
    var pace = ReaderPace()
    /// The body's rate, over the present window of waiting.
    var bodyWindowBytes = 0
    var bodyWindowSeconds = 0.0

    var limits: HTTPLimits { group.core.configuration.limits }

    init(
        _ accepted: consuming Listener.Accepted, client: ClientUsage?, credentials: TLSCredentials?,
        group: ConnectionGroup
    ) {
        self.credentials = credentials
        isEncrypted = credentials != nil
        self.group = group
        self.client = client
        peer = accepted.peer
        stream = SocketStream(accepted, loop: group.loop)
        reader = RequestReader(limits: group.core.configuration.limits)
        group.core.connectionObjects.add(1, ordering: .relaxed)
    }

    deinit { group.core.connectionObjects.subtract(1, ordering: .relaxed) }

    func start() {
        // A connection that never says anything is as slow as a slow head.
        deadlineSeconds = Clock.monotonicSeconds() + limits.headSeconds
        if credentials != nil { awaitHandshake() }
        stream.start(delegate: self)
    }

    // MARK: Stream events

    func streamDidReceive(_ bytes: UnsafeRawBufferPointer) {
        if let credentials = credentials.take() { beginHandshake(credentials) }
        if let tls { decrypt(bytes, tls) } else { receive(bytes) }
    }

    /// Takes input as the client meant it, decrypted.
    func receive(_ bytes: UnsafeRawBufferPointer) {
        switch phase {
        case .closed: return
        case .flushing, .lingering: discard(bytes.count)
        case .exchanging where exchange?.isInputBroken == true: discard(bytes.count)
        case .reading, .exchanging:
            bodyWindowBytes += bytes.count
            reader.append(bytes)
            process()
            if phase == .exchanging || phase == .reading, reader.bufferedBytes >= limits.inputBufferBytesMax {
                stream.pauseReading()
            }
        }
    }

    func streamDidSend(pendingBytes: Int) {
        exchange?.writer?.didSend(pendingBytes: pendingBytes)
        if phase == .flushing, pendingBytes == 0 { linger() }
        if phase == .reading, pendingBytes == 0, reader.bufferedBytes > 0 { process() }
    }

    func streamDidEnd(isError: Bool) {
        switch phase {
        case .closed: return
        case .flushing where !isError: hasEnded = true  // the last response still goes out, then `linger` closes
        case .reading where !isError: endInput()
        case .exchanging where !isError && exchange?.isAnswerable == true: endInput()
        case .exchanging, .reading, .flushing, .lingering: close()
        }
    }

    /// The client sends no more. What it asked for is still answered.
    private func endInput() {
        guard !hasEnded else { return }
        hasEnded = true
        halfClosedSeconds = Clock.monotonicSeconds()
        if reader.bufferedBytes == 0 { exchange?.keepAlive = false }
        process()
    }

    func streamDidClose() { group.remove(self) }

    /// Ends everything at once. The descriptor follows when its sources are cancelled.
    func close(_ reason: FailureReason = .clientGone) {
        guard phase != .closed else { return }
        phase = .closed
        // A request counts once it is answered; that its answer was not taken is then a fault of the connection.
        if let exchange, !exchange.isNoted {
            noteEnd(exchange, reason)
        } else if reason != .clientGone {
            group.core.count(reason)
        }
        exchange?.abandon()
        exchange = nil
        stream.close(resets: reason == .slowReader || reason == .writeStall)
    }

    // MARK: Input

    /// Takes events from the reader as far as the state allows.
    func process() {
        guard !isProcessing else { return }
        isProcessing = true
        processEvents()
        isProcessing = false
        // Outside of `isProcessing`, for this reads and so calls `process` again.
        if phase == .reading || phase == .exchanging, stream.isPaused, exchange?.isBodyPaused != true,
            reader.bufferedBytes < limits.inputBufferBytesMax
        {
            stream.resumeReading()
        }
    }

    private func processEvents() {
        var goesOn = true
        while goesOn {
            do throws(ProtocolFault) {
                switch phase {
                case .reading: goesOn = try processHead()
                case .exchanging: goesOn = try processBody()
                case .flushing, .lingering, .closed: return
                }
            } catch {
                refuse(error)
                return
            }
        }
    }

    private func processHead() throws(ProtocolFault) -> Bool {
        // A client that pipelines and does not read its responses has to wait: one of them at most is kept for it.
        guard stream.pendingBytes == 0 else { return false }
        switch try reader.next() {
        case .head(let head):
            begin(head)
            return true
        case .needMore, .body, .end:
            guard !hasEnded else {
                closeAfterFlush()
                return false
            }
            guard !reader.isAtStart, !hasPartialHead else { return false }
            hasPartialHead = true
            if requestCount > 0 { deadlineSeconds = Clock.monotonicSeconds() + limits.headSeconds }
            return false
        }
    }

    private func processBody() throws(ProtocolFault) -> Bool {
        guard let exchange, !exchange.isRequestComplete, !exchange.isBodyPaused, !exchange.isInputBroken else {
            return false
        }
        switch try reader.next() {
        case .needMore, .head: return false
        case .body(let bytes):
            exchange.owesContinue = false
            exchange.requestBytes += bytes.count
            if exchange.isDiscarding {
                discard(bytes.count)
            } else if exchange.body?.push(bytes) == true {
                exchange.isBodyPaused = true
                stream.pauseReading()
                return false
            }
            return true
        case .end:
            exchange.isRequestComplete = true
            exchange.body?.finish()
            finishIfComplete(exchange)
            return true
        }
    }

    /// Answers a fault and closes: at once for a head, through the handler for a body.
    private func refuse(_ fault: ProtocolFault) {
        group.core.logger.debug("request refused", metadata: ["detail": "\(fault)"])
        let error =
            fault.status == .contentTooLarge && exchange != nil
            ? HTTPServerError.bodyTooLarge(limitBytes: reader.bodyBytesMax) : .protocolFault(fault)
        guard let exchange else { return answer(error) }
        breakInput(of: exchange, error)
    }

    /// The content cannot be completed: the handler hears it, and the connection ends with this exchange.
    func breakInput(of exchange: Exchange, _ error: HTTPServerError) {
        exchange.isInputBroken = true
        exchange.failure = FailureReason(error)
        exchange.keepAlive = false
        exchange.body?.fail(error)
        finishIfComplete(exchange)
    }

    /// Answers without a handler and closes.
    func answer(_ error: HTTPServerError) {
        let exchange = Exchange(
            id: group.core.makeRequestID(), minorVersion: 1, isHead: false, keepAlive: false, owesContinue: false)
        exchange.isRequestComplete = true
        exchange.failure = FailureReason(error)
        phase = .exchanging
        self.exchange = exchange
        respond(exchange, group.core.response(to: error, id: exchange.id))
    }

    /// Throws input away, within bounds.
    func discard(_ count: Int) {
        discardedBytes += count
        if discardedBytes > limits.lingerBytesMax {
            if phase == .lingering { close() } else { stream.pauseReading() }
        }
    }

    // MARK: The end

    /// Waits until everything is sent, then closes in an orderly way.
    func closeAfterFlush() {
        phase = .flushing
        exchange = nil
        discardedBytes = 0
        endEncryption()
        if stream.pendingBytes == 0 { linger() } else { stream.resumeReading() }
    }

    /// RFC 9112 9.6: closes our half and reads on until the client has closed its own; closing at once with unread
    /// input would reset the connection and could destroy the response on its way.
    private func linger() {
        guard !hasEnded else { return close() }
        phase = .lingering
        deadlineSeconds = Clock.monotonicSeconds() + limits.lingerSeconds
        stream.shutdownOutput(stallSeconds: limits.writeStallSeconds)
        stream.resumeReading()
    }
}
