/// The texts of a column, one behind the other in one memory, so that a million cells are no million strings. An empty
/// text is a missing one.
package struct CellTexts: Sendable {
    private var bytes: [UInt8] = []
    /// Of each row, behind its last byte.
    private var ends: [Int] = []

    /// Rows.
    package var count: Int { ends.count }

    mutating func append(_ cell: UnsafeBufferPointer<UInt8>) {
        bytes.append(contentsOf: cell)
        ends.append(bytes.count)
    }

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        ends.append(bytes.count)
    }

    mutating func appendMissing(_ rows: Int = 1) {
        for _ in 0..<rows { ends.append(bytes.count) }
    }

    /// The text of a row; nil where it is missing.
    package subscript(row: Int) -> String? {
        let range = range(row)
        return range.isEmpty ? nil : String(decoding: bytes[range], as: UTF8.self)
    }

    private func range(_ row: Int) -> Range<Int> { (row == 0 ? 0 : ends[row - 1])..<ends[row] }

    /// By row a number that is the same for equal texts, from 0 in their order; -1 for missing ones. And of each number
    /// the first row.
    func codes() -> (codes: [Int32], firstRows: [Int]) {
        var codes: [Int32] = [], firstRows: [Int] = []
        codes.reserveCapacity(count)
        var slots = [Int32](repeating: -1, count: 64)
        bytes.withUnsafeBufferPointer { bytes in
            for row in 0..<count {
                let range = range(row)
                if range.isEmpty {
                    codes.append(-1)
                    continue
                }
                // Equal cells often stand together.
                if let last = codes.last, last >= 0, Self.areEqual(bytes, range, self.range(row - 1)) {
                    codes.append(last)
                    continue
                }
                if firstRows.count * 2 > slots.count { slots = grown(slots, firstRows, bytes) }
                var slot = Self.hash(bytes, range) & (slots.count - 1)
                while slots[slot] >= 0, !Self.areEqual(bytes, range, self.range(firstRows[Int(slots[slot])])) {
                    slot = (slot + 1) & (slots.count - 1)
                }
                if slots[slot] < 0 {
                    slots[slot] = Int32(firstRows.count)
                    firstRows.append(row)
                }
                codes.append(slots[slot])
            }
        }
        return (codes, firstRows)
    }

    private func grown(_ slots: [Int32], _ firstRows: [Int], _ bytes: UnsafeBufferPointer<UInt8>) -> [Int32] {
        var larger = [Int32](repeating: -1, count: slots.count * 4)
        for (code, row) in firstRows.enumerated() {
            var slot = Self.hash(bytes, range(row)) & (larger.count - 1)
            while larger[slot] >= 0 { slot = (slot + 1) & (larger.count - 1) }
            larger[slot] = Int32(code)
        }
        return larger
    }

    private static func areEqual(_ bytes: UnsafeBufferPointer<UInt8>, _ a: Range<Int>, _ b: Range<Int>) -> Bool {
        guard a.count == b.count else { return false }
        // The last bytes are those that differ most often.
        for place in stride(from: a.count - 1, through: 0, by: -1)
        where bytes[a.lowerBound + place] != bytes[b.lowerBound + place] { return false }
        return true
    }

    /// Eight bytes at a time by multiplication, the upper half mixed in (as FxHash does).
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int {
        var hash = UInt64(range.count), place = range.lowerBound
        func mix(_ word: UInt64) {
            hash = ((hash << 5 | hash >> 59) ^ word) &* 0x51_7C_C1_B7_27_22_0A_95
        }
        // SAFETY: reads eight bytes from `place` on, which are below the end of the range.
        let raw = UnsafeRawBufferPointer(bytes)
        while place + 8 <= range.upperBound {
            mix(raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            place += 8
        }
        var rest: UInt64 = 0
        while place < range.upperBound {
            rest = rest << 8 | UInt64(bytes[place])
            place += 1
        }
        mix(rest)
        return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7FFF_FFFF)
    }
}
