import Compression

/// Compressed bytes, whole and cut: the same output or error within the limits, and no trap.
private func expand(_ bytes: ArraySlice<UInt8>, _ format: Decompressor.Format, cut: Int) -> (
    output: [UInt8], error: CompressionError?
) {
    var output: [UInt8] = []
    do throws(CompressionError) {
        let decompressor = try Decompressor(format, outputBytesMax: 1 << 18, ratioMax: 1032)
        var rest = bytes
        while !rest.isEmpty {
            decompressor.feed(Array(rest.prefix(cut)))
            rest = rest.dropFirst(cut)
            while case let piece = try decompressor.next(), !piece.isEmpty {
                precondition(piece.count <= Decompressor.outputPieceBytesMax, "too large a piece")
                output += piece
            }
        }
        try decompressor.finish()
        return (output, nil)
    } catch {
        return (output, error)
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let data, count > 0 else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: data + 1, count: count - 1))[...]
    let format: Decompressor.Format = data[0] & 1 == 1 ? .gzip : .zlib
    let whole = expand(bytes, format, cut: max(1, bytes.count))
    let parts = expand(bytes, format, cut: 1 + Int(data[0] >> 3))
    precondition(whole.error == parts.error, "the cuts make a difference")
    precondition(whole.output.count <= 1 << 18, "beyond the limit")
    // Before an error the pieces may end earlier or later.
    precondition(whole.error != nil || whole.output == parts.output, "the cuts make a difference")
    return 0
}
