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
    /// Where the series are.
    package var layout: TableLayout?
    /// Columns to read as texts, whatever they look like.
    package var textColumns: Set<String> = []
    /// Columns that are the time together: year and month, date and hour; empty to find them.
    package var timeColumns: [String] = []
    /// Numbers that stand for a missing value; nil to ask where one looks like that.
    package var missingNumbers: Set<Double>?
    /// Something is said of how it is written.
    var saysDialect: Bool { separator != nil || decimalMark != nil || hasHeader != nil }

    /// All is found out.
    package init() {}
}
