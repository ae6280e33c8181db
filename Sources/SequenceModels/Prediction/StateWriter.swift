/// Writes what a stream remembers, little-endian; `StateReader` is its twin.
struct StateWriter {
    var bytes: [UInt8] = []

    mutating func whole<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// From 0 to 2³² − 1.
    mutating func count(_ count: Int) { whole(UInt32(count)) }

    mutating func number(_ value: Double) { whole(value.bitPattern) }

    /// Without their number.
    mutating func numbers(_ values: some Sequence<Double>) {
        for value in values { number(value) }
    }

    /// Without their number.
    mutating func floats(_ values: [Float]) {
        // They are most of a state, and stand in memory as they are written, but for the order of bytes.
        #if _endian(little)
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
        #else
        for value in values { whole(value.bitPattern) }
        #endif
    }

    /// With their number.
    mutating func text(_ bytes: some Collection<UInt8>) {
        count(bytes.count)
        self.bytes += bytes
    }
}
