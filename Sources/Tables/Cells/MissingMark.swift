/// What people write where there is no value.
package enum MissingMark {
    /// In small letters: of R, pandas, SQL and spreadsheets in English and German. `none` is not among them, for it is
    /// a value as often as not.
    private static let words: Set<String> = [
        "na", "n/a", "n.a.", "nan", "null", "nil", "#n/a", "#nv", "#wert!", "#value!", "#div/0!", "#ref!", "<na>",
        "nat",
        "k.a.", "missing", "-", "--", "\u{2013}", "\u{2014}", "?", ".", "..", "\\n", "-nan", "#na",
    ]
    private static let longest = 8

    /// Whether a cell says that there is nothing.
    package static func isMissing(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = cell.first else { return true }
        // Nearly all cells that are there begin with a digit or are long.
        guard cell.count <= longest, first &- UInt8(ascii: "0") > 9 else { return false }
        return words.contains(String(decoding: cell, as: UTF8.self).lowercased())
    }
}

/// What people write for yes and no.
package enum CellFlag {
    private static let words: [String: Bool] = [
        "true": true, "false": false, "yes": true, "no": false, "wahr": true, "falsch": false, "ja": true,
        "nein": false,
    ]

    /// nil for what is neither.
    package static func read(_ text: String) -> Bool? { text.utf8.count <= 6 ? words[text.lowercased()] : nil }
}
