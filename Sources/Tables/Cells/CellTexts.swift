/// The texts of a column: each text once, and by row its number, for most texts of tables are names that come again.
package struct CellTexts: Sendable {
    /// The different texts, one behind the other.
    private var bytes: [UInt8] = []
    /// Of each different text, behind its last byte.
    private var ends: [Int] = []
    /// By row the number of its text, in the order in which they came; -1 where it is missing.
    package private(set) var codes: [Int32] = []
    /// Of each different text the first row.
    package private(set) var firstRows: [Int32] = []
    /// Numbers of texts by their hash, -1 free; a power of two of them.
    private var slots: [Int32] = []

    private static let slotsMin = 64

    /// Rows.
    package var count: Int { codes.count }

    /// The text of a row; nil where it is missing.
    package subscript(row: Int) -> String? { codes[row] < 0 ? nil : text(of: codes[row]) }

    /// A text by its number.
    func text(of code: Int32) -> String { String(decoding: bytes[range(code)], as: UTF8.self) }

    func isMissing(_ row: Int) -> Bool { codes[row] < 0 }

    /// Takes the text of the next row; nothing and a mark for it are missing.
    mutating func append(_ cell: UnsafeBufferPointer<UInt8>) {
        if cell.isEmpty { return codes.append(-1) }
        // Equal cells often stand together.
        if let last = codes.last, last >= 0, isEqual(last, cell) { return codes.append(last) }
        if firstRows.count * 2 >= slots.count { grow() }
        let hash = Self.hash(cell)
        var slot = hash & (slots.count - 1)
        while slots[slot] >= 0 {
            if isEqual(slots[slot], cell) { return codes.append(slots[slot]) }
            slot = (slot + 1) & (slots.count - 1)
        }
        if MissingMark.isMissing(cell) { return codes.append(-1) }
        let code = Int32(firstRows.count)
        slots[slot] = code
        firstRows.append(Int32(codes.count))
        bytes.append(contentsOf: cell)
        ends.append(bytes.count)
        codes.append(code)
    }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    mutating func appendMissing(_ rows: Int = 1) { codes.append(contentsOf: repeatElement(-1, count: rows)) }

    mutating func reserve(_ rows: Int) { codes.reserveCapacity(rows) }

    /// Nothing follows.
    mutating func finish() { slots = [] }

    private func range(_ code: Int32) -> Range<Int> { (code == 0 ? 0 : ends[Int(code) - 1])..<ends[Int(code)] }

    private func isEqual(_ code: Int32, _ cell: UnsafeBufferPointer<UInt8>) -> Bool {
        let range = range(code)
        guard range.count == cell.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            // The last bytes are those that differ most often.
            for place in stride(from: cell.count - 1, through: 0, by: -1)
            where bytes[range.lowerBound + place] != cell[place] { return false }
            return true
        }
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: max(Self.slotsMin, slots.count * 4))
        bytes.withUnsafeBufferPointer { bytes in
            for code in firstRows.indices.map({ Int32($0) }) {
                var slot = Self.hash(UnsafeBufferPointer(rebasing: bytes[range(code)])) & (slots.count - 1)
                while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
                slots[slot] = code
            }
        }
    }

    /// Eight bytes at a time by multiplication, the upper half mixed in (as FxHash does).
    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        var hash = UInt64(text.count), place = 0
        func mix(_ word: UInt64) {
            hash = ((hash << 5 | hash >> 59) ^ word) &* 0x51_7C_C1_B7_27_22_0A_95
        }
        // SAFETY: reads eight bytes from `place` on, which are below the end of the text.
        let raw = UnsafeRawBufferPointer(text)
        while place + 8 <= text.count {
            mix(raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            place += 8
        }
        var rest: UInt64 = 0
        while place < text.count {
            rest = rest << 8 | UInt64(text[place])
            place += 1
        }
        mix(rest)
        return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7FFF_FFFF)
    }
}
