/// What the cells of a column are.
package enum ColumnKind: Sendable, Equatable {
    /// Numbers; missing ones allowed.
    case number
    /// Yes and no, as 1 and 0.
    case flag
    /// Dates or times, in a form.
    case time(DateForm)
    /// Anything else: categories, ids, texts.
    case text
    /// No cell has anything.
    case empty
}

/// A column of a table: its cells as numbers where they all are, and as texts otherwise.
package struct TableColumn: Sendable {
    /// As its header has it; `column 3` without one.
    package let name: String
    /// The header left it empty, as row names of R and pandas do.
    package let isNameless: Bool
    package let kind: ColumnKind
    /// Of numbers and flags, by row, NaN missing; empty for other kinds.
    package internal(set) var numbers: [Double] = []
    /// Of times and texts, by row as the table writes them, nil missing; empty for other kinds.
    package internal(set) var texts: [String?] = []

    /// Rows.
    package var count: Int { max(numbers.count, texts.count) }
}
