import HTTPTypes

/// What one connection is doing and what it does next: a value, without sockets, clock, locks or threads.
///
/// Events (bytes, the end of the client's direction, what the handler does, ticks of the clock) only change the state;
/// `next` says what follows from it, one action at a time, until there is nothing to do but to wait. So nothing depends
/// on which event came inside of which. Each arrow has its cause, and a test in `PhaseTests`:
///
///     TLS ──► handshaking ──established──► idle ──bytes──► head ──whole, fault, late──► exchange
///                  │                       ▲ │             │                            │
///     plain ───────┼───────────────────────┤ │             │                            │
///                  │                       └─┼─────────────┼──answered, kept────────────┤
///                  │ end, fault              │ late, end   │ end                        │ answered and not kept, cut
///                  └─────────────────────────┴──────┬──────┴────────────────────────────┘
///                                                   ▼
///                                               flushing ──sent──► lingering ──end, late, too much──► closed
///
///     handshaking ──late──► closed           idle ──late in a plain stop──► closed
///     exchange ──client gone──► closed       flushing ──sent, ended before──► closed
///     any ──broken, forced──► closed         any but lingering ──stalled, slow reader──► closed
///
/// A head that comes whole passes through `head` at once. While an exchange lasts, its two sides move on their own
/// (`Content`, `Answer`; tested in `ExchangeTests`). An exchange is also how a fault of a head, or its lateness, is
/// answered: with content that is complete and nothing kept.
///
/// Invariants: at most one exchange; the next request is not parsed before the response of the last one is complete
/// and taken by the socket, so pipelined responses keep their order, and one of them at most is kept for a client that
/// does not read; after a fault nothing is parsed; after `closed` there is one `close`, and nothing else.
///
/// The end of the client's direction after a complete request is a half-close or a departure, which look alike until
/// we write: the response gets `halfClosedSeconds`, then the handler is cancelled. A stream goes on as long as the
/// client takes its bytes: one that left answers the first of them by a reset. Before the end of a request it is a
/// departure.
package struct ConnectionMachine: Sendable {
    /// Where the connection is.
    package enum Phase: Sendable { case handshaking, idle, head, exchange, flushing, lingering, closed }

    /// The request's side of an exchange.
    ///
    ///     expected ──read by the handler──► asked ──100 sent──► flowing ──handler is behind──► held
    ///         └──────────────bytes─────────────────────────────►  │ ▲───────handler reads───────┘
    ///     expected, flowing ──end──► complete   any but complete ──fault, too slow──► broken
    ///     flowing, held ──answered, kept──► discarded ──end──► complete
    package enum Content: Sendable { case expected, asked, flowing, held, discarded, broken, complete }

    /// The response's side of an exchange.
    ///
    ///     awaited ──whole response──► complete        awaited ──head of a stream──► streaming ──end, cut──► complete
    package enum Answer: Sendable { case awaited, streaming, complete }

    /// What becomes of the connection after the exchange.
    enum Persistence: Sendable { case kept, closes }

    /// What of the response the client wants to see: HEAD asks for no content.
    enum Requested: Sendable { case content, headOnly }

    /// What an event has decided and `next` has still to say.
    enum Due: Sendable { case close(CloseReason), slowHead, slowContent, endOutput }

    /// Where the connection is.
    package internal(set) var phase: Phase
    /// Of the exchange, while there is one.
    package internal(set) var content = Content.complete
    /// Of the exchange, while there is one.
    package internal(set) var answer = Answer.complete
    /// Requests so far; the number of the one under way.
    package internal(set) var requestCount = 0
    var persistence = Persistence.kept
    var requested = Requested.content
    var minorVersion = 1
    var reader: RequestReader
    var due: Due?
    /// Of `handshaking`, `idle`, `head` and `lingering`; monotonic seconds, as all times here.
    var deadlineSeconds: Double
    /// When the client's direction ended.
    var endedSeconds: Double?
    /// When a graceful stop was asked for.
    var stoppedSeconds: Double?
    /// TLS lies between the socket and the protocol.
    package let isEncrypted: Bool
    /// How slowly the client takes its responses.
    var pace = ReaderPace()
    /// Content's rate, over the present window of waiting.
    var windowBytes = 0
    var windowSeconds = 0.0
    /// Input thrown away at the end, and how much of it at the last tick.
    var discardedBytes = 0
    var discardedBytesSeen = 0
    /// When a client that goes on sending is no longer heard.
    var lingerEndSeconds = Double.infinity

    var limits: HTTPLimits { reader.limits }

    /// A connection that was accepted at `now`.
    ///
    /// - Parameter isEncrypted: a TLS handshake comes first.
    package init(limits: HTTPLimits, isEncrypted: Bool, now: Double) {
        reader = RequestReader(limits: limits)
        self.isEncrypted = isEncrypted
        phase = isEncrypted ? .handshaking : .idle
        // A connection that never says anything is as slow as a slow head.
        deadlineSeconds = now + (isEncrypted ? limits.handshakeSeconds : limits.headSeconds)
    }

    /// The most content the request under way may have; set it after `.begin` to the route's limit.
    package var bodyBytesMax: Int {
        get { reader.bodyBytesMax }
        set { reader.bodyBytesMax = newValue }
    }

    /// What is kept for input, in bytes.
    package var inputSizeBytes: Int { reader.bufferSizeBytes }

    /// What the client sends still has a meaning.
    package var understandsInput: Bool {
        switch phase {
        case .handshaking, .idle, .head, .exchange: true
        case .flushing, .lingering, .closed: false
        }
    }

    /// Whether the socket is to be read; else the kernel's window fills, and the client waits.
    package var wantsInput: Bool {
        switch phase {
        case .handshaking, .lingering: true
        case .idle, .head: reader.bufferedBytes < limits.inputBufferBytesMax
        case .exchange:
            switch content {
            case .held: false
            case .broken: discardedBytes <= limits.lingerBytesMax
            case .expected, .asked, .flowing, .discarded, .complete: reader.bufferedBytes < limits.inputBufferBytesMax
            }
        case .flushing: discardedBytes <= limits.lingerBytesMax
        case .closed: false
        }
    }

    // MARK: What follows

    /// The next thing to do; call until it is `.wait`, after every event.
    ///
    /// - Parameter pendingBytes: of responses, not yet taken by the socket.
    package mutating func next(now: Double, pendingBytes: Int) -> Action {
        if let due = due.take() {
            switch due {
            case .close(let reason): return .close(reason)
            case .slowHead: return refuse(.slowHead)
            case .slowContent: return .failContent(.tooSlow)
            case .endOutput: return .endOutput
            }
        }
        switch phase {
        case .handshaking: return endedSeconds == nil ? .wait : endOutput()
        case .idle, .head: return nextOfHead(now, pendingBytes)
        case .exchange: return nextOfExchange(now, pendingBytes)
        case .flushing: return nextOfFlushing(now, pendingBytes)
        case .lingering, .closed: return .wait
        }
    }

    private mutating func nextOfHead(_ now: Double, _ pendingBytes: Int) -> Action {
        // A client that pipelines and does not read its responses has to wait: one of them at most is kept for it.
        guard pendingBytes == 0 else { return .wait }
        do throws(ProtocolFault) {
            if case .head(let head) = try reader.next() { return begin(head) }
        } catch {
            return refuse(.fault(error))
        }
        guard endedSeconds == nil else { return endOutput() }
        if phase == .idle, !reader.isAtStart {
            phase = .head
            if requestCount > 0 { deadlineSeconds = now + limits.headSeconds }
        }
        return .wait
    }

    private mutating func begin(_ head: RequestHead) -> Action {
        requestCount += 1
        let isKept = head.keepAlive && requestCount < limits.requestsPerConnectionMax
        openExchange(isKept ? .kept : .closes)
        minorVersion = head.minorVersion
        requested = head.request.method == .head ? .headOnly : .content
        windowBytes = 0
        windowSeconds = 0
        discardedBytes = 0
        if head.framing != .length(0) {
            content = head.expectsContinue ? .expected : .flowing
        } else {
            // Consumes the reader's `.end`. It cannot fault: the head said that nothing follows.
            _ = try? reader.next()
        }
        return .begin(head)
    }

    private mutating func refuse(_ refusal: Refusal) -> Action {
        openExchange(.closes)
        return .refuse(refusal)
    }

    /// With a request that is complete, and any way of answering it.
    private mutating func openExchange(_ persistence: Persistence) {
        phase = .exchange
        content = .complete
        answer = .awaited
        requested = .content
        minorVersion = 1
        self.persistence = persistence
        deadlineSeconds = .infinity
    }

    private mutating func nextOfExchange(_ now: Double, _ pendingBytes: Int) -> Action {
        if answer == .complete {
            guard persistence == .kept else { return endOutput() }
            switch content {
            case .complete: return endExchange(now, pendingBytes)
            case .discarded: break
            case .expected, .asked, .flowing, .held, .broken:
                content = .discarded
                return .failContent(.unread)
            }
        }
        switch content {
        case .held, .broken, .complete: return .wait
        case .asked:
            content = .flowing
            // Within a response that has begun, an interim one would be taken for a part of it.
            return answer == .awaited ? .sendContinue : nextOfContent(now, pendingBytes)
        case .expected, .flowing, .discarded: return nextOfContent(now, pendingBytes)
        }
    }

    private mutating func nextOfContent(_ now: Double, _ pendingBytes: Int) -> Action {
        do throws(ProtocolFault) {
            while true {
                switch try reader.next() {
                case .needMore, .head: return .wait
                case .body where content == .discarded: continue
                case .body(let bytes):
                    content = .flowing
                    return .deliver(bytes)
                case .end where content == .discarded: return endExchange(now, pendingBytes)
                case .end:
                    content = .complete
                    return .endContent
                }
            }
        } catch {
            content = .broken
            persistence = .closes
            let isTooLarge = error.status == .contentTooLarge
            return .failContent(isTooLarge ? .tooLarge(limitBytes: reader.bodyBytesMax) : .fault(error))
        }
    }

    private mutating func endExchange(_ now: Double, _ pendingBytes: Int) -> Action {
        content = .complete
        phase = .idle
        deadlineSeconds = now + limits.idleSeconds
        if stoppedSeconds != nil, reader.isAtStart { return endOutput() }
        return nextOfHead(now, pendingBytes)
    }

    private mutating func endOutput() -> Action {
        phase = .flushing
        discardedBytes = 0
        return .endOutput
    }

    /// RFC 9112 9.6: closes our half and reads on until the client has closed its own; closing at once with unread
    /// input would reset the connection and could destroy the response on its way.
    private mutating func nextOfFlushing(_ now: Double, _ pendingBytes: Int) -> Action {
        guard pendingBytes == 0 else { return .wait }
        guard endedSeconds == nil else {
            phase = .closed
            return .close(.finished)
        }
        phase = .lingering
        discardedBytesSeen = discardedBytes
        deadlineSeconds = now + limits.lingerSeconds
        lingerEndSeconds = now + limits.lingerSecondsMax
        return .halfClose
    }
}
