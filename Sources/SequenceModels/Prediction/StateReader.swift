/// Reads what `StateWriter` wrote, or something that only looks like it: no bytes make it trap, and it takes no more
/// memory than the bytes that there are.
package struct StateReader {
    private var rest: ArraySlice<UInt8>
    /// No stream comes to larger numbers, and what is computed with those stays finite.
    private static let numberMax = 1e60

    /// Begins with the first of `bytes`.
    package init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    private mutating func take(_ count: Int) throws(StreamStateError) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw .truncated }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func whole<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type
    ) throws(StreamStateError) -> Value {
        let taken = try take(MemoryLayout<Value>.size)
        return Value(littleEndian: taken.withUnsafeBytes { $0.loadUnaligned(as: Value.self) })
    }

    /// A count within `range`.
    /// - Parameter what: the things counted, for the error.
    mutating func count(_ what: String, _ range: ClosedRange<Int>) throws(StreamStateError) -> Int {
        let count = Int(try whole(UInt32.self))
        guard range.contains(count) else {
            throw .invalid("\(count) \(what), expected \(range.lowerBound) to \(range.upperBound)")
        }
        return count
    }

    /// A count that must be `expected`.
    mutating func count(_ what: String, is expected: Int) throws(StreamStateError) {
        let count = Int(try whole(UInt32.self))
        guard count == expected else { throw .foreign("it has \(count) \(what), \(expected) are needed") }
    }

    /// One that is finite, or, where it may be, NaN.
    mutating func number(mayBeUnknown: Bool = false) throws(StreamStateError) -> Double {
        let value = Double(bitPattern: try whole(UInt64.self))
        guard value.magnitude <= Self.numberMax || mayBeUnknown && value.isNaN else {
            throw .invalid("a value is not finite, or too large")
        }
        return value
    }

    mutating func numbers(_ count: Int, mayBeUnknown: Bool = false) throws(StreamStateError) -> [Double] {
        try expect(count, MemoryLayout<Double>.size)
        var values: [Double] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try number(mayBeUnknown: mayBeUnknown)) }
        return values
    }

    mutating func floats(_ count: Int) throws(StreamStateError) -> [Float] {
        try expect(count, MemoryLayout<Float>.size)
        let taken = try take(count * MemoryLayout<Float>.size)
        let values = taken.withUnsafeBytes { bytes in
            [Float](unsafeUninitializedCapacity: count) { values, initialized in
                for index in 0..<count {
                    let bits = bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
                    values.initializeElement(at: index, to: Float(bitPattern: UInt32(littleEndian: bits)))
                }
                initialized = count
            }
        }
        guard values.allSatisfy(\.isFinite) else { throw .invalid("a value is not finite") }
        return values
    }

    mutating func flag() throws(StreamStateError) -> Bool {
        let value = try whole(UInt8.self)
        guard value < 2 else { throw .invalid("a flag is \(value)") }
        return value == 1
    }

    mutating func bytes() throws(StreamStateError) -> [UInt8] {
        Array(try take(Int(try whole(UInt32.self))))
    }

    mutating func text() throws(StreamStateError) -> String {
        guard let text = String(validating: try bytes(), as: UTF8.self) else { throw .invalid("a text is not UTF-8") }
        return text
    }

    /// - Throws: unless that much is left, before room is made for it.
    func expect(_ count: Int, _ sizeBytes: Int) throws(StreamStateError) {
        let (size, isTooLarge) = count.multipliedReportingOverflow(by: sizeBytes)
        guard count >= 0, !isTooLarge, size <= rest.count else { throw .truncated }
    }

    /// - Throws: when anything is left.
    func finish() throws(StreamStateError) {
        guard rest.isEmpty else { throw .tooLong }
    }
}
