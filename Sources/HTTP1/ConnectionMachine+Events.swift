/// What happens to a connection. Each only changes the state; `next` says what follows.
extension ConnectionMachine {
    // MARK: From the client

    /// TLS is established: a request may come.
    package mutating func endHandshake(now: Double) {
        guard phase == .handshaking else { return }
        phase = .idle
        deadlineSeconds = now + (stoppedSeconds == nil ? limits.headSeconds : limits.stopGraceSeconds)
    }

    /// Bytes have come, as the client meant them (decrypted).
    package mutating func receive(_ bytes: UnsafeRawBufferPointer) {
        switch phase {
        case .closed: return
        case .flushing, .lingering: discard(bytes.count)
        case .exchange where content == .broken: discard(bytes.count)
        case .handshaking, .idle, .head, .exchange:
            windowBytes += bytes.count
            reader.append(bytes)
        }
    }

    /// Bytes have come that nobody looks at any more.
    package mutating func discard(_ byteCount: Int) {
        discardedBytes += byteCount
        if phase == .lingering, discardedBytes > limits.lingerBytesMax { close(.finished) }
    }

    /// The client sends no more. What it asked for is still answered.
    package mutating func endInput(now: Double) {
        switch phase {
        case .closed: return
        case .lingering: close(.finished)
        case .exchange where content != .complete && content != .broken: close(.clientGone)
        case .handshaking, .idle, .head, .exchange, .flushing:
            guard endedSeconds == nil else { return }
            endedSeconds = now
            if phase == .exchange, reader.bufferedBytes == 0 { persistence = .closes }
        }
    }

    /// What is to be sent cannot be (the connection broke), or is not to be any more (a drain's deadline).
    package mutating func close(_ reason: CloseReason) {
        guard phase != .closed else { return }
        phase = .closed
        due = .close(reason)
    }

    /// Nothing more is said, as after a fault of TLS: what was written still goes out.
    package mutating func finish() {
        guard phase != .closed, phase != .lingering, phase != .flushing else { return }
        phase = .flushing
        discardedBytes = 0
        due = .endOutput
    }

    // MARK: From the server

    /// Graceful stop: what is under way goes on. An idle connection gets a moment, for its next request may be on its
    /// way: that is still answered, with `Connection: close`. Closing at once would cost each busy client a request
    /// (RFC 9112 9.5).
    package mutating func stop(now: Double) {
        stoppedSeconds = now
        guard phase == .idle || phase == .handshaking, reader.isAtStart else { return }
        deadlineSeconds = min(deadlineSeconds, now + limits.stopGraceSeconds)
    }

    // MARK: From the handler

    /// The handler of the request of this number reads: on with the content, after 100 (Continue) if that is owed
    /// (RFC 9110 10.1.1).
    package mutating func wantContent(request number: Int) {
        guard phase == .exchange, number == requestCount else { return }
        switch content {
        case .expected: content = .asked
        case .held: content = .flowing
        case .asked, .flowing, .discarded, .broken, .complete: break
        }
    }

    /// The handler is behind with reading.
    package mutating func holdContent() {
        if phase == .exchange, content == .flowing { content = .held }
    }

    /// A response can be started: there is an exchange, and it has none.
    package var awaitsResponse: Bool { phase == .exchange && answer == .awaited }

    /// How a response is framed, and whether the connection is kept after it (RFC 9112 6.3 and 9.3).
    ///
    /// - Parameters:
    ///   - status: the status code.
    ///   - lengthBytes: of the content; nil: a stream.
    ///   - asksToClose: the handler wants the connection closed.
    package func planResponse(status: Int, lengthBytes: Int?, asksToClose: Bool) -> ResponsePlan {
        let hasContent = ResponsePlan.hasContent(status: status)
        let framing: ResponseEncoder.Framing =
            if !hasContent {
                .none
            } else if let lengthBytes {
                .length(lengthBytes)
            } else {
                minorVersion > 0 ? .chunked : .untilClose
            }
        let sends = hasContent && requested == .content
        let isStream = sends && lengthBytes == nil
        let isKept =
            persistence == .kept && !asksToClose && stoppedSeconds == nil && content != .broken
            && framing != .untilClose && (isStream || canPassOverContent)
        return ResponsePlan(
            framing: framing, keepAlive: isKept, minorVersion: minorVersion,
            sends: isStream ? .stream : sends ? .whole : .nothing)
    }

    /// Whether what the handler did not read is little enough to be thrown away; else the connection closes.
    private var canPassOverContent: Bool {
        switch content {
        case .complete: return true
        // After 100 was asked for and not sent, the client may or may not send the content: ambiguous.
        case .expected, .asked, .broken: return false
        case .flowing, .held, .discarded:
            guard let left = reader.contentLengthLeft else { return false }
            return left <= limits.discardBytesMax
        }
    }

    /// The response of the plan is given to the socket, as a whole or up to the end of its head.
    package mutating func startResponse(_ plan: ResponsePlan) {
        precondition(awaitsResponse, "a second response of one exchange")
        if !plan.keepAlive { persistence = .closes }
        answer = plan.sends == .stream ? .streaming : .complete
    }

    /// The stream is given to the socket to its end.
    package mutating func endResponse() {
        guard phase == .exchange, answer == .streaming else { return }
        answer = .complete
        if !canPassOverContent { persistence = .closes }
    }

    /// The response ends before its end: without a last chunk the client knows that it is incomplete (RFC 9112 8).
    package mutating func cutResponse() {
        guard phase == .exchange else { return }
        answer = .complete
        persistence = .closes
    }
}
