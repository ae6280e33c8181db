/// The character classes of RFC 9110 5.6 and RFC 3986 as one table of bits.
enum Octets {
    static let token: UInt8 = 1  // tchar, RFC 9110 5.6.2
    static let fieldValue: UInt8 = 2  // HTAB, SP, VCHAR, obs-text, RFC 9110 5.5
    static let path: UInt8 = 4  // pchar without "%", and "/", RFC 3986 3.3
    static let query: UInt8 = 8  // the same and "?", RFC 3986 3.4
    static let regName: UInt8 = 16  // unreserved and sub-delims, RFC 3986 3.2.2

    static let table: [UInt8] = (0...255).map { code in
        let byte = UInt8(code)
        let alphanumeric = isDigit(byte) || isAlpha(byte)
        var bits: UInt8 = 0
        if alphanumeric || "!#$%&'*+-.^_`|~".utf8.contains(byte) { bits |= token }
        if byte == 0x09 || (byte >= 0x20 && byte != 0x7F) { bits |= fieldValue }
        let unreservedOrSubDelimiter = alphanumeric || "-._~!$&'()*+,;=".utf8.contains(byte)
        if unreservedOrSubDelimiter { bits |= regName }
        if unreservedOrSubDelimiter || ":@/".utf8.contains(byte) { bits |= path | query }
        if byte == UInt8(ascii: "?") { bits |= query }
        return bits
    }

    @inline(__always)
    static func all(_ bytes: UnsafeRawBufferPointer, _ mask: UInt8) -> Bool {
        // SAFETY: the table has 256 entries and the index is a byte.
        table.withUnsafeBufferPointer { table in
            for byte in bytes where table[Int(byte)] & mask == 0 { return false }
            return true
        }
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    @inline(__always)
    static func isAlpha(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    /// The value of a hexadecimal digit, or nil.
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte &- 0x30 }
        let lower = byte | 0x20
        return lower &- 0x61 < 6 ? lower &- 0x61 &+ 10 : nil
    }

    /// `bytes` without the optional white space (RFC 9110 5.6.3) at both ends.
    static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var low = 0
        var high = bytes.count
        while low < high, bytes[low] == 0x20 || bytes[low] == 0x09 { low += 1 }
        while high > low, bytes[high - 1] == 0x20 || bytes[high - 1] == 0x09 { high -= 1 }
        return UnsafeRawBufferPointer(rebasing: bytes[low..<high])
    }

    /// Whether `bytes` are `word` (given in lower case) without regard to case.
    static func equal(_ bytes: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
        guard bytes.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<bytes.count {
            let byte = bytes[index]
            let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
            if lower != word.utf8Start[index] { return false }
        }
        return true
    }

    static func string(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }
}
