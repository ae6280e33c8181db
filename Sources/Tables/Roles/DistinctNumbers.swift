/// Equal numbers of a column as equal codes, by a table of 64-bit words with open addressing.
enum DistinctNumbers {
    private static let slotsMin = 256

    /// - Parameter word: what is equal for equal numbers; nil for a missing one.
    static func codes<Number>(_ numbers: [Number], word: (Number) -> UInt64?) -> ColumnFacts.Codes {
        var codes: [Int32] = [], firstRows: [Int32] = [], words: [UInt64] = []
        codes.reserveCapacity(numbers.count)
        var slots = [Int32](repeating: -1, count: slotsMin), last: (word: UInt64, code: Int32)?
        for row in numbers.indices {
            guard let word = word(numbers[row]) else {
                codes.append(-1)
                continue
            }
            if let last, last.word == word {
                codes.append(last.code)
                continue
            }
            if words.count * 2 >= slots.count { slots = grown(slots.count * 4, words) }
            var slot = place(word, slots.count)
            while slots[slot] >= 0, words[Int(slots[slot])] != word { slot = (slot + 1) & (slots.count - 1) }
            if slots[slot] < 0 {
                slots[slot] = Int32(words.count)
                words.append(word)
                firstRows.append(Int32(row))
            }
            last = (word, slots[slot])
            codes.append(slots[slot])
        }
        return ColumnFacts.Codes(codes: codes, firstRows: firstRows)
    }

    private static func grown(_ size: Int, _ words: [UInt64]) -> [Int32] {
        var slots = [Int32](repeating: -1, count: size)
        for (code, word) in words.enumerated() {
            var slot = place(word, size)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(code)
        }
        return slots
    }

    /// Fibonacci hashing: the high bits of a product are mixed best.
    private static func place(_ word: UInt64, _ size: Int) -> Int {
        let mixed = (word ^ word >> 32) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 32) & (size - 1)
    }
}
