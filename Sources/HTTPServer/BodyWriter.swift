package import Compression
import HTTP1
import Synchronization

/// Writes a streamed response. Each write is sent promptly; writes made while earlier ones are on their way
/// to the loop share a system call.
package final class BodyWriter: Sendable {
    private typealias Outcome = Result<Void, HTTPServerError>

    private struct State {
        var pending: [UInt8] = []  // framed, not yet taken by the loop
        var inFlightBytes = 0  // taken by the loop, not yet by the socket
        var isFlushScheduled = false
        var failure: HTTPServerError?
        var waiter: CheckedContinuation<Outcome, Never>?
    }

    private let state = Mutex(State())
    private let isChunked: Bool
    private let highWaterBytes: Int
    private let lowWaterBytes: Int
    private let compressor: GzipCompressor?
    private let onFlush: @Sendable () -> Void

    /// - Parameters:
    ///   - isChunked: each write becomes a chunk (RFC 9112 7.1).
    ///   - highWaterBytes: with more than this waiting, a write suspends.
    ///   - lowWaterBytes: with no more than this waiting, it goes on.
    ///   - compressor: compresses what is written; nil: nothing does.
    ///   - onFlush: called on the handler's thread when there is something to take.
    package init(
        isChunked: Bool, highWaterBytes: Int, lowWaterBytes: Int, compressor: GzipCompressor?,
        onFlush: @escaping @Sendable () -> Void
    ) {
        self.compressor = compressor
        self.isChunked = isChunked
        self.highWaterBytes = highWaterBytes
        self.lowWaterBytes = lowWaterBytes
        self.onFlush = onFlush
    }

    // MARK: The handler's side (one task at a time)

    /// Sends `bytes`; empty ones are nothing. Suspends while more than the high-water mark waits for the client.
    /// If the response is compressed, the client can expand all of it once it has what this call sends.
    /// - Throws: `.clientGone` once the client left or the task is cancelled; stop computing then.
    package func write(_ bytes: [UInt8]) async throws(HTTPServerError) {
        guard !bytes.isEmpty else { return }
        try await send(compressor?.flush(bytes[...]) ?? bytes)
    }

    /// The producer has returned: sends what ends the compression.
    ///
    /// - Throws: as `write`.
    package func finish() async throws(HTTPServerError) {
        guard let compressor else { return }
        try await send(compressor.finish())
    }

    private func send(_ bytes: [UInt8]) async throws(HTTPServerError) {
        guard !Task.isCancelled else { throw .clientGone }
        let (failure, schedules, isOver) = state.withLock { state -> (HTTPServerError?, Bool, Bool) in
            if let failure = state.failure { return (failure, false, false) }
            if isChunked {
                ResponseEncoder.appendChunk(bytes, to: &state.pending)
            } else {
                state.pending.append(contentsOf: bytes)
            }
            defer { state.isFlushScheduled = true }
            return (nil, !state.isFlushScheduled, state.pending.count + state.inFlightBytes > highWaterBytes)
        }
        if let failure { throw failure }
        if schedules { onFlush() }
        if isOver { try await wait().get() }
    }

    private func wait() async -> Outcome {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome = state.withLock { state -> Outcome? in
                    if let failure = state.failure { return .failure(failure) }
                    if Task.isCancelled { return .failure(.clientGone) }
                    if state.pending.count + state.inFlightBytes <= highWaterBytes { return .success(()) }
                    guard state.waiter == nil else { return .failure(.misuse(detail: "two writers of one response")) }
                    state.waiter = continuation
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            fail(.clientGone)
        }
    }

    // MARK: The connection's side (on its loop)

    /// Framed bytes to send now.
    package func takePending() -> [UInt8] {
        state.withLock { state in
            let bytes = state.pending
            state.pending = []
            state.isFlushScheduled = false
            state.inFlightBytes += bytes.count
            return bytes
        }
    }

    /// The socket took bytes; `pendingBytes` are left.
    package func didSend(pendingBytes: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
            state.inFlightBytes = pendingBytes
            guard state.pending.count + pendingBytes <= lowWaterBytes else { return nil }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: .success(()))
    }

    /// Every write from now on fails with `error`.
    package func fail(_ error: HTTPServerError) {
        let waiter = state.withLock { state in
            if state.failure == nil { state.failure = error }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: .failure(error))
    }
}
