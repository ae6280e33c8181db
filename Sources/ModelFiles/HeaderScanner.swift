/// Reads the small part of JSON that a safetensors header may hold: objects, strings, arrays of integers that are not
/// negative. Its nesting is fixed by its callers, so no depth needs a limit. (`ModelFiles` may not import `JSON`.)
struct HeaderScanner {
    private let text: ArraySlice<UInt8>
    private var position: Int

    init(text: ArraySlice<UInt8>) {
        self.text = text
        position = text.startIndex
    }

    /// An object; `member` reads each value.
    mutating func object(
        _ member: (String, inout HeaderScanner) throws(SafeTensorsHeader.Fault) -> Void
    ) throws(SafeTensorsHeader.Fault) {
        try expect("{")
        if take("}") { return }
        repeat {
            let key = try string()
            try expect(":")
            try member(key, &self)
        } while take(",")
        try expect("}")
    }

    mutating func integers() throws(SafeTensorsHeader.Fault) -> [Int] {
        try expect("[")
        if take("]") { return [] }
        var values: [Int] = []
        repeat { values.append(try integer()) } while take(",")
        try expect("]")
        return values
    }

    private mutating func integer() throws(SafeTensorsHeader.Fault) -> Int {
        skipSpace()
        let start = position
        var value = 0
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            if overflow || carry { throw fault("an integer is too large") }
            value = sum
            position += 1
        }
        let hasLeadingZero = position > start + 1 && text[start] == UInt8(ascii: "0")
        guard position > start, !hasLeadingZero else { throw fault("expected an integer that is not negative") }
        return value
    }

    mutating func string() throws(SafeTensorsHeader.Fault) -> String {
        try expect("\"")
        var bytes: [UInt8] = []
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: bytes, as: UTF8.self) else {
                    throw fault("a string is not UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): try escape(into: &bytes)
            case 0..<0x20: throw fault("a control character in a string")
            default: bytes.append(byte)
            }
        }
        throw fault("a string does not end")
    }

    private mutating func escape(into bytes: inout [UInt8]) throws(SafeTensorsHeader.Fault) {
        let byte = current
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(byte ?? 0)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800...0xDBFF).contains(code) {
                guard current == UInt8(ascii: "\\") else { throw fault("a lone surrogate") }
                position += 1
                guard current == UInt8(ascii: "u") else { throw fault("a lone surrogate") }
                position += 1
                let low = try hexadecimal()
                guard (0xDC00...0xDFFF).contains(low) else { throw fault("a lone surrogate") }
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw fault("a lone surrogate") }
            bytes.append(contentsOf: String(scalar).utf8)
        default: throw fault("an unknown escape in a string")
        }
    }

    private mutating func hexadecimal() throws(SafeTensorsHeader.Fault) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw fault("expected four hexadecimal digits")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    /// Only spaces may follow: the padding.
    mutating func end() throws(SafeTensorsHeader.Fault) {
        skipSpace()
        if position < text.endIndex { throw fault("something follows the object") }
    }

    private var current: UInt8? { position < text.endIndex ? text[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard current == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(SafeTensorsHeader.Fault) {
        if !take(character) { throw fault("expected '\(character)'") }
    }

    private func fault(_ detail: String) -> SafeTensorsHeader.Fault {
        SafeTensorsHeader.Fault(detail: "header, byte \(position - text.startIndex): \(detail)")
    }
}
