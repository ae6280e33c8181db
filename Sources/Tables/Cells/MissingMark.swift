/// What people write where there is no value.
package enum MissingMark {
    /// In small letters: of R, pandas, SQL and spreadsheets in English and German. `none` is not among them, for it is
    /// a value as often as not.
    private static let words: Set<String> = [
        "na", "n/a", "n.a.", "nan", "null", "nil", "#n/a", "#nv", "#wert!", "#value!", "#div/0!", "#ref!", "<na>",
        "nat",
        "k.a.", "missing", "-", "--", "\u{2013}", "\u{2014}", "?", ".", "..", "\\n", "-nan", "#na",
    ]
    /// As bytes in one number, the first lowest: all are that short.
    private static let packed = Set(words.map { PackedWord.pack($0) })

    /// Whether a cell says that there is nothing.
    package static func isMissing(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = cell.first else { return true }
        // Nearly all cells that are there begin with a digit, with another letter, or are long.
        guard cell.count <= PackedWord.sizeBytesMax, canBegin(first) else { return false }
        return packed.contains(PackedWord.pack(cell))
    }

    private static func canBegin(_ byte: UInt8) -> Bool {
        switch byte | 0x20 {
        case UInt8(ascii: "n"), UInt8(ascii: "k"), UInt8(ascii: "m"): true
        default:
            byte < UInt8(ascii: "0") || byte > UInt8(ascii: "9") && byte < UInt8(ascii: "A") || byte == 0x5C
                || byte == 0xE2
        }
    }
}

/// A short word in small letters as one number, the first byte lowest.
enum PackedWord {
    static var sizeBytesMax: Int { 8 }

    /// - Precondition: at most `sizeBytesMax` bytes.
    static func pack(_ cell: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var packed: UInt64 = 0
        for (place, byte) in cell.enumerated() {
            let isCapital = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
            packed |= UInt64(isCapital ? byte | 0x20 : byte) << UInt64(8 * place)
        }
        return packed
    }

    static func pack(_ word: String) -> UInt64 {
        var word = word
        return word.withUTF8 { pack($0) }
    }
}

/// What people write for yes and no.
package enum CellFlag {
    private static let words: [String: Bool] = [
        "true": true, "false": false, "yes": true, "no": false, "wahr": true, "falsch": false, "ja": true,
        "nein": false,
    ]

    private static let packed = Dictionary(words.map { (PackedWord.pack($0), $1) }) { first, _ in first }

    /// nil for what is neither.
    package static func read(_ cell: UnsafeBufferPointer<UInt8>) -> Bool? {
        cell.count <= PackedWord.sizeBytesMax ? packed[PackedWord.pack(cell)] : nil
    }

    /// nil for what is neither.
    package static func read(_ text: String) -> Bool? {
        var text = text
        return text.withUTF8 { read($0) }
    }
}
