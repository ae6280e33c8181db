/// A fault of a table with its place: the row as a client counts them, the column, the cell.
package struct TableFault: Error, Equatable, Sendable {
    /// A line of a text, from 1; or a record, as its reader was told to count. nil where no single row is at fault.
    package var row: Int?
    /// By its name.
    package var column: String?
    /// What stands there.
    package var cell: String?
    /// What is wrong, and what would be right, without the place.
    package var detail: String
    /// The text does not read at all, as opposed to what it says.
    package var isMalformed = false

    /// A fault.
    package init(row: Int? = nil, column: String? = nil, cell: String? = nil, detail: String) {
        (self.row, self.column, self.cell, self.detail) = (row, column, cell, detail)
    }

    /// Cells are told up to this length.
    private static let cellMax = 40

    /// - Parameter origin: of a table that was made of records.
    package init(_ error: TableError, of origin: RecordOrigin? = nil) {
        var line: Int?
        switch error {
        case .raggedRow(let at, let found, let expected):
            self.init(detail: "\(found) cells, the first row has \(expected)")
            line = at
        case .strayQuote(let at):
            self.init(detail: "a quote that does not go around a cell; inside of one it is doubled")
            line = at
        case .rowTooLong(let at, let sizeBytesMax):
            self.init(detail: "a row of more than \(sizeBytesMax) bytes")
            line = at
        case .cell(let at, let column, let text, let expected):
            let cell = String(text.prefix(Self.cellMax))
            self.init(column: column, cell: cell, detail: "\"\(cell)\" is not \(expected)")
            line = at
        default: self.init(detail: error.description)
        }
        switch error {
        case .notText, .raggedRow, .strayQuote, .rowTooLong: isMalformed = origin == nil
        default: break
        }
        row = line.flatMap { line in origin.map { $0.number(ofLine: line) } ?? line }
    }

    /// The fault behind its place.
    ///
    /// - Parameter unit: what a row is called: line, record.
    package func description(unit: String) -> String {
        let places = [row.map { "\(unit) \($0)" }, column.map { "column \($0)" }].compactMap(\.self)
        return places.isEmpty ? detail : places.joined(separator: ", ") + ": " + detail
    }
}
