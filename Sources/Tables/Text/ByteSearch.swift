/// Eight bytes of a text at a time, as one number (SWAR), to find where a cell ends.
///
/// A byte of x is 0 where `(x - 0x01…) & ~x & 0x80…` has its bit; borrows make bits only above the first such byte, and
/// that one is asked for (Hacker's Delight, section 6-1).
struct ByteSearch {
    /// Bytes of a word.
    static var width: Int { 8 }
    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var tops: UInt64 { 0x8080_8080_8080_8080 }

    private let first: UInt64, second: UInt64, third: UInt64

    /// - Parameters: the bytes looked for.
    init(_ first: UInt8, _ second: UInt8, _ third: UInt8) {
        self.first = Self.ones &* UInt64(first)
        self.second = Self.ones &* UInt64(second)
        self.third = Self.ones &* UInt64(third)
    }

    /// The first place of one of the bytes from a place on; the count if there is none.
    // SAFETY: a word is read where eight bytes are left, and single bytes below the count.
    @inline(__always)
    func place(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var place = start
        guard let base = text.baseAddress else { return text.count }
        while place + Self.width <= text.count {
            let word = UInt64(littleEndian: UnsafeRawPointer(base + place).loadUnaligned(as: UInt64.self))
            let found = Self.zeros(word ^ first) | Self.zeros(word ^ second) | Self.zeros(word ^ third)
            if found != 0 { return place + found.trailingZeroBitCount / 8 }
            place += Self.width
        }
        while place < text.count {
            let byte = UInt64(base[place])
            if byte == first & 0xFF || byte == second & 0xFF || byte == third & 0xFF { return place }
            place += 1
        }
        return place
    }

    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & tops }
}
