import HTTP1
import HTTPTypes
import Sockets

/// The backstop behind events: called at every tick of the group.
extension Connection {
    /// - Parameter elapsed: seconds since the last tick.
    func tick(now: Double, elapsed: Double) {
        if phase != .lingering, let reason = checkReader(now: now, elapsed: elapsed) { return close(reason) }
        switch phase {
        case .reading:
            if reader.isAtStart { reader.releaseMemory() }
            guard now >= deadlineSeconds, !isHandshaking else {
                if now >= deadlineSeconds { close() }  // in no language both sides speak is there anything to say
                break
            }
            guard stream.pendingBytes == 0 else { break }
            // An idle connection just closes; half a request is answered (RFC 9110 15.5.9).
            if hasPartialHead {
                answer(.timeout(what: "head"))
            } else if isStopping, tls == nil {
                close()  // nothing is unread, so this is a FIN and not a reset
            } else {
                closeAfterFlush()
            }
        case .exchanging:
            checkBody(elapsed)
            if hasEnded, now - max(halfClosedSeconds, stream.lastProgressSeconds) >= limits.halfClosedSeconds {
                close()
            }
        case .lingering: if now >= deadlineSeconds { close() }
        case .flushing, .closed: break
        }
        // It broke while its input was read, which then paused: there was no other event.
        if stream.isPaused || hasEnded, phase != .closed, stream.isBroken { close() }
    }

    /// Whether the client takes what we owe it, in our memory and in the kernel's.
    ///
    /// A response of known length has a least rate. A live stream has none: its rate is its producer's, which waits for
    /// the reader with no more than `writeHighWaterBytes` and what the kernel holds (`TCP_NOTSENT_LOWAT`), so a reader
    /// may be slow as long as it does not stand still. Once a stream has ended, its rest is a response of known length
    /// like any other.
    private func checkReader(now: Double, elapsed: Double) -> FailureReason? {
        let (takenBytes, owedBytes) = stream.observeReader()
        if stream.pendingBytes > 0, now - stream.lastProgressSeconds > limits.writeStallSeconds { return .writeStall }
        guard owedBytes > 0, exchange?.writer == nil else {
            pace = ReaderPace()
            return nil
        }
        pace.advance(seconds: elapsed, takenBytes: takenBytes, bytesPerSecondMin: limits.responseBytesPerSecondMin)
        return pace.lagSeconds > limits.responseGraceSeconds ? .slowReader : nil
    }

    /// The least rate of a request body, over windows of waiting for the client.
    private func checkBody(_ elapsed: Double) {
        guard let exchange, !exchange.isRequestComplete, !exchange.isInputBroken, !exchange.owesContinue,
            !stream.isPaused
        else { return }
        bodyWindowSeconds += elapsed
        guard bodyWindowSeconds >= limits.bodyGraceSeconds else { return }
        if Double(bodyWindowBytes) < bodyWindowSeconds * Double(limits.bodyBytesPerSecondMin) {
            breakInput(of: exchange, .timeout(what: "body"))
        }
        bodyWindowSeconds = 0
        bodyWindowBytes = 0
    }

    /// Graceful stop: what is under way goes on. An idle connection gets a moment, for its next request may be on its
    /// way: that is still answered, with `Connection: close`. Closing at once would cost each busy client a request
    /// (RFC 9112 9.5).
    func stop(now: Double) {
        isStopping = true
        stream.lendKernelBuffers()
        guard phase == .reading, reader.isAtStart else { return }
        deadlineSeconds = min(deadlineSeconds, now + limits.stopGraceSeconds)
    }
}
