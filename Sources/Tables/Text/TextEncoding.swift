/// In which encoding a text is written, told by its first bytes.
package enum TextEncoding: Sendable, Equatable {
    case utf8
    case utf16(isLittleEndian: Bool)
    /// Windows-1252, of which Latin-1 is a part: each byte is a character.
    case windows1252

    /// - Parameter sample: the beginning of the text, or all of it.
    /// - Returns: the encoding, and how many bytes of a byte order mark come first.
    package static func detect(_ sample: some Collection<UInt8>) -> (encoding: TextEncoding, markSizeBytes: Int) {
        let head = Array(sample.prefix(4))
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if head.starts(with: [0xFF, 0xFE]) { return (.utf16(isLittleEndian: true), 2) }
        if head.starts(with: [0xFE, 0xFF]) { return (.utf16(isLittleEndian: false), 2) }
        // Every second byte of a table in UTF-16 is 0: separators, digits and line ends are ASCII.
        let pairs = Array(sample.prefix(512))
        let evenZeros = stride(from: 0, to: pairs.count, by: 2).count { pairs[$0] == 0 }
        let oddZeros = stride(from: 1, to: pairs.count, by: 2).count { pairs[$0] == 0 }
        if pairs.count >= 4, oddZeros * 3 > pairs.count { return (.utf16(isLittleEndian: true), 0) }
        if pairs.count >= 4, evenZeros * 3 > pairs.count { return (.utf16(isLittleEndian: false), 0) }
        return (isUTF8(sample) ? .utf8 : .windows1252, 0)
    }

    /// Whether the bytes are UTF-8; a character that the sample cuts off at its end is one all the same.
    private static func isUTF8(_ sample: some Collection<UInt8>) -> Bool {
        let bytes = Array(sample)
        for cut in 0...3 where cut <= bytes.count {
            if String(validating: bytes.dropLast(cut), as: UTF8.self) != nil { return true }
        }
        return false
    }
}

/// Makes UTF-8 of a text that comes piece by piece.
package struct TextDecoder {
    private var encoding: TextEncoding
    private var hasSeenUTF8 = false
    /// Bytes of a byte order mark that are still to be passed over.
    private var markLeft: Int
    /// The begin of a character that the last piece cut off.
    private var rest: [UInt8] = []

    /// - Parameter sample: the beginning of the text, which is fed afterwards all the same.
    package init(sample: some Collection<UInt8>) { (encoding, markLeft) = TextEncoding.detect(sample) }

    /// The next piece as UTF-8.
    ///
    /// - Throws: `TableError.notText` for a half character at the end.
    package mutating func decode(_ piece: [UInt8], isLast: Bool) throws(TableError) -> [UInt8] {
        let skipped = min(markLeft, piece.count)
        markLeft -= skipped
        let piece = skipped > 0 ? Array(piece[skipped...]) : piece
        switch encoding {
        case .utf8: return try utf8(piece, isLast: isLast)
        case .windows1252: return Self.utf8(ofWindows1252: piece)
        case .utf16(let isLittleEndian): return try utf16(piece, isLittleEndian, isLast: isLast)
        }
    }

    /// UTF-8 as it is. A text whose sample was ASCII may turn out to be Windows-1252.
    private mutating func utf8(_ piece: [UInt8], isLast: Bool) throws(TableError) -> [UInt8] {
        if rest.isEmpty, Self.isASCII(piece) { return piece }
        var bytes = rest + piece
        let whole = isLast ? bytes.count : bytes.count - Self.cutOff(bytes)
        rest = Array(bytes[whole...])
        bytes.removeSubrange(whole...)
        if String(validating: bytes, as: UTF8.self) != nil {
            hasSeenUTF8 = hasSeenUTF8 || !Self.isASCII(bytes)
            return bytes
        }
        guard !hasSeenUTF8 else { throw .notText(reason: "it begins as UTF-8 and has bytes that are something else") }
        encoding = .windows1252
        bytes += rest
        rest = []
        return Self.utf8(ofWindows1252: bytes)
    }

    private static func isASCII(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var place = 0, all: UInt64 = 0
            // SAFETY: reads eight bytes from `place` on, which are below the count.
            while place + 8 <= bytes.count {
                all |= bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                place += 8
            }
            return all & 0x8080_8080_8080_8080 == 0 && bytes[place...].allSatisfy { $0 < 0x80 }
        }
    }

    /// Bytes at the end that begin a character which goes on in the next piece.
    private static func cutOff(_ bytes: [UInt8]) -> Int {
        for (back, byte) in bytes.suffix(3).reversed().enumerated() {
            switch byte {
            case 0xC0...0xDF: return back < 1 ? back + 1 : 0
            case 0xE0...0xEF: return back < 2 ? back + 1 : 0
            case 0xF0...0xF7: return back < 3 ? back + 1 : 0
            case 0x80...0xBF: continue
            default: return 0
            }
        }
        return 0
    }

    private static func utf8(ofWindows1252 bytes: [UInt8]) -> [UInt8] {
        if isASCII(bytes) { return bytes }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + bytes.count / 8)
        for byte in bytes {
            if byte < 0x80 { text.append(byte) } else { text += windows1252[Int(byte) - 0x80] }
        }
        return text
    }

    private mutating func utf16(_ piece: [UInt8], _ isLittleEndian: Bool, isLast: Bool) throws(TableError) -> [UInt8] {
        let bytes = rest + piece
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        for place in stride(from: 0, to: bytes.count - 1, by: 2) {
            let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
            units.append(isLittleEndian ? first | second << 8 : first << 8 | second)
        }
        var used = units.count * 2
        // The first half of a pair waits for the second.
        if let last = units.last, UTF16.isLeadSurrogate(last) {
            units.removeLast()
            used -= 2
        }
        rest = Array(bytes[used...])
        if isLast, !rest.isEmpty { throw .notText(reason: "its UTF-16 ends within a character") }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    /// UTF-8 of the bytes from 0x80 on; those that Windows-1252 leaves out are Latin-1's controls.
    private static let windows1252: [[UInt8]] = {
        let special: [UInt8: UInt32] = [
            0x80: 0x20AC, 0x82: 0x201A, 0x83: 0x0192, 0x84: 0x201E, 0x85: 0x2026, 0x86: 0x2020, 0x87: 0x2021,
            0x88: 0x02C6, 0x89: 0x2030, 0x8A: 0x0160, 0x8B: 0x2039, 0x8C: 0x0152, 0x8E: 0x017D, 0x91: 0x2018,
            0x92: 0x2019, 0x93: 0x201C, 0x94: 0x201D, 0x95: 0x2022, 0x96: 0x2013, 0x97: 0x2014, 0x98: 0x02DC,
            0x99: 0x2122, 0x9A: 0x0161, 0x9B: 0x203A, 0x9C: 0x0153, 0x9E: 0x017E, 0x9F: 0x0178,
        ]
        return (UInt8(0x80)...0xFF).map { byte in
            Unicode.Scalar(special[byte] ?? UInt32(byte)).map { Array(String(Character($0)).utf8) } ?? [byte]
        }
    }()
}
