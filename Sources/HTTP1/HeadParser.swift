import HTTPTypes

/// Parses a request head line by line. Restartable at every line, so the result does not depend on how the
/// bytes were segmented.
struct HeadParser {
    let limits: HTTPLimits
    private var line: RequestLine?
    private var fields = HTTPFields()
    private var fieldCount = 0
    private var facts = FramingFacts()
    private var headBytes = 0
    private var emptyLines = 0

    init(limits: HTTPLimits) { self.limits = limits }

    /// Nothing but ignorable empty lines has been seen.
    var isAtStart: Bool { line == nil }

    /// The longest line, without CRLF, that may come next, and the fault if it is longer.
    var lineBytesMax: Int { line == nil ? limits.requestLineBytesMax : max(0, limits.headBytesMax - headBytes - 2) }
    var lineFault: ProtocolFault {
        line == nil
            ? ProtocolFault(.uriTooLong, "the request line is longer than \(limits.requestLineBytesMax) bytes")
            : ProtocolFault(
                .requestHeaderFieldsTooLarge, "the request head is longer than \(limits.headBytesMax) bytes")
    }

    /// Takes one line without its CRLF (RFC 9112 2.2 terminates lines by CRLF; a bare CR or LF never gets here).
    /// - Returns: the head after its closing empty line.
    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(ProtocolFault) -> RequestHead? {
        guard let requestLine = line else {
            if bytes.isEmpty {  // RFC 9112 2.2
                emptyLines += 1
                guard emptyLines <= limits.leadingEmptyLinesMax else { throw .bad("empty lines before the request") }
                return nil
            }
            headBytes = bytes.count + 2
            line = try RequestLine(bytes)
            return nil
        }
        headBytes += bytes.count + 2
        guard !bytes.isEmpty else {
            let head = try facts.head(line: requestLine, fields: fields)
            self = HeadParser(limits: limits)
            return head
        }
        fieldCount += 1
        guard fieldCount <= limits.fieldCountMax else {
            throw ProtocolFault(.requestHeaderFieldsTooLarge, "more than \(limits.fieldCountMax) header fields")
        }
        let (name, value) = try FieldLine.split(bytes)
        guard let field = HTTPField.Name(parsed: Self.lowercased(name)) else {
            throw .bad("a field name is not a token")
        }
        if try facts.observe(field, value) { fields.append(HTTPField(name: field, value: value)) }
        return nil
    }

    private static func lowercased(_ name: UnsafeRawBufferPointer) -> String {
        String(unsafeUninitializedCapacity: name.count) { buffer in
            for index in 0..<name.count {
                let byte = name[index]
                buffer.initializeElement(at: index, to: byte &- 0x41 < 26 ? byte | 0x20 : byte)
            }
            return name.count
        }
    }
}

/// `field-name ":" OWS field-value OWS` (RFC 9112 5), for heads and trailers.
enum FieldLine {
    static func split(
        _ bytes: UnsafeRawBufferPointer
    ) throws(ProtocolFault) -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        // RFC 9112 2.2 and 5.2: neither white space before the first field nor folded lines.
        guard let first = bytes.first, first != 0x20, first != 0x09 else { throw .bad("a folded header line") }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0 else {
            throw .bad("a header line without a field name")
        }
        // RFC 9112 5.1: no white space between name and colon; a space is not a token character.
        let name = UnsafeRawBufferPointer(rebasing: bytes[0..<colon])
        guard Octets.all(name, Octets.token) else { throw .bad("a field name is not a token") }
        let value = Octets.trimmed(.init(rebasing: bytes[(colon + 1)...]))
        guard Octets.all(value, Octets.fieldValue) else { throw .bad("a control character in a field value") }
        return (name, value)
    }
}
