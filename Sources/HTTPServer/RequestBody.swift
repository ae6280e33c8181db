package import Compression
import Synchronization

/// The content of a request, read by its handler and filled by the connection, with back-pressure: while
/// `bodyBufferBytesMax` bytes wait here, the socket is not read.
package final class RequestBody: Sendable {
    private typealias Outcome = Result<[UInt8]?, HTTPServerError>

    private struct State {
        var buffered: [UInt8] = []
        var isComplete = false
        var failure: HTTPServerError?
        var waiter: CheckedContinuation<Outcome, Never>?
        var wantsDemand: Bool  // the connection waits to hear that the handler reads
    }

    private let state: Mutex<State>
    private let bufferBytesMax: Int
    private let onDemand: (@Sendable () -> Void)?
    private let decompressor: Decompressor?

    /// A body without content.
    package static let empty = RequestBody(bytes: [])

    /// A complete body; for tests that call handlers directly.
    package init(bytes: [UInt8]) {
        state = Mutex(State(buffered: bytes, isComplete: true, wantsDemand: false))
        bufferBytesMax = .max
        onDemand = nil
        decompressor = nil
    }

    /// A body that is still to come.
    ///
    /// - Parameters:
    ///   - bufferBytesMax: held for a handler that is not reading; then the connection has to stop.
    ///   - announcesFirstRead: call `onDemand` at the first read too (100-continue).
    ///   - decompressor: expands the content, on the reader's thread; nil: it is plain.
    ///   - onDemand: called on the reader's thread when the connection should go on reading.
    package init(
        bufferBytesMax: Int, announcesFirstRead: Bool, decompressor: Decompressor?,
        onDemand: @escaping @Sendable () -> Void
    ) {
        self.decompressor = decompressor
        state = Mutex(State(wantsDemand: announcesFirstRead))
        self.bufferBytesMax = bufferBytesMax
        self.onDemand = onDemand
    }

    // MARK: The handler's side (one task at a time)

    /// The next bytes, expanded, never empty, or nil at the end.
    /// - Throws: `.bodyTooLarge`, `.expandsTooMuch`, `.badRequest` for corrupted compression, `.protocolFault`,
    ///   `.timeout`, or `.clientGone` when the client left or the task is cancelled.
    package func next() async throws(HTTPServerError) -> [UInt8]? {
        guard let decompressor else { return try await nextAsSent() }
        while true {
            do throws(CompressionError) {
                let bytes = try decompressor.next()
                guard bytes.isEmpty else { return bytes }
            } catch {
                throw HTTPServerError(error)
            }
            if let bytes = try await nextAsSent() {
                decompressor.feed(bytes)
                continue
            }
            do throws(CompressionError) {
                try decompressor.finish()
                return nil
            } catch {
                throw HTTPServerError(error)
            }
        }
    }

    private func nextAsSent() async throws(HTTPServerError) -> [UInt8]? {
        let (outcome, demand) = state.withLock { state -> (Outcome?, Bool) in
            let outcome = Self.take(&state)
            guard outcome == nil || state.wantsDemand else { return (outcome, false) }
            defer { state.wantsDemand = false }
            return (outcome, state.wantsDemand)
        }
        if demand { onDemand?() }
        if let outcome { return try outcome.get() }
        return try await wait().get()
    }

    /// The whole content.
    /// - Throws: as `next`, and `.bodyTooLarge` beyond `sizeBytesMax`.
    package func collect(sizeBytesMax: Int) async throws -> [UInt8] {
        let sent = try await collectAsSent(sizeBytesMax: sizeBytesMax) { _ in }
        return isCoded ? try expand(sent, sizeBytesMax: sizeBytesMax) { _ in } : sent
    }

    /// The content is compressed.
    package var isCoded: Bool { decompressor != nil }

    /// The whole content as it was sent; if `isCoded`, it is for `expand`.
    ///
    /// - Parameters:
    ///   - expectedSizeBytes: what the client has announced, so that there is one allocation; 0 if nothing.
    ///   - willHold: hears of bytes before they are kept; what it throws ends the reading.
    /// - Throws: as `next`, `.bodyTooLarge` beyond `sizeBytesMax`, and what `willHold` throws.
    package func collectAsSent(
        sizeBytesMax: Int, expectedSizeBytes: Int = 0, willHold: (_ sizeBytes: Int) throws -> Void
    ) async throws -> [UInt8] {
        var all: [UInt8] = []
        while let bytes = try await nextAsSent() {
            guard bytes.count <= sizeBytesMax - all.count else {
                throw HTTPServerError.bodyTooLarge(limitBytes: sizeBytesMax)
            }
            try willHold(bytes.count)
            if all.isEmpty, bytes.count >= expectedSizeBytes {
                all = bytes
            } else {
                if all.isEmpty { all.reserveCapacity(min(expectedSizeBytes, sizeBytesMax)) }
                all.append(contentsOf: bytes)
            }
        }
        return all
    }

    /// Expands all that was sent. Takes its time: for a thread that may be busy.
    ///
    /// - Parameters:
    ///   - sent: of `collectAsSent`.
    ///   - willHold: hears of bytes before they are kept.
    /// - Throws: as `next`, `.bodyTooLarge` beyond `sizeBytesMax`, and what `willHold` throws.
    package func expand(_ sent: [UInt8], sizeBytesMax: Int, willHold: (_ sizeBytes: Int) throws -> Void) throws
        -> [UInt8]
    {
        guard let decompressor else { return sent }
        var all: [UInt8] = []
        do {
            decompressor.feed(sent)
            while case let bytes = try decompressor.next(), !bytes.isEmpty {
                guard bytes.count <= sizeBytesMax - all.count else {
                    throw HTTPServerError.bodyTooLarge(limitBytes: sizeBytesMax)
                }
                // An array that is full doubles.
                try willHold(all.count + bytes.count > all.capacity ? max(all.capacity, bytes.count) : 0)
                all.append(contentsOf: bytes)
            }
            if !sent.isEmpty { try decompressor.finish() }
            return all
        } catch let error as CompressionError {
            throw HTTPServerError(error)
        }
    }

    private static func take(_ state: inout State) -> Outcome? {
        if !state.buffered.isEmpty {
            let bytes = state.buffered
            state.buffered = []
            return .success(bytes)
        }
        if let failure = state.failure { return .failure(failure) }
        return state.isComplete ? .success(nil) : nil
    }

    private func wait() async -> Outcome {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome = state.withLock { state -> Outcome? in
                    if let outcome = Self.take(&state) { return outcome }
                    if Task.isCancelled { return .failure(.clientGone) }
                    guard state.waiter == nil else {
                        return .failure(.misuse(detail: "two readers of one request body"))
                    }
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

    /// Hands bytes over.
    /// - Returns: whether to stop reading until `onDemand`.
    package func push(_ bytes: [UInt8]) -> Bool {
        let (waiter, isFull) = state.withLock { state -> (CheckedContinuation<Outcome, Never>?, Bool) in
            if let waiter = state.waiter {
                state.waiter = nil
                return (waiter, false)
            }
            guard state.failure == nil else { return (nil, false) }
            if state.buffered.isEmpty { state.buffered = bytes } else { state.buffered.append(contentsOf: bytes) }
            state.wantsDemand = state.wantsDemand || state.buffered.count >= bufferBytesMax
            return (nil, state.buffered.count >= bufferBytesMax)
        }
        waiter?.resume(returning: .success(bytes))
        return isFull
    }

    /// The content is complete.
    package func finish() {
        let waiter = state.withLock { state in
            state.isComplete = true
            state.wantsDemand = false
            return Self.takeWaiter(&state)
        }
        waiter?.resume(returning: .success(nil))
    }

    /// Nothing more will come; what is buffered can still be read.
    package func fail(_ error: HTTPServerError) {
        let waiter = state.withLock { state in
            if state.failure == nil, !state.isComplete { state.failure = error }
            return Self.takeWaiter(&state)
        }
        waiter?.resume(returning: .failure(error))
    }

    private static func takeWaiter(_ state: inout State) -> CheckedContinuation<Outcome, Never>? {
        defer { state.waiter = nil }
        return state.waiter
    }
}

extension HTTPServerError {
    fileprivate init(_ error: CompressionError) {
        switch error {
        case .tooLarge(let limit): self = .bodyTooLarge(limitBytes: limit)
        case .ratio(let limit): self = .expandsTooMuch(ratioMax: limit)
        case .truncated, .corrupted, .trailingBytes: self = .badRequest(detail: error.description)
        case .outOfMemory: self = .overloaded(retryAfterSeconds: 1)
        }
    }
}
