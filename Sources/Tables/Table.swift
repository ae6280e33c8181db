import JSON

/// A table in columns, read from a text that comes piece by piece.
package struct Table: Sendable {
    /// How its text was written.
    package let dialect: Dialect
    package let columns: [TableColumn]
    /// Rows, without the header.
    package let rowCount: Int
    /// Of each row, the line where it begins, for errors.
    package let lines: [Int32]
    /// What could be meant in another way, as questions.
    package let doubts: [TableDoubt]

    /// The column of a name, exactly as the header writes it; nil where there is none or more than one.
    package func column(_ name: String) -> TableColumn? {
        let found = columns.filter { $0.name == name }
        return found.count == 1 ? found[0] : nil
    }
}

/// Something that a table does not say, and a guess could be wrong about: a question with its answers.
package struct TableDoubt: Error, Equatable, Sendable {
    /// The option that would answer it: `time`, `decimal`.
    package let option: String
    /// The question, with what speaks for each answer.
    package let question: String
    /// Values of the option.
    package let answers: [String]
}

/// What a client says of a table beside its text; nil is to be found out.
package struct TableReading: Sendable, Equatable {
    /// Between cells.
    package var separator: UInt8?
    /// Before fractions.
    package var decimalMark: UInt8?
    /// Whether the first row has the names.
    package var hasHeader: Bool?
    /// The order of days and months in dates.
    package var dateForm: DateForm?
    /// Columns to read as texts, whatever they look like.
    package var textColumns: Set<String> = []

    /// All is found out.
    package init() {}
}
