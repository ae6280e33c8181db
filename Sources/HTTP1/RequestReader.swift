import HTTPTypes

/// The pure parser of one connection's input: bytes in, events out.
///
///     head ──head──► body ──body*, end──► head …
///       └─fault──► failed ◄──fault──┘
///
/// Pull-driven: `append` only stores, `next` takes one event. A caller that waits with `next` until the response
/// is complete gets pipelined requests one after the other. Events do not depend on how the bytes were segmented
/// (runs of `.body` joined). After a fault nothing more is parsed.
package struct RequestReader: Sendable {
    /// What the input holds next.
    package enum Event: Sendable, Equatable {
        /// More bytes are needed.
        case needMore
        /// A complete head; its content follows.
        case head(RequestHead)
        /// Content, decoded; never empty.
        case body([UInt8])
        /// The request is complete.
        case end
    }

    private enum State {
        case head
        case length(left: Int)
        case chunked(ChunkedDecoder)
        case failed(ProtocolFault)
    }

    private var state = State.head
    private var parser: HeadParser
    private var buffer: [UInt8] = []
    private var offset = 0
    private var scanned = 0  // bytes from `offset` on in which no LF was found
    private var bodyBytes = 0

    /// The most content the request under way may have; set it after `.head` to the route's limit.
    package var bodyBytesMax: Int

    /// A reader at the start of a connection.
    package init(limits: HTTPLimits) {
        parser = HeadParser(limits: limits)
        bodyBytesMax = limits.bodyBytesMax
    }

    /// Kept once for each connection: they are a third of its memory.
    var limits: HTTPLimits { parser.limits }
    /// Bytes stored and not yet parsed.
    package var bufferedBytes: Int { buffer.count - offset }
    /// What the buffer takes, in bytes.
    var bufferSizeBytes: Int { buffer.capacity }
    /// Nothing of a next request has arrived.
    package var isAtStart: Bool {
        if case .head = state { return bufferedBytes == 0 && parser.isAtStart }
        return false
    }
    /// The content still to come if the head said how much, else nil.
    package var contentLengthLeft: Int? {
        if case .length(let left) = state { return left }
        return nil
    }

    /// Stores input. The caller bounds it by not reading on (`inputBufferBytesMax`).
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if offset > 0 {
            if offset == buffer.count {
                buffer.removeAll(keepingCapacity: true)
            } else {
                buffer.removeSubrange(0..<offset)
            }
            offset = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// Gives the buffer's memory back if it is empty.
    package mutating func releaseMemory() {
        guard bufferedBytes == 0, buffer.capacity > 0 else { return }
        buffer = []
        offset = 0
    }

    /// The next event.
    /// - Throws: `ProtocolFault`, and the same again on every later call.
    package mutating func next() throws(ProtocolFault) -> Event {
        do throws(ProtocolFault) {
            switch state {
            case .failed(let fault): throw fault
            case .head: return try nextHead()
            case .length(let left): return nextOfLength(left)
            case .chunked(var decoder): return try nextChunked(&decoder)
            }
        } catch {
            state = .failed(error)
            buffer = []
            offset = 0
            throw error
        }
    }

    // MARK: Head

    private mutating func nextHead() throws(ProtocolFault) -> Event {
        while true {
            // A first byte that cannot begin a method (a TLS hello, say) is refused at once.
            if parser.isAtStart, bufferedBytes > 0 {
                let byte = buffer[offset]
                guard byte == 0x0D || Octets.table[Int(byte)] & Octets.token != 0 else {
                    throw .bad("the first byte is not a request")
                }
            }
            let range: Range<Int>
            switch try nextLine(bytesMax: parser.lineBytesMax) {
            case .needMore: return .needMore
            case .tooLong: throw parser.lineFault
            case .line(let found): range = found
            }
            guard let head = try Self.withLine(buffer, range, { line throws(ProtocolFault) in try parser.take(line) })
            else {
                continue
            }
            bodyBytes = 0
            bodyBytesMax = limits.bodyBytesMax
            switch head.framing {
            case .length(let length): state = .length(left: length)
            case .chunked: state = .chunked(ChunkedDecoder())
            }
            return .head(head)
        }
    }

    // MARK: Content

    private mutating func nextOfLength(_ left: Int) -> Event {
        guard left > 0 else {
            state = .head
            return .end
        }
        let count = min(left, bufferedBytes)
        guard count > 0 else { return .needMore }
        state = .length(left: left - count)
        return .body(takeBytes(count))
    }

    private mutating func nextChunked(_ decoder: inout ChunkedDecoder) throws(ProtocolFault) -> Event {
        let limits = limits
        var content: [UInt8] = []
        do throws(ProtocolFault) {
            loop: while true {
                if case .data(let left) = decoder.state {
                    let count = min(left, bufferedBytes)
                    guard count > 0 else { break loop }
                    content.append(contentsOf: buffer[offset..<(offset + count)])
                    advance(count)
                    decoder.takeData(count)
                    continue
                }
                let range: Range<Int>
                switch try nextLine(bytesMax: decoder.lineBytesMax(limits)) {
                case .needMore: break loop
                case .tooLong: throw decoder.lineFault
                case .line(let found): range = found
                }
                let isEnd = try Self.withLine(buffer, range) { line throws(ProtocolFault) in
                    try decoder.takeLine(line, limits)
                }
                if case .data(let size) = decoder.state {
                    // Decided by the size line, before any of the chunk: the same however it is segmented.
                    guard size <= bodyBytesMax - bodyBytes else {
                        throw ProtocolFault(.contentTooLarge, "the content is longer than \(bodyBytesMax) bytes")
                    }
                    bodyBytes += size
                }
                if isEnd {
                    state = content.isEmpty ? .head : .length(left: 0)
                    return content.isEmpty ? .end : .body(content)
                }
            }
        } catch {
            // What came before the fault is delivered first, so that segmentation makes no difference.
            guard !content.isEmpty else { throw error }
            state = .failed(error)
            return .body(content)
        }
        state = .chunked(decoder)
        return content.isEmpty ? .needMore : .body(content)
    }

    // MARK: Bytes

    private enum Line {
        case line(Range<Int>)  // without its CRLF
        case needMore
        case tooLong
    }

    /// Finds the next line and consumes it.
    private mutating func nextLine(bytesMax: Int) throws(ProtocolFault) -> Line {
        let start = offset
        guard let feed = buffer[(start + scanned)...].firstIndex(of: 0x0A) else {
            scanned = buffer.count - start
            // One byte more may be the CR of the line end.
            return scanned <= bytesMax + 1 ? .needMore : .tooLong
        }
        scanned = 0
        guard feed - start <= bytesMax + 1 else { return .tooLong }
        // RFC 9112 2.2: LF alone may be accepted as a line end; two readings of one message are what we refuse.
        guard feed > start, buffer[feed - 1] == 0x0D else { throw .bad("a line ends in a bare LF") }
        let line = start..<(feed - 1)
        guard !buffer[line].contains(0x0D) else { throw .bad("a bare CR") }
        offset = feed + 1
        return .line(line)
    }

    /// Static, with the buffer as an argument: the closure changes the rest of `self`, and would otherwise do so to a
    /// second copy, fields and all, of every line.
    private static func withLine<Value>(
        _ buffer: [UInt8], _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(ProtocolFault) -> Value
    ) throws(ProtocolFault) -> Value {
        let result: Result<Value, ProtocolFault> = buffer.withUnsafeBytes { bytes in
            do throws(ProtocolFault) {
                return .success(try body(UnsafeRawBufferPointer(rebasing: bytes[range])))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private mutating func takeBytes(_ count: Int) -> [UInt8] {
        if offset == 0, count == buffer.count {  // the whole buffer: no copy
            let all = buffer
            buffer = []
            return all
        }
        let taken = Array(buffer[offset..<(offset + count)])
        advance(count)
        return taken
    }

    private mutating func advance(_ count: Int) { offset += count }
}
