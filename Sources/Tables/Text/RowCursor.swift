/// Walks over the bytes of rows.
// SAFETY: lives within `RowScanner.feed`, whose buffer it reads; every access is below its count. The memory of its
// cells is its own until `close`, and no row outlives the step that found it.
struct RowCursor {
    private static let roomMin = 64

    private let text: UnsafeBufferPointer<UInt8>
    private let separator: UInt8
    private let bareEnd: ByteSearch
    private let quoteEnd: ByteSearch
    private(set) var place = 0
    private(set) var line: Int
    /// A line end was seen, whole.
    private(set) var isBehindLineEnd = false
    /// Where the quote stands that is not closed.
    private(set) var openQuoteLine: Int?
    private var found: UnsafeMutablePointer<CellPlace>
    private var room = Self.roomMin
    private var count = 0

    // Computed: a stored one would be looked up for every byte.
    private static var quote: UInt8 { UInt8(ascii: "\"") }
    private static var feed: UInt8 { UInt8(ascii: "\n") }
    private static var carriage: UInt8 { UInt8(ascii: "\r") }

    /// To be closed at the end.
    init(text: UnsafeBufferPointer<UInt8>, separator: UInt8, line: Int) {
        self.text = text
        self.separator = separator
        self.line = line
        bareEnd = ByteSearch(separator, Self.feed, Self.carriage)
        quoteEnd = ByteSearch(Self.quote, Self.feed, Self.carriage)
        found = .allocate(capacity: Self.roomMin)
    }

    /// Gives back the memory of the cells.
    func close() { found.deallocate() }

    /// Those of the row that was found last.
    var cells: UnsafeBufferPointer<CellPlace> { UnsafeBufferPointer(start: found, count: count) }

    /// A row of nothing, which is none.
    var isEmptyRow: Bool { count == 0 || count == 1 && found[0].isEmpty }

    private mutating func append(_ cell: CellPlace) {
        if count == room {
            let larger = UnsafeMutablePointer<CellPlace>.allocate(capacity: room * 2)
            larger.moveInitialize(from: found, count: count)
            found.deallocate()
            (found, room) = (larger, room * 2)
        }
        (found + count).initialize(to: cell)
        count += 1
    }

    /// To behind the end of the line.
    mutating func skipLine() {
        count = 0
        isBehindLineEnd = false
        while place < text.count, text[place] != Self.feed, text[place] != Self.carriage { place += 1 }
        endLine()
    }

    /// The cells of a row, to behind its end.
    mutating func row() throws(TableError) {
        count = 0
        isBehindLineEnd = false
        while true {
            skipBlanks()
            if place < text.count, text[place] == Self.quote {
                append(try quoted())
            } else {
                append(bare())
            }
            guard place < text.count else { return }
            if text[place] != separator { return endLine() }
            place += 1
        }
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private mutating func skipBlanks() {
        while place < text.count, isBlank(text[place]), text[place] != separator { place += 1 }
    }

    private mutating func bare() -> CellPlace {
        let start = place
        place = bareEnd.place(in: text, from: start)
        var end = place
        while end > start, isBlank(text[end - 1]) { end -= 1 }
        return CellPlace(start: start, end: end)
    }

    /// A cell in quotes, to the separator or line end behind it.
    private mutating func quoted() throws(TableError) -> CellPlace {
        let first = line
        place += 1
        var cell = CellPlace(start: place, end: place, isQuoted: true)
        while true {
            place = quoteEnd.place(in: text, from: place)
            guard place < text.count else { break }
            let byte = text[place]
            if byte == Self.quote {
                guard place + 1 < text.count, text[place + 1] == Self.quote else { break }
                cell.hasDoubledQuotes = true
                place += 1
            } else if byte == Self.feed || !isFeed(at: place + 1) {
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
        guard
            place == text.count || text[place] == separator || text[place] == Self.feed || text[place] == Self.carriage
        else { throw .strayQuote(line: line) }
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
