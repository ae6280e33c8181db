/// Reads compiled time zones (TZif, RFC 9636), of which every system keeps one for each name.
package enum ZoneFile {
    /// Version 1 of the format is for years from 1901 to 2038 only, and comes first in later versions.
    private static let headBytes = 44
    /// Some files begin with the Big Bang, at -2^59; offsets can be added to what is not much further away.
    private static let secondsMax: UInt64 = 1 << 60

    /// - Parameters:
    ///   - bytes: the whole file, version 2 or later.
    ///   - name: of the zone.
    /// - Returns: nil when the file is damaged, counts leap seconds, or is of version 1.
    package static func rules(_ bytes: [UInt8], name: String) -> ZoneRules? {
        var reader = Reader(bytes: bytes[...])
        guard let first = reader.head(), first.version >= UInt8(ascii: "2"), reader.skip(first.dataBytes(timeBytes: 4)),
            let head = reader.head(), head.leapSeconds == 0, head.types > 0,
            bytes.count - reader.bytes.startIndex >= head.dataBytes(timeBytes: 8)
        else { return nil }
        let changes = (0..<head.changes).compactMap { _ in reader.integer(8) }
        let types = (0..<head.changes).compactMap { _ in reader.integer(1) }
        // An offset, whether it is daylight saving time, and where its name is.
        let offsets = (0..<head.types).compactMap { _ in
            reader.integer(4).flatMap { offset in reader.skip(2) ? Int32(truncatingIfNeeded: offset) : nil }
        }
        guard reader.skip(head.nameBytes + head.standardFlags + head.utcFlags), offsets.count == head.types,
            types.allSatisfy({ $0 >= 0 && $0 < head.types }), zip(changes, changes.dropFirst()).allSatisfy({ $0 < $1 }),
            changes.allSatisfy({ $0.magnitude <= secondsMax }),
            offsets.allSatisfy({ abs(Int($0)) <= 26 * 3600 })
        else { return nil }
        let line = reader.bytes.dropFirst().prefix { $0 != UInt8(ascii: "\n") }
        let rule = RecurringZone(String(decoding: line, as: UTF8.self))
        guard rule != nil || line.isEmpty else { return nil }
        return ZoneRules(
            name: name, changes: changes, offsets: types.map { offsets[Int($0)] }, firstOffset: offsets[0], rule: rule)
    }

    private struct Head {
        var version: UInt8
        var utcFlags, standardFlags, leapSeconds, changes, types, nameBytes: Int

        func dataBytes(timeBytes: Int) -> Int {
            changes * (timeBytes + 1) + types * 6 + nameBytes + leapSeconds * (timeBytes + 4) + standardFlags + utcFlags
        }
    }

    private struct Reader {
        var bytes: ArraySlice<UInt8>

        mutating func skip(_ count: Int) -> Bool {
            guard count >= 0, count <= bytes.count else { return false }
            bytes = bytes.dropFirst(count)
            return true
        }

        /// Big-endian; of 4 and 8 bytes in two's complement.
        mutating func integer(_ size: Int) -> Int64? {
            guard bytes.count >= size else { return nil }
            let value = bytes.prefix(size).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            bytes = bytes.dropFirst(size)
            return size == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
        }

        mutating func head() -> Head? {
            guard bytes.count >= headBytes, bytes.starts(with: Array("TZif".utf8)) else { return nil }
            let version = bytes[bytes.startIndex + 4]
            guard skip(20) else { return nil }
            let counts = (0..<6).compactMap { _ in integer(4).map { Int($0) } }
            // A count beyond any file's size would overflow in sums.
            guard counts.count == 6, counts.allSatisfy({ (0...1_000_000).contains($0) }) else { return nil }
            return Head(
                version: version, utcFlags: counts[0], standardFlags: counts[1], leapSeconds: counts[2],
                changes: counts[3], types: counts[4], nameBytes: counts[5])
        }
    }
}
