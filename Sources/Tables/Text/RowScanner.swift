/// Splits a text that comes piece by piece into rows and cells (RFC 4180): a row may end with LF, CR LF or CR, a cell
/// in quotes may hold separators, line ends and doubled quotes. Empty lines are passed over.
package struct RowScanner {
    /// A row is no longer than this: who forgets a closing quote gets an error and not the rest of the file in a cell.
    private static let rowSizeBytesMax = 16 << 20

    private let separator: UInt8
    private let hasComments: Bool
    /// What was fed and is not used up: the row that is not whole yet.
    private var text: [UInt8] = []
    /// Of the next row, counted from 1.
    private var line = 1
    private let hasSeparatorLine: Bool

    /// - Parameter dialect: its separator and comments count.
    package init(_ dialect: Dialect) {
        separator = dialect.separator
        hasComments = dialect.hasComments
        hasSeparatorLine = dialect.hasSeparatorLine
    }

    /// Takes the next piece of the text and gives all rows that are whole.
    ///
    /// - Parameters:
    ///   - isLast: nothing follows, so that the last row needs no line end.
    ///   - body: gets each row; false ends the scan.
    /// - Throws: `TableError` for a stray quote or a row without an end, and what `body` throws.
    package mutating func feed(
        _ piece: [UInt8], isLast: Bool, _ body: (TableRow) throws(TableError) -> Bool
    ) throws(TableError) {
        // Taken out of self, so that it grows in its own memory.
        var text = self.text
        self.text = []
        text.append(contentsOf: piece)
        var line = line
        let used = try text.withUnsafeBufferPointer { buffer throws(TableError) in
            var cursor = RowCursor(text: buffer, separator: separator, line: line)
            defer { cursor.close() }
            while cursor.place < buffer.count {
                let start = cursor.place, startLine = cursor.line
                if hasSeparatorLine && startLine == 1 || hasComments && buffer[start] == UInt8(ascii: "#") {
                    cursor.skipLine()
                } else {
                    try cursor.row()
                }
                // A row without an end is one only where nothing can follow; so is a CR that may be half of one.
                if !isLast, !cursor.isBehindLineEnd { return start }
                if let open = cursor.openQuoteLine { throw .strayQuote(line: open) }
                line = cursor.line
                guard !cursor.isEmptyRow, let base = buffer.baseAddress else { continue }
                if try !body(TableRow(line: startLine, text: base, cells: cursor.cells)) { break }
            }
            return cursor.place
        }
        self.line = line
        text.removeSubrange(0..<used)
        if text.count > Self.rowSizeBytesMax { throw .rowTooLong(line: line, sizeBytesMax: Self.rowSizeBytesMax) }
        self.text = text
    }
}
