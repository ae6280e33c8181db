extension JSONScanner {
    /// A string with its quotes; `position` is at the opening one.
    mutating func string() throws(JSONError) -> String {
        let start = position + 1
        var index = start
        let isASCII = skipPlain(&index)
        guard index < count else {
            position = count
            throw fault("the text ends inside a string")
        }
        switch base[index] {
        case UInt8(ascii: "\""):
            if !isASCII { try checkUTF8(from: start, to: index) }
            position = index + 1
            return String(decoding: UnsafeBufferPointer(start: base + start, count: index - start), as: UTF8.self)
        case UInt8(ascii: "\\"):
            if !isASCII { try checkUTF8(from: start, to: index) }
            return try escapedString(from: start, firstEscape: index)
        default: throw controlCharacter(at: index)
        }
    }

    /// Goes on to the next quote, backslash or control character, or to the end of the text.
    ///
    /// - Returns: whether all that was passed is ASCII.
    @inline(__always)
    private func skipPlain(_ index: inout Int) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101, highs = ones << 7
        var bits: UInt64 = 0
        // Eight bytes at a time. `x - ones & ~x & highs` marks the bytes of x that are zero, at least up to the first.
        while count - index >= 8 {
            let word = UInt64(littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self))
            let quotes = word ^ (ones &* 0x22), backslashes = word ^ (ones &* 0x5C)
            let marks =
                ((quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes | (word &- ones &* 0x20) & ~word)
                & highs
            if marks != 0 {
                let plainBits = UInt64(marks.trailingZeroBitCount & ~7)
                bits |= word & ((1 << plainBits) - 1)
                index += Int(plainBits >> 3)
                return bits & highs == 0
            }
            bits |= word
            index += 8
        }
        while index < count, base[index] >= 0x20, base[index] != 0x22, base[index] != 0x5C {
            bits |= UInt64(base[index])
            index += 1
        }
        return bits & highs == 0
    }

    /// The slow twin of `string()`: collects bytes from the first backslash on.
    private mutating func escapedString(from start: Int, firstEscape: Int) throws(JSONError) -> String {
        var bytes = Array(UnsafeBufferPointer(start: base + start, count: firstEscape - start))
        var index = firstEscape
        while index < count {
            let byte = base[index]
            switch byte {
            case UInt8(ascii: "\""):
                position = index + 1
                return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                index = try escape(at: index, into: &bytes)
            case 0..<0x20:
                throw controlCharacter(at: index)
            default:
                let runStart = index
                if !skipPlain(&index) { try checkUTF8(from: runStart, to: index) }
                bytes.append(contentsOf: UnsafeBufferPointer(start: base + runStart, count: index - runStart))
            }
        }
        position = count
        throw fault("the text ends inside a string")
    }

    /// Decodes the escape at `index` and answers the index behind it.
    private func escape(at index: Int, into bytes: inout [UInt8]) throws(JSONError) -> Int {
        switch byte(at: index + 1) {
        case UInt8(ascii: "\""): bytes.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): bytes.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"): return try unicodeEscape(at: index, into: &bytes)
        default: throw JSONError(byteOffset: min(index + 1, count), detail: "unknown escape in a string")
        }
        return index + 2
    }

    /// `\uXXXX`, or two of them for a scalar beyond the BMP (RFC 8259, 7).
    private func unicodeEscape(at index: Int, into bytes: inout [UInt8]) throws(JSONError) -> Int {
        let first = try hexadecimal(at: index + 2)
        var code = first
        var end = index + 6
        if (0xD800...0xDBFF).contains(first) {
            guard byte(at: end) == UInt8(ascii: "\\"), byte(at: end + 1) == UInt8(ascii: "u") else {
                throw JSONError(byteOffset: index, detail: "lone surrogate in a string")
            }
            let second = try hexadecimal(at: end + 2)
            guard (0xDC00...0xDFFF).contains(second) else {
                throw JSONError(byteOffset: index, detail: "lone surrogate in a string")
            }
            code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
            end += 6
        }
        guard let scalar = Unicode.Scalar(code) else {
            throw JSONError(byteOffset: index, detail: "lone surrogate in a string")
        }
        bytes.append(contentsOf: String(scalar).utf8)
        return end
    }

    private func hexadecimal(at start: Int) throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for index in start..<start + 4 {
            let byte = byte(at: index)
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default:
                throw JSONError(byteOffset: min(index, count), detail: "expected four hexadecimal digits after \\u")
            }
            code = code << 4 | UInt32(digit)
        }
        return code
    }

    private func controlCharacter(at index: Int) -> JSONError {
        JSONError(byteOffset: index, detail: "a control character in a string must be escaped")
    }

    /// Table 3-7 of the Unicode standard: no overlong forms, no surrogates, nothing above U+10FFFF.
    private func checkUTF8(from start: Int, to end: Int) throws(JSONError) {
        var index = start
        while index < end {
            let lead = base[index]
            if lead < 0x80 {
                index += 1
                continue
            }
            let second: ClosedRange<UInt8>
            let size: Int
            switch lead {
            case 0xC2...0xDF: (second, size) = (0x80...0xBF, 2)
            case 0xE0: (second, size) = (0xA0...0xBF, 3)
            case 0xE1...0xEC, 0xEE...0xEF: (second, size) = (0x80...0xBF, 3)
            case 0xED: (second, size) = (0x80...0x9F, 3)
            case 0xF0: (second, size) = (0x90...0xBF, 4)
            case 0xF1...0xF3: (second, size) = (0x80...0xBF, 4)
            case 0xF4: (second, size) = (0x80...0x8F, 4)
            default: throw JSONError(byteOffset: index, detail: "invalid UTF-8")
            }
            guard index + size <= end, second.contains(base[index + 1]),
                (2..<size).allSatisfy({ base[index + $0] & 0xC0 == 0x80 })
            else { throw JSONError(byteOffset: index, detail: "invalid UTF-8") }
            index += size
        }
    }
}
