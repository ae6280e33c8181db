import System

/// What happens on a stream; all calls come on its loop.
package protocol SocketStreamDelegate: AnyObject {
    /// Bytes from the wire, valid during the call. (A TLS layer would sit between this and the parser.)
    func streamDidReceive(_ bytes: UnsafeRawBufferPointer)
    /// The socket took bytes; `pendingBytes` are left. Also after each write that was taken at once.
    func streamDidSend(pendingBytes: Int)
    /// The other side ended its direction or the connection broke. Nothing more is received. After an end without an
    /// error writing goes on, and may still end in one.
    func streamDidEnd(isError: Bool)
    /// The descriptor is closed; the last call.
    func streamDidClose()
}

/// A connected non-blocking socket on an event loop.
///
/// Threads: everything on the loop. Events are edge-triggered: each says that something has changed, so what is ready
/// is remembered here (`mayHaveInput`, `isBlocked`) and used until the call would block.
package final class SocketStream: DescriptorHandler, @unchecked Sendable {
    // SAFETY: all state is touched on `loop` only.

    /// Reads of one turn; a client that sends faster than we read leaves the others theirs.
    private static let readsPerTurnMax = 16

    private let loop: EventLoop
    private let raw: Int32
    private let isUnix: Bool
    private var descriptor: FileDescriptor?
    private var isWatched = false
    private var isReading = false
    private var wantsToRead = true
    /// The kernel may hold bytes, or the end, that were not read.
    private var mayHaveInput = false
    /// More than data waits in the kernel: the end or an error, which a short read does not reach.
    private var isEnding = false
    /// The last write would have blocked, and no event has come since.
    private var isBlocked = false
    private var hasEnded = false
    private var hasFailed = false
    private var isClosed = false
    private var output: [[UInt8]] = []
    private var outputIndex = 0  // first array of `output` with bytes to send
    private var outputOffset = 0  // bytes of it already sent
    private var delegate: (any SocketStreamDelegate)?
    private var writtenBytes = 0  // ever handed to `write`
    private var takenBytes = 0  // of those, known to be acknowledged

    /// Bytes handed to `write` and not yet taken by the socket.
    package private(set) var pendingBytes = 0
    /// When the socket or the client's system last took bytes, or `write` was called with nothing pending; monotonic
    /// seconds.
    package private(set) var lastProgressSeconds = 0.0
    /// The connection is known to be broken; input that came before may still be read.
    package private(set) var isBroken = false
    /// Reading is paused by `pauseReading`.
    package var isPaused: Bool { !wantsToRead }

    /// Takes a connection over. The delegate is retained from `start` to `streamDidClose`.
    package init(_ accepted: consuming Listener.Accepted, loop: EventLoop) {
        self.loop = loop
        raw = accepted.descriptor.raw
        isUnix = accepted.isUnix
        descriptor = accepted.takeDescriptor()
    }

    /// Starts to read. A connection that the system cannot watch is broken.
    package func start(delegate: any SocketStreamDelegate) {
        loop.assertIsCurrent()
        self.delegate = delegate
        do throws(SocketError) {
            try loop.watch(raw, self)
            isWatched = true
        } catch {
            end(isError: true)
        }
    }

    /// Writes what waits and reads what has come.
    package func descriptorIsReady(_ readiness: Readiness) {
        if readiness.isWritable, isBlocked {
            isBlocked = false
            if pendingBytes > 0 { sendAll() }
        }
        guard readiness.isReadable, !isClosed else { return }
        mayHaveInput = true
        if readiness.isEnding { isEnding = true }
        if readiness.isBroken { isBroken = true }
        if wantsToRead, !hasEnded {
            readUntilWouldBlock()
        } else if isBroken {
            end(isError: true)  // nobody reads that would find it out
        }
    }

    // MARK: Reading

    /// Back-pressure: the kernel's window fills and the client has to wait.
    package func pauseReading() { wantsToRead = false }

    /// Reads what has come in meanwhile, then waits for more.
    package func resumeReading() {
        guard !wantsToRead, !isClosed else { return }
        wantsToRead = true
        readUntilWouldBlock()
    }

    private func readUntilWouldBlock() {
        guard !isReading else { return }
        isReading = true
        defer { isReading = false }
        var reads = 0
        while mayHaveInput, wantsToRead, !isClosed, !hasEnded {
            guard reads < Self.readsPerTurnMax else { return loop.revisit(raw) }
            reads += 1
            let scratch = loop.scratch
            switch systemCall({ recv(raw, scratch.baseAddress, scratch.count, 0) }) {
            case .value(0): end(isError: false)
            case .value(let count):
                // A short read has emptied a stream socket (epoll(7)); what comes later is an event of its own.
                if count < scratch.count, !isEnding { mayHaveInput = false }
                delegate?.streamDidReceive(UnsafeRawBufferPointer(rebasing: scratch[0..<count]))
            case .wouldBlock: mayHaveInput = false
            case .failure: end(isError: true)
            }
        }
    }

    private func end(isError: Bool) {
        // A direction that ended in an orderly way can still break when we write.
        guard !hasEnded || (isError && !hasFailed) else { return }
        hasEnded = true
        hasFailed = isError
        delegate?.streamDidEnd(isError: isError)
    }

    // MARK: Writing

    /// Lets the kernel take as much as it can hold: before the process ends, what it holds still reaches a slow reader.
    package func lendKernelBuffers() {
        guard !isClosed else { return }
        // Both are best effort, for a bound of the system may be lower.
        try? descriptor?.setOption(Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, .max)
        try? descriptor?.setOption(SOL_SOCKET, SO_SNDBUF, Self.lentBytes)
        if pendingBytes > 0 { sendAll() }
    }

    private static let lentBytes: Int32 = 4 * 1024 * 1024

    /// Queues bytes; `flush` sends them, all queued arrays by one call.
    package func write(_ bytes: [UInt8]) {
        guard !isClosed, !bytes.isEmpty else { return }
        if pendingBytes == 0 { lastProgressSeconds = Clock.monotonicSeconds() }
        pendingBytes += bytes.count
        writtenBytes += bytes.count
        output.append(bytes)
    }

    /// Asks the kernel how far the client is. What `send` takes says little of that: it takes again only when half of
    /// its `TCP_NOTSENT_LOWAT` is free, so a steady reader of 1 kB/s would seem to stand still for a minute at a time.
    ///
    /// The other end of a Unix domain socket has the same system: once we hold nothing more for it, all has arrived,
    /// as what a TCP client's system has acknowledged, whether or not the client has read it.
    ///
    /// - Returns: bytes that the client's system has acknowledged since the last call, and bytes it still has to, here
    ///   and in the kernel (SIOCOUTQ, tcp(7)). Costs a system call only while there are any.
    package func observeReader() -> (takenBytes: Int, owedBytes: Int) {
        guard writtenBytes > takenBytes, !isClosed else { return (0, 0) }
        var queuedBytes: Int32 = 0
        if !isUnix || pendingBytes > 0 {
            guard case .value = systemCall({ ioctl(raw, UInt(TIOCOUTQ), &queuedBytes) }) else { return (0, 0) }
        }
        // For a Unix domain socket the kernel counts its own overhead, too: hence the `max`.
        let now = max(takenBytes, writtenBytes - pendingBytes - Int(queuedBytes))
        defer { takenBytes = now }
        if now > takenBytes { lastProgressSeconds = Clock.monotonicSeconds() }
        return (now - takenBytes, writtenBytes - now)
    }

    /// Sends until done or until the socket would block; the rest follows by itself.
    package func flush() {
        guard !isClosed, pendingBytes > 0, !isBlocked else { return }
        sendAll()
    }

    private func sendAll() {
        while pendingBytes > 0, !isClosed {
            switch sendSome() {
            case .value(let count):
                pendingBytes -= count
                lastProgressSeconds = Clock.monotonicSeconds()
                dropSent(count)
            case .wouldBlock:
                isBlocked = true  // an event says when that has changed
                delegate?.streamDidSend(pendingBytes: pendingBytes)
                return
            case .failure:
                dropOutput()
                end(isError: true)
                return
            }
        }
        if !isClosed { delegate?.streamDidSend(pendingBytes: 0) }
    }

    private func sendSome() -> CallResult {
        let flags = FileDescriptor.noSignal
        if output.count - outputIndex == 1 {
            return output[outputIndex].withUnsafeBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[outputOffset...])
                return systemCall { send(raw, rest.baseAddress, rest.count, flags) }
            }
        }
        // SAFETY: the pointers are used while `sendmsg` runs, and `output` keeps the arrays alive and unchanged.
        let count = min(output.count - outputIndex, 16)
        return withUnsafeTemporaryAllocation(of: iovec.self, capacity: count) { vectors in
            func fill(_ index: Int) -> CallResult {
                guard index < count else {
                    var message = msghdr()
                    message.msg_iov = vectors.baseAddress
                    message.msg_iovlen = count
                    return systemCall { sendmsg(raw, &message, flags) }
                }
                return output[outputIndex + index].withUnsafeBytes { bytes in
                    let skip = index == 0 ? outputOffset : 0
                    vectors[index] = iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress?.advanced(by: skip)),
                        iov_len: bytes.count - skip)
                    return fill(index + 1)
                }
            }
            return fill(0)
        }
    }

    private func dropOutput() {
        output = []
        outputIndex = 0
        outputOffset = 0
        pendingBytes = 0
    }

    private func dropSent(_ count: Int) {
        var left = count
        while left > 0 {
            let rest = output[outputIndex].count - outputOffset
            guard left >= rest else {
                outputOffset += left
                return
            }
            left -= rest
            output[outputIndex] = []
            outputIndex += 1
            outputOffset = 0
        }
        if outputIndex == output.count {
            output.removeAll(keepingCapacity: outputIndex < 8)
            outputIndex = 0
        } else if outputIndex > 64 {
            output.removeFirst(outputIndex)
            outputIndex = 0
        }
    }

    /// Tells the client that nothing more comes (FIN); call with nothing pending.
    ///
    /// - Parameter stallSeconds: how long the kernel, which outlives our close with what it holds, waits for a client
    ///   that takes nothing (TCP_USER_TIMEOUT, tcp(7)); without it a closed window with answered probes keeps it for
    ///   minutes.
    package func shutdownOutput(stallSeconds: Double) {
        guard !isClosed else { return }
        // Best effort, for a Unix domain socket knows no such thing.
        try? descriptor?.setOption(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, Int32(min(stallSeconds, 86_400) * 1000))
        _ = systemCall { shutdown(raw, Int32(SHUT_WR)) }
    }

    // MARK: Closing

    /// Drops pending output and closes the descriptor.
    ///
    /// - Parameter resets: drops what the kernel holds, too, which else would be kept for a client that acknowledges
    ///   the kernel's probes and takes nothing, for as long as it likes.
    package func close(resets: Bool = false) {
        guard !isClosed else { return }
        if resets { descriptor?.resetOnClose() }
        isClosed = true
        dropOutput()
        if isWatched { loop.forget(raw) }
        descriptor = nil  // which takes it out of epoll
        let delegate = delegate.take()
        delegate?.streamDidClose()
    }
}

extension Listener.Accepted {
    consuming func takeDescriptor() -> FileDescriptor { descriptor }
}
