import CZlib

/// Expands gzip or zlib data piece by piece, within limits.
///
///     feed(bytes) → next() → bytes … next() → [] → feed(bytes) … → finish()
///
/// Pull-driven: `next` gives at most `outputPieceBytesMax` at a time, so that little input never becomes much memory.
package final class Decompressor: @unchecked Sendable {
    // SAFETY: used by one task at a time, the one that reads the body; `stream` is owned and freed once.

    /// How the data are wrapped.
    package enum Format: Sendable {
        /// RFC 1952: one member, or several one behind the other (2.2).
        case gzip
        /// RFC 1950, which HTTP calls deflate (RFC 9110 8.4.1.2).
        case zlib
    }

    /// The most that one `next` gives, in bytes.
    package static let outputPieceBytesMax = 64 * 1024
    /// Output up to which the ratio does not matter: short texts may well be all alike.
    private static let ratioGraceBytes = 1 << 20

    private let format: Format
    private let outputBytesMax: Int
    private let ratioMax: Int
    private let stream: UnsafeMutablePointer<z_stream>
    private var input: [UInt8] = []
    private var inputOffset = 0
    private var inputBytes = 0
    private var outputBytes = 0
    /// zlib may hold output that did not fit.
    private var hasMore = false
    /// Between two members, or behind the last.
    private var isAtEnd = false
    private var failure: CompressionError?

    /// - Parameters:
    ///   - outputBytesMax: the most output in bytes.
    ///   - ratioMax: the most output for each byte of input, beyond a first MiB. Deflate's own bound is 1032.
    /// - Throws: `CompressionError.outOfMemory`.
    package init(_ format: Format, outputBytesMax: Int, ratioMax: Int) throws(CompressionError) {
        self.format = format
        self.outputBytesMax = outputBytesMax
        self.ratioMax = ratioMax
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15: the largest window, which every sender may use; 16 more: gzip's wrapping.
        guard rondo_inflate_init(stream, format == .gzip ? 15 + 16 : 15) == Z_OK else { throw .outOfMemory }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Hands input over; only when `next` has given nothing, or has failed.
    package func feed(_ bytes: [UInt8]) {
        guard failure == nil else { return }
        precondition(inputOffset == input.count && !hasMore, "input is fed before the last is used up")
        input = bytes
        inputOffset = 0
    }

    /// The next output; empty when more input is needed.
    /// - Throws: what is wrong, and the same again on every later call.
    package func next() throws(CompressionError) -> [UInt8] {
        if let failure { throw failure }
        do throws(CompressionError) {
            return try expand()
        } catch {
            failure = error
            throw error
        }
    }

    private func expand() throws(CompressionError) -> [UInt8] {
        while inputOffset < input.count || hasMore {
            if isAtEnd { try beginMember() }
            let output = try inflateSome()
            guard !output.isEmpty else { continue }
            outputBytes += output.count
            guard outputBytes <= outputBytesMax else { throw .tooLarge(limitBytes: outputBytesMax) }
            let (allowed, overflows) = (inputBytes + inputOffset).multipliedReportingOverflow(by: ratioMax)
            guard overflows || outputBytes <= max(allowed, Self.ratioGraceBytes) else { throw .ratio(limit: ratioMax) }
            return output
        }
        inputBytes += input.count
        input = []
        inputOffset = 0
        return []
    }

    /// The input is complete.
    /// - Throws: `CompressionError.truncated`.
    package func finish() throws(CompressionError) {
        if let failure { throw failure }
        guard isAtEnd else { throw .truncated }
    }

    private func beginMember() throws(CompressionError) {
        // The first byte of a member's magic number: with another it is none, and not worth zlib's words.
        guard format == .gzip, input[inputOffset] == 0x1F else { throw .trailingBytes }
        inflateReset(stream)
        isAtEnd = false
    }

    private func inflateSome() throws(CompressionError) -> [UInt8] {
        var code = Z_OK
        let capacity = min(Self.outputPieceBytesMax, max(1024, (input.count - inputOffset) * 8))
        let output = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            input.withUnsafeBufferPointer { bytes in
                let rest = UnsafeBufferPointer(rebasing: bytes[inputOffset...])
                // SAFETY: zlib only reads what its pointer, for want of `const`, could write.
                stream.pointee.next_in = UnsafeMutablePointer(mutating: rest.baseAddress)
                stream.pointee.avail_in = UInt32(clamping: rest.count)
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = UInt32(capacity)
                code = inflate(stream, Z_NO_FLUSH)
                inputOffset += rest.count - Int(stream.pointee.avail_in)
                count = capacity - Int(stream.pointee.avail_out)
            }
        }
        hasMore = stream.pointee.avail_out == 0
        switch code {
        case Z_OK: break
        case Z_STREAM_END:
            isAtEnd = true
            hasMore = false
        case Z_BUF_ERROR: hasMore = false  // nothing to do: all of the input is used, no output is left
        case Z_MEM_ERROR: throw .outOfMemory
        default:
            let reason = code == Z_NEED_DICT ? "a preset dictionary" : stream.pointee.msg.map { String(cString: $0) }
            throw .corrupted(reason: reason ?? "not of the format")
        }
        return output
    }
}
