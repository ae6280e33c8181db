/// What is said about a text that is not JSON, beyond what the grammar expects.
enum JSONFaultText {
    private static let pointerSizeMax = 120
    private static let wordSizeMax = 16

    /// A pointer of many or long keys, cut.
    static func short(_ pointer: String) -> String {
        pointer.utf8.count <= pointerSizeMax ? pointer : String(pointer.prefix(pointerSizeMax)) + "…"
    }

    /// A character beyond ASCII by code point and name, as many look like one that JSON has, or like nothing; nil when
    /// the bytes are not UTF-8.
    static func character(at position: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        scalar(at: position, bytes).map(UnusualCharacters.name)
    }

    private static func scalar(at position: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Unicode.Scalar? {
        guard position < bytes.count, bytes[position] >= 0x80 else { return nil }
        var decoder = UTF8()
        var next = bytes[position..<min(position + 4, bytes.count)].makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&next) else { return nil }
        return scalar
    }

    /// What would be right, for slips that are common; else empty.
    static func hint(at position: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> String {
        if let word = word(at: position, bytes) {
            let plain = word.lowercased().drop { $0 == "-" || $0 == "+" }
            if word != "null", missing.contains(String(plain)) {
                return "; \(word) is not JSON: write null for a missing value"
            }
            if word != plain, plain == "true" || plain == "false" { return "; write \(plain)" }
        }
        guard position < bytes.count else { return "" }
        switch bytes[position] {
        case UInt8(ascii: "'"): return "; texts stand in double quotes"
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
            let before = bytes[..<position].last { !isSpace($0) }
            return before == UInt8(ascii: ",") ? "; nothing follows the comma before it" : ""
        default: break
        }
        return scalar(at: position, bytes).map(asciiHint) ?? ""
    }

    /// How other languages write that there is no number.
    static let missing: Set<String> = ["nan", "inf", "infinity", "none", "undefined", "nil", "null", "na", "n/a"]

    private static func asciiHint(_ scalar: Unicode.Scalar) -> String {
        switch UnusualCharacters.folded(String(scalar)) {
        case "": "; it cannot be seen, and has to go"
        case " ": "; white space is space, tab and line end"
        case let ascii where ascii != String(scalar): "; write \(ascii)"
        default: ""
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// The word that a byte stands in; nil for none and for a long one.
    private static func word(at position: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var start = position, end = position
        while start > 0, position - start <= wordSizeMax, isOfWord(bytes[start - 1]) { start -= 1 }
        while end < bytes.count, end - position <= wordSizeMax, isOfWord(bytes[end]) { end += 1 }
        guard start < end, end - start <= wordSizeMax else { return nil }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/")
    }
}
