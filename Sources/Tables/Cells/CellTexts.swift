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
        a.count == b.count && bytes[a].elementsEqual(bytes[b])
    }

    /// FNV-1a of 64 bits (Fowler, Noll, Vo), its upper half mixed in.
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for place in range { hash = (hash ^ UInt64(bytes[place])) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7FFF_FFFF)
    }
}
