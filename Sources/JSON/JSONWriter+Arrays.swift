import CDecimal

// Arrays of numbers are what answers are made of: their text is written to a piece of memory on the stack, which is
// appended whenever it is full.

extension JSONWriter {
    /// Memory for text on the stack: for forty long numbers.
    private static let pieceSizeBytes = 1024

    /// Whole numbers without the ".0", which would carry no meaning inside `.numbers`; `null` for what is not finite.
    ///
    /// Not inlined: the piece of memory is only for this, not for each level of nesting above it.
    @inline(never)
    static func append(_ values: [Double], to bytes: inout [UInt8]) {
        guard !values.isEmpty else { return bytes.append(contentsOf: "[]".utf8) }
        bytes.append(UInt8(ascii: "["))
        values.withUnsafeBufferPointer { values in
            withPiece { piece in
                guard var next = values.baseAddress else { return }
                let end = next + values.count
                while next < end {
                    var sizeBytes = 0
                    // SAFETY: the numbers end at `end`, the piece has the size that is said.
                    next += cd_write(
                        next, end - next, piece, pieceSizeBytes, &sizeBytes, DecimalTables.pointer)
                    bytes.append(contentsOf: UnsafeBufferPointer(start: piece, count: sizeBytes))
                }
            }
        }
        // A comma is behind the last number, too.
        bytes[bytes.count - 1] = UInt8(ascii: "]")
    }

    /// Elements of any kind; numbers among them are gathered, too.
    static func append(_ values: [JSONValue], to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        var index = 0
        while index < values.count {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            let end = appendNumbers(values, from: index, to: &bytes)
            if end == index { values[index].encoded(into: &bytes) }
            index = max(end, index + 1)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// The numbers among the values from one on, as long as nothing else comes. Not inlined: a piece of memory for each
    /// level of nesting would be much of a thread's stack.
    ///
    /// - Returns: the index behind them.
    @inline(never)
    private static func appendNumbers(_ values: [JSONValue], from start: Int, to bytes: inout [UInt8]) -> Int {
        guard isNumber(values[start]) else { return start }
        let tables = DecimalTables.pointer
        var index = start
        withPiece { piece in
            while index < values.count, isNumber(values[index]) {
                var end = piece
                // SAFETY: behind each number there is room for a comma and one more number.
                let last = piece + pieceSizeBytes - CD_NUMBER_SIZE_BYTES_MAX - 1
                while index < values.count, end <= last {
                    if index > start {
                        end[0] = UInt8(ascii: ",")
                        end += 1
                    }
                    switch values[index] {
                    case .integer(let value): end += cd_write_integer(Int64(value), end, tables)
                    case .number(let value): end += cd_write_double(value, end, tables)
                    default: break
                    }
                    index += 1
                    if index < values.count, !isNumber(values[index]) { break }
                }
                bytes.append(contentsOf: UnsafeBufferPointer(start: piece, count: end - piece))
            }
        }
        return index
    }

    private static func isNumber(_ value: JSONValue) -> Bool {
        switch value {
        case .integer, .number: true
        default: false
        }
    }

    /// - Parameter write: is given `pieceSizeBytes` bytes.
    static func withPiece(_ write: (UnsafeMutablePointer<UInt8>) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: pieceSizeBytes) { memory in
            if let base = memory.baseAddress { write(base) }
        }
    }
}
