/// A row of a table as it stands in the text, while the scanner is at it.
// SAFETY: the pointers are those of `RowScanner`'s buffers and are valid until its `body` returns, which no row
// outlives.
package struct TableRow {
    /// Where it begins, counted from 1.
    package let line: Int
    let text: UnsafePointer<UInt8>
    let cells: UnsafeBufferPointer<CellPlace>

    /// Cells.
    package var count: Int { cells.count }

    /// The bytes of a cell, without blanks and quotes around it; doubled quotes inside are still two.
    package func bytes(_ column: Int) -> UnsafeBufferPointer<UInt8> {
        let cell = cells[column]
        return UnsafeBufferPointer(start: text + cell.start, count: cell.end - cell.start)
    }

    /// Whether a cell stood in quotes, which many programs write around numbers, too.
    package func isQuoted(_ column: Int) -> Bool { cells[column].isQuoted }

    /// Whether a cell has quotes within its quotes.
    func hasDoubledQuotes(_ column: Int) -> Bool { cells[column].hasDoubledQuotes }

    /// A cell as text; bytes that are not UTF-8 become replacement characters.
    package func text(_ column: Int) -> String {
        let bytes = bytes(column)
        guard cells[column].hasDoubledQuotes else { return String(decoding: bytes, as: UTF8.self) }
        var single: [UInt8] = []
        var isSecond = false
        for byte in bytes {
            isSecond = byte == UInt8(ascii: "\"") && !isSecond
            if byte != UInt8(ascii: "\"") || isSecond { single.append(byte) }
        }
        return String(decoding: single, as: UTF8.self)
    }

    /// All cells as text.
    package var texts: [String] { (0..<count).map { text($0) } }
}

/// Where a cell lies in the scanner's text.
struct CellPlace {
    var start: Int
    var end: Int
    var isQuoted = false
    var hasDoubledQuotes = false

    /// Nothing at all, not even quotes.
    var isEmpty: Bool { start == end && !isQuoted }
}
