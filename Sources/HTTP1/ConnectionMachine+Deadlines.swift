/// The backstop behind events.
extension ConnectionMachine {
    /// What the socket says of its output.
    package struct Output: Sendable {
        /// Of responses, not yet taken by the socket.
        package var pendingBytes: Int
        /// Acknowledged by the client's system since the last tick.
        package var takenBytes: Int
        /// Still to be acknowledged, here and in the kernel.
        package var owedBytes: Int
        /// When the socket or the client's system last took bytes, or the first pending ones were written.
        package var progressSeconds: Double
        /// The connection is known to be broken.
        package var isBroken: Bool

        /// A snapshot.
        package init(pendingBytes: Int, takenBytes: Int, owedBytes: Int, progressSeconds: Double, isBroken: Bool) {
            self.pendingBytes = pendingBytes
            self.takenBytes = takenBytes
            self.owedBytes = owedBytes
            self.progressSeconds = progressSeconds
            self.isBroken = isBroken
        }
    }

    /// The clock has ticked.
    ///
    /// - Parameter elapsedSeconds: since the last tick.
    package mutating func tick(now: Double, elapsedSeconds: Double, _ output: Output) {
        if phase != .lingering, let reason = checkReader(now, elapsedSeconds, output) { return close(reason) }
        switch phase {
        case .handshaking: if now >= deadlineSeconds { close(.finished) }  // there is no language to say why in
        case .idle, .head: checkHead(now, output)
        case .exchange:
            checkContent(elapsedSeconds)
            if let endedSeconds, now - max(endedSeconds, output.progressSeconds) >= limits.halfClosedSeconds {
                close(.clientGone)
            }
        case .lingering: checkLingering(now)
        case .flushing, .closed: break
        }
        // It broke while its input was not read: there was no other event.
        if !wantsInput || endedSeconds != nil, output.isBroken { close(.clientGone) }
    }

    /// A client that sends all before it reads needs time to do so; one that says nothing does not.
    private mutating func checkLingering(_ now: Double) {
        if discardedBytes > discardedBytesSeen {
            discardedBytesSeen = discardedBytes
            deadlineSeconds = now + limits.lingerSeconds
        }
        if now >= min(deadlineSeconds, lingerEndSeconds) { close(.finished) }
    }

    /// An idle connection just closes; half a request is answered (RFC 9110 15.5.9).
    private mutating func checkHead(_ now: Double, _ output: Output) {
        if reader.isAtStart { reader.releaseMemory() }
        guard now >= deadlineSeconds, output.pendingBytes == 0 else { return }
        if phase == .head {
            due = .slowHead
        } else if stoppedSeconds != nil, !isEncrypted {
            close(.finished)  // nothing is unread, so this is a FIN and not a reset
        } else {
            finish()
        }
    }

    /// Whether the client takes what we owe it, in our memory and in the kernel's.
    ///
    /// A response of known length has a least rate. A live stream has none: its rate is its producer's, which waits for
    /// the reader with no more than `writeHighWaterBytes` and what the kernel holds (`TCP_NOTSENT_LOWAT`), so a reader
    /// may be slow as long as it does not stand still. Once a stream has ended, its rest is a response of known length
    /// like any other.
    private mutating func checkReader(_ now: Double, _ elapsedSeconds: Double, _ output: Output) -> CloseReason? {
        if output.pendingBytes > 0, now - output.progressSeconds > limits.writeStallSeconds { return .writeStall }
        guard output.owedBytes > 0, phase != .exchange || answer != .streaming else {
            pace = ReaderPace()
            return nil
        }
        pace.advance(
            seconds: elapsedSeconds, takenBytes: output.takenBytes, bytesPerSecondMin: limits.responseBytesPerSecondMin)
        return pace.lagSeconds > limits.responseGraceSeconds ? .slowReader : nil
    }

    /// The least rate of a request body, over windows of waiting for the client.
    private mutating func checkContent(_ elapsedSeconds: Double) {
        guard content == .flowing || content == .discarded, wantsInput else { return }
        windowSeconds += elapsedSeconds
        guard windowSeconds >= limits.bodyGraceSeconds else { return }
        if Double(windowBytes) < windowSeconds * Double(limits.bodyBytesPerSecondMin) {
            content = .broken
            persistence = .closes
            due = .slowContent
        }
        windowSeconds = 0
        windowBytes = 0
    }
}
