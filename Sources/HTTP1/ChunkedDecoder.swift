import HTTPTypes

/// Decodes the chunked transfer coding (RFC 9112 7.1), a line or a run of data at a time.
///
///     size ──line──► data ──n bytes──► dataEnd ──CRLF──► size
///       └──"0" line──► trailers ──empty line──► (finished)
struct ChunkedDecoder {
    enum State: Equatable { case size, data(Int), dataEnd, trailers }

    private(set) var state = State.size
    private var extensionBytes = 0
    private var trailerBytes = 0
    private var trailerCount = 0

    /// The longest line that may come next; `lineFault` if it is longer. The limits are the caller's to keep: a copy
    /// here would be memory of every connection.
    func lineBytesMax(_ limits: HTTPLimits) -> Int {
        switch state {
        case .size: return 16 + limits.chunkExtensionBytesMax - extensionBytes
        case .trailers: return max(0, limits.trailerBytesMax - trailerBytes)
        case .data, .dataEnd: return 0
        }
    }
    var lineFault: ProtocolFault {
        switch state {
        case .size: return Self.extensionFault
        case .trailers: return ProtocolFault(.requestHeaderFieldsTooLarge, "the trailer section is too long")
        case .data, .dataEnd: return .bad("a chunk is longer than its size")
        }
    }
    private static let extensionFault = ProtocolFault(.contentTooLarge, "the chunk extensions are too long")

    /// Counts data bytes taken by the caller in state `.data`.
    mutating func takeData(_ count: Int) {
        guard case .data(let left) = state else { return }
        state = left > count ? .data(left - count) : .dataEnd
    }

    /// Takes a line without its CRLF.
    /// - Returns: true after the empty line that ends the body.
    mutating func takeLine(_ line: UnsafeRawBufferPointer, _ limits: HTTPLimits) throws(ProtocolFault) -> Bool {
        switch state {
        case .size:
            let size = try takeSize(line, limits)
            state = size > 0 ? .data(size) : .trailers
        case .data, .dataEnd:
            guard line.isEmpty else { throw lineFault }
            state = .size
        case .trailers:
            if line.isEmpty { return true }
            try takeTrailer(line, limits)
        }
        return false
    }

    private mutating func takeSize(_ line: UnsafeRawBufferPointer, _ limits: HTTPLimits) throws(ProtocolFault) -> Int {
        var size = 0
        var digits = 0
        while digits < line.count, let value = Octets.hexValue(line[digits]) {
            // RFC 9112 7.1: a recipient must anticipate large numerals and prevent overflow.
            guard digits < 15 else { throw .bad("a chunk size is too large") }
            size = size << 4 | Int(value)
            digits += 1
        }
        guard digits > 0 else { throw .bad("a chunk size is not a number") }
        guard digits < line.count else { return size }
        extensionBytes += line.count - digits
        guard extensionBytes <= limits.chunkExtensionBytesMax else { throw Self.extensionFault }
        try Self.validateExtensions(.init(rebasing: line[digits...]))
        return size
    }

    /// `*( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )` (RFC 9112 7.1.1); the content is ignored.
    private static func validateExtensions(_ bytes: UnsafeRawBufferPointer) throws(ProtocolFault) {
        let fault = ProtocolFault.bad("a malformed chunk extension")
        var index = 0
        func skipSpace() { while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 } }
        func skipToken() -> Bool {
            let start = index
            while index < bytes.count, Octets.table[Int(bytes[index])] & Octets.token != 0 { index += 1 }
            return index > start
        }
        while index < bytes.count {
            skipSpace()
            guard index < bytes.count, bytes[index] == UInt8(ascii: ";") else { throw fault }
            index += 1
            skipSpace()
            guard skipToken() else { throw fault }
            let afterName = index
            skipSpace()
            guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else {
                index = afterName
                continue
            }
            index += 1
            skipSpace()
            if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
                index += 1
                while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                    if bytes[index] == UInt8(ascii: "\\") { index += 1 }
                    guard index < bytes.count, Octets.table[Int(bytes[index])] & Octets.fieldValue != 0 else {
                        throw fault
                    }
                    index += 1
                }
                guard index < bytes.count else { throw fault }
                index += 1
            } else if !skipToken() {
                throw fault
            }
        }
    }

    /// Trailer fields (RFC 9112 7.1.2) are checked and dropped; those that would change framing or routing
    /// are refused (RFC 9110 6.5.1).
    private mutating func takeTrailer(_ line: UnsafeRawBufferPointer, _ limits: HTTPLimits) throws(ProtocolFault) {
        trailerBytes += line.count + 2
        trailerCount += 1
        guard trailerBytes <= limits.trailerBytesMax, trailerCount <= limits.trailerCountMax else { throw lineFault }
        let (name, _) = try FieldLine.split(line)
        if Octets.equal(name, "content-length") || Octets.equal(name, "transfer-encoding") || Octets.equal(name, "host")
        {
            throw .bad("a framing field in the trailers")
        }
    }
}
