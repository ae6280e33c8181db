/// A table in columns, read from a text that comes piece by piece.
package struct Table: Sendable {
    /// How its text was written.
    package let dialect: Dialect
    /// Where its series are.
    package let layout: TableLayout
    /// In the order of the table, without the values of series in rows.
    package let columns: [TableColumn]
    /// The values of series in rows, which are no columns then; nil in other layouts.
    package let wide: WideRows?
    /// Rows, without the header.
    package let rowCount: Int
    /// Of each row, the line where it begins, for errors.
    package let lines: RowLines
    /// What could be meant in another way, as questions.
    package let doubts: [TableDoubt]

    /// Values, with those of series in rows.
    package var cellCount: Int { rowCount * columns.count + (wide?.series.reduce(0) { $0 + $1.count } ?? 0) }

    /// The column of a name, exactly as the header writes it; nil where there is none or more than one.
    package func column(_ name: String) -> TableColumn? {
        let found = columns.filter { $0.name == name }
        return found.count == 1 ? found[0] : nil
    }
}
