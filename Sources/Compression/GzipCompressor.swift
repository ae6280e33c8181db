import CZlib

/// Writes one gzip member (RFC 1952), piece by piece.
package final class GzipCompressor: @unchecked Sendable {
    // SAFETY: used by one task at a time, the one that writes the response; `stream` is owned and freed once.

    /// What is compressed: memory against size.
    package enum Purpose: Sendable {
        /// All at once: the full window, about 270 kB while it lasts.
        case document
        /// For as long as a client listens: a window of 4 kB, about 40 kB for each.
        case events
    }

    /// The version of zlib that is loaded.
    package static var libraryVersion: String { String(cString: zlibVersion()) }

    private let stream: UnsafeMutablePointer<z_stream>

    /// - Throws: `CompressionError.outOfMemory`.
    package init(_ purpose: Purpose) throws(CompressionError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // Level 4 is where zlib turns from fast to small: two thirds of level 6's time for 3 % more bytes of JSON.
        let (windowBits, memoryLevel): (Int32, Int32) = purpose == .document ? (15, 8) : (12, 5)
        guard rondo_deflate_init(stream, 4, windowBits + 16, memoryLevel) == Z_OK else { throw .outOfMemory }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Compresses without an end; zlib may keep some back.
    package func compress(_ bytes: ArraySlice<UInt8>) -> [UInt8] { run(bytes, Z_NO_FLUSH) }

    /// Compresses, and gives everything, so that the reader can see all of it now.
    package func flush(_ bytes: ArraySlice<UInt8>) -> [UInt8] { run(bytes, Z_SYNC_FLUSH) }

    /// The rest with the member's end.
    package func finish(_ bytes: ArraySlice<UInt8> = []) -> [UInt8] { run(bytes, Z_FINISH) }

    private func run(_ bytes: ArraySlice<UInt8>, _ mode: Int32) -> [UInt8] {
        var output: [UInt8] = []
        bytes.withUnsafeBufferPointer { input in
            // SAFETY: zlib only reads what its pointer, for want of `const`, could write.
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.pointee.avail_in = UInt32(input.count)
            var isFull = true
            while isFull {
                let room = min(64 * 1024, max(128, Int(stream.pointee.avail_in) / 2))
                output += [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                    stream.pointee.next_out = buffer.baseAddress
                    stream.pointee.avail_out = UInt32(room)
                    _ = deflate(stream, mode)
                    count = room - Int(stream.pointee.avail_out)
                }
                isFull = stream.pointee.avail_out == 0
            }
        }
        return output
    }
}
