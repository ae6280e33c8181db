import CDecimal

// Writing: compact, no spaces, members in order, the shortest decimals that read back as the same number.

extension JSONValue {
    /// The text as bytes of UTF-8.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        encoded(into: &bytes)
        return bytes
    }

    /// The text as a string, for the store's columns and for logs.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Appends the text. Non-finite numbers are written as `null`. Linear in the size of the text.
    package func encoded(into bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): JSONWriter.append(value, to: &bytes)
        case .number(let value): JSONWriter.append(value, to: &bytes)
        case .string(let value): JSONWriter.append(value, to: &bytes)
        case .array(let values): JSONWriter.append(values, to: &bytes)
        case .numbers(let values): JSONWriter.append(values, to: &bytes)
        case .object(let object): object.encoded(into: &bytes)
        }
    }
}

extension JSONObject {
    /// The object as JSON, without spaces, in UTF-8.
    package var bytes: [UInt8] { JSONValue.object(self).bytes }
    /// The object as JSON, without spaces.
    package var text: String { JSONValue.object(self).text }

    /// Appends the object as JSON, without spaces.
    package func encoded(into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for (key, value) in members {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            JSONWriter.append(key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            value.encoded(into: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }
}

/// The pieces of a text, also for writers of streams that build no `JSONValue`.
package enum JSONWriter {
    /// Appends an integer in decimal.
    package static func append(_ value: Int, to bytes: inout [UInt8]) {
        appendNumber(to: &bytes) { cd_write_integer(Int64(value), $0, DecimalTables.pointer) }
    }

    /// Shortest decimal that reads back as the same `Double` (`2.0`, `1e-05`); `null` when not finite.
    package static func append(_ value: Double, to bytes: inout [UInt8]) {
        appendNumber(to: &bytes) { cd_write_double(value, $0, DecimalTables.pointer) }
    }

    /// Shortest decimal that reads back as the same `Float`; `null` when not finite.
    package static func append(_ value: Float, to bytes: inout [UInt8]) {
        appendNumber(to: &bytes) { cd_write_float(value, $0, DecimalTables.pointer) }
    }

    private static func appendNumber(to bytes: inout [UInt8], _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: CD_NUMBER_SIZE_BYTES_MAX) { text in
            guard let base = text.baseAddress else { return }
            bytes.append(contentsOf: UnsafeBufferPointer(start: base, count: write(base)))
        }
    }

    /// A string in quotes; `"`, `\` and control characters are escaped, all else is written as UTF-8.
    package static func append(_ value: String, to bytes: inout [UInt8]) {
        var value = value
        bytes.append(UInt8(ascii: "\""))
        value.withUTF8 { text in
            var runStart = 0
            for index in 0..<text.count {
                let byte = text[index]
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
                bytes.append(contentsOf: text[runStart..<index])
                appendEscape(of: byte, to: &bytes)
                runStart = index + 1
            }
            bytes.append(contentsOf: text[runStart...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func appendEscape(of byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            bytes.append(contentsOf: byte < 0x10 ? "u000".utf8 : "u00".utf8)
            bytes.append(contentsOf: String(byte, radix: 16).utf8)
        }
    }
}
