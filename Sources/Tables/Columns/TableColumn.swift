/// A column of a table: its cells as numbers where they all are, and as texts otherwise.
package struct TableColumn: Sendable {
    /// As its header has it; `column 3` without one.
    package let name: String
    /// The header left it empty, as row names of R and pandas do.
    package let isNameless: Bool
    /// What its cells are.
    package internal(set) var kind: ColumnKind
    /// Of numbers and flags, by row, NaN missing; empty for other kinds.
    package internal(set) var numbers: [Double] = []
    /// Of times (as ISO 8601) and texts; without rows for other kinds.
    package internal(set) var texts = CellTexts()

    init(name: String, isNameless: Bool = false, kind: ColumnKind) {
        (self.name, self.isNameless, self.kind) = (name, isNameless, kind)
    }

    /// Rows.
    package var count: Int { max(numbers.count, texts.count) }

    /// Whether it is held as numbers.
    package var isNumeric: Bool { kind == .number || kind == .flag }

    /// Whether it has dates.
    package var isTime: Bool { if case .time = kind { true } else { false } }

    /// The number of a row; NaN where there is none.
    package func number(_ row: Int) -> Double { numbers.isEmpty ? .nan : numbers[row] }

    /// The cell of a row as text; whole numbers without a point. nil where there is none.
    package func text(_ row: Int) -> String? {
        if !isNumeric { return texts[row] }
        let number = number(row)
        if number.isNaN { return nil }
        return Int64(exactly: number).map(String.init) ?? String(number)
    }

    /// Whether a row has nothing.
    package func isMissing(_ row: Int) -> Bool { isNumeric ? numbers[row].isNaN : texts[row] == nil }
}
