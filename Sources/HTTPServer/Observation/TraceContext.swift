/// The `traceparent` field of W3C Trace Context: which trace a request belongs to.
package struct TraceContext: Sendable, Equatable {
    /// 32 lower-case hexadecimal digits, not all zero (W3C Trace Context 3.2.2.3).
    package let traceID: String
    /// The caller's span: 16 digits, not all zero (3.2.2.4).
    package let parentID: String
    /// Two digits; bit 0 says that the trace is recorded (3.2.2.5).
    package let flags: String
    /// The span of the request in this server, 16 digits.
    package let spanID: String

    /// Reads a field's value. nil if it is not valid, whereupon it is to be ignored (3.2.2 and 4.3).
    ///
    /// - Parameter span: a number that is not 0, new for each request.
    package init?(_ value: String, span: UInt64) {
        let bytes = Array(value.utf8)
        // version "-" trace-id "-" parent-id "-" flags; later versions may go on behind another "-" (3.2.4).
        guard bytes.count >= 55, bytes[2] == 0x2D, bytes[35] == 0x2D, bytes[52] == 0x2D,
            [0..<2, 3..<35, 36..<52, 53..<55].allSatisfy({ bytes[$0].allSatisfy(Self.isDigit) })
        else { return nil }
        let version = bytes[0..<2]
        guard !version.elementsEqual("ff".utf8) else { return nil }
        if version.elementsEqual("00".utf8) {
            guard bytes.count == 55 else { return nil }
        } else {
            guard bytes.count == 55 || bytes[55] == 0x2D else { return nil }
        }
        guard bytes[3..<35].contains(where: { $0 != 0x30 }), bytes[36..<52].contains(where: { $0 != 0x30 }) else {
            return nil
        }
        traceID = String(decoding: bytes[3..<35], as: UTF8.self)
        parentID = String(decoding: bytes[36..<52], as: UTF8.self)
        flags = String(decoding: bytes[53..<55], as: UTF8.self)
        let digits = String(span, radix: 16)
        spanID = String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || byte &- 0x61 < 6 }

    /// The value to hand on: the same trace, with our span as the parent of what follows. Of the flags only the ones
    /// that version 00 knows are handed on (4.3).
    package var value: String {
        let recorded = (UInt8(flags, radix: 16) ?? 0) & 1
        return "00-\(traceID)-\(spanID)-0\(recorded)"
    }
}
