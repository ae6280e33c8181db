import HTTP1
import HTTPTypes
import Sockets

/// The backstop behind events: called at every tick of the group.
extension Connection {
    /// - Parameter elapsed: seconds since the last tick.
    func tick(now: Double, elapsed: Double) {
        if stream.pendingBytes > 0, now - stream.lastProgressSeconds > limits.writeStallSeconds { return close(.writeStall) }
        switch phase {
        case .reading:
            if reader.isAtStart { reader.releaseMemory() }
            guard now >= deadlineSeconds, !isHandshaking else {
                if now >= deadlineSeconds { close() }  // in no language both sides speak is there anything to say
                break
            }
            guard stream.pendingBytes == 0 else { break }
            // An idle connection just closes; half a request is answered (RFC 9110 15.5.9).
            if hasPartialHead { answer(.timeout(what: "head")) } else { closeAfterFlush() }
        case .exchanging:
            checkBody(elapsed)
            if hasEnded, now - max(halfClosedSeconds, stream.lastProgressSeconds) >= limits.halfClosedSeconds { close() }
        case .lingering: if now >= deadlineSeconds { close() }
        case .flushing, .closed: break
        }
        // Without read events (back-pressure, half-close) a reset would go unnoticed.
        if stream.isPaused || hasEnded, phase != .closed, stream.isBroken() { close() }
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

    /// Graceful stop: what is under way goes on, an idle connection closes. A connection that has not yet
    /// said anything gets a moment, for its request may be on its way.
    func stop(now: Double) {
        isStopping = true
        stream.lendKernelBuffers()
        guard phase == .reading, reader.isAtStart else { return }
        if requestCount == 0 {
            deadlineSeconds = min(deadlineSeconds, now + 0.3)
        } else if stream.pendingBytes > 0 || tls != nil {
            closeAfterFlush()
        } else {
            close()  // nothing is unread, so this is a FIN and not a reset
        }
    }
}
