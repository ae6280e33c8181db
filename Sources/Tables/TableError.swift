/// What is wrong with a table, where, and what would be right. Lines and columns are counted from 1, as editors and
/// spreadsheets do.
package enum TableError: Error, Equatable, CustomStringConvertible {
    /// Not a text at all.
    case notText(reason: String)
    /// No row, or nothing but a header.
    case empty
    /// A row with more or fewer cells than the others.
    case raggedRow(line: Int, found: Int, expected: Int)
    /// A quote in the middle of a cell, or one that is never closed.
    case strayQuote(line: Int)
    case rowTooLong(line: Int, sizeBytesMax: Int)
    case tooManyColumns(count: Int, countMax: Int)
    case tooManyRows(countMax: Int)
    /// Above the names of the columns.
    case title(text: String)
    /// What parts the cells is none of the separators.
    case blanksBetweenCells
    /// A cell that does not go with the others of its column.
    case cell(line: Int, column: String, text: String, expected: String)

    package var description: String {
        switch self {
        case .notText(let reason): "this is not a table: \(reason)"
        case .empty: "the table has no rows"
        case .raggedRow(let line, let found, let expected):
            "line \(line): \(found) cells, the first row has \(expected)"
        case .strayQuote(let line):
            "line \(line): a quote that does not go around a cell; inside of one it is doubled"
        case .rowTooLong(let line, let sizeBytesMax): "line \(line): a row of more than \(sizeBytesMax) bytes"
        case .tooManyColumns(let count, let countMax): "\(count) columns, at most \(countMax)"
        case .title(let text):
            "line 1: \"\(text.prefix(40))\" is a title and not the names of columns: leave out what stands above them"
        case .blanksBetweenCells:
            "its cells are parted by blanks; parted by tabs it can be read: tr -s ' ' '\\t' < FILE"
        case .tooManyRows(let countMax): "more than \(countMax) rows"
        case .cell(let line, let column, let text, let expected):
            "line \(line), column \(column): \"\(text.prefix(40))\" is not \(expected)"
        }
    }
}
