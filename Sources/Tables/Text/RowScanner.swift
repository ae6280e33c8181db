/// Splits a text that comes piece by piece into rows and cells (RFC 4180): a row may end with LF, CR LF or CR, a cell
/// in quotes may hold separators, line ends and doubled quotes. Empty lines are passed over.
package struct RowScanner {
    /// A row is no longer than this: who forgets a closing quote gets an error and not the rest of the file in a cell.
    private static let rowSizeBytesMax = 16 << 20

    private let separator: UInt8
    private let hasComments: Bool
    /// What was fed and is not used up: the row that is not whole yet.
    private var text: [UInt8] = []
    /// Of the row at hand; kept for its memory.
    private var cells: [CellPlace] = []
    /// Of the next row, counted from 1.
    private var line = 1

    /// - Parameter dialect: its separator and comments count.
    package init(_ dialect: Dialect) {
        separator = dialect.separator
        hasComments = dialect.hasComments
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
        var (text, cells) = (text + piece, self.cells)
        (self.text, self.cells) = ([], [])
        var line = line
        let used = try text.withUnsafeBufferPointer { buffer throws(TableError) in
            var cursor = RowCursor(text: buffer, separator: separator, line: line)
            while cursor.place < buffer.count {
                let start = cursor
                cells.removeAll(keepingCapacity: true)
                if hasComments, buffer[cursor.place] == UInt8(ascii: "#") {
                    cursor.skipLine()
                } else {
                    try cursor.row(into: &cells)
                }
                // A row without an end is one only where nothing can follow; so is a CR that may be half of one.
                if !isLast, !cursor.isBehindLineEnd { return start.place }
                if let open = cursor.openQuoteLine { throw .strayQuote(line: open) }
                line = cursor.line
                guard !cells.isEmpty, !(cells.count == 1 && cells[0].isEmpty), let base = buffer.baseAddress else {
                    continue
                }
                let goesOn = try cells.withUnsafeBufferPointer { cells throws(TableError) in
                    try body(TableRow(line: start.line, text: base, cells: cells))
                }
                if !goesOn { break }
            }
            return cursor.place
        }
        self.line = line
        text.removeFirst(used)
        if text.count > Self.rowSizeBytesMax { throw .rowTooLong(line: line, sizeBytesMax: Self.rowSizeBytesMax) }
        (self.text, self.cells) = (text, cells)
    }
}

/// Walks over the bytes of rows.
// SAFETY: lives within `RowScanner.feed`, whose buffer it reads; every access is below its count.
private struct RowCursor {
    let text: UnsafeBufferPointer<UInt8>
    let separator: UInt8
    private(set) var place = 0
    private(set) var line: Int
    /// A line end was seen, whole.
    private(set) var isBehindLineEnd = false
    /// Where the quote stands that is not closed.
    private(set) var openQuoteLine: Int?

    // Computed: a stored one would be looked up for every byte.
    private static var quote: UInt8 { UInt8(ascii: "\"") }
    private static var feed: UInt8 { UInt8(ascii: "\n") }
    private static var carriage: UInt8 { UInt8(ascii: "\r") }

    init(text: UnsafeBufferPointer<UInt8>, separator: UInt8, line: Int) {
        self.text = text
        self.separator = separator
        self.line = line
    }

    /// To behind the end of the line.
    mutating func skipLine() {
        while place < text.count, text[place] != Self.feed, text[place] != Self.carriage { place += 1 }
        endLine()
    }

    /// The cells of a row, to behind its end.
    mutating func row(into cells: inout [CellPlace]) throws(TableError) {
        isBehindLineEnd = false
        while true {
            skipBlanks()
            if place < text.count, text[place] == Self.quote {
                cells.append(try quoted())
            } else {
                cells.append(bare())
            }
            guard place < text.count else { return }
            if text[place] == separator {
                place += 1
                continue
            }
            return endLine()
        }
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private mutating func skipBlanks() {
        while place < text.count, isBlank(text[place]), text[place] != separator { place += 1 }
    }

    private mutating func bare() -> CellPlace {
        let start = place
        while place < text.count {
            let byte = text[place]
            if byte == separator || byte == Self.feed || byte == Self.carriage { break }
            place += 1
        }
        var end = place
        while end > start, isBlank(text[end - 1]) { end -= 1 }
        return CellPlace(start: start, end: end)
    }

    /// A cell in quotes, to the separator or line end behind it.
    private mutating func quoted() throws(TableError) -> CellPlace {
        let first = line
        place += 1
        var cell = CellPlace(start: place, end: place, isQuoted: true)
        while place < text.count {
            let byte = text[place]
            if byte == Self.quote {
                guard place + 1 < text.count, text[place + 1] == Self.quote else { break }
                cell.hasDoubledQuotes = true
                place += 1
            } else if byte == Self.feed || byte == Self.carriage && !isFeed(at: place + 1) {
                line += 1
            }
            place += 1
        }
        cell.end = place
        guard place < text.count else {
            openQuoteLine = first
            return cell
        }
        place += 1
        skipBlanks()
        guard place == text.count || [separator, Self.feed, Self.carriage].contains(text[place]) else {
            throw .strayQuote(line: line)
        }
        return cell
    }

    private func isFeed(at place: Int) -> Bool { place < text.count && text[place] == Self.feed }

    private mutating func endLine() {
        guard place < text.count else { return }
        // Whether an LF follows is not known at the end of a piece.
        isBehindLineEnd = text[place] == Self.feed || place + 1 < text.count
        if text[place] == Self.carriage, isFeed(at: place + 1) { place += 1 }
        place += 1
        line += 1
    }
}
