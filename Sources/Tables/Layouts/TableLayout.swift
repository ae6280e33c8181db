/// Where the series of a table are.
package enum TableLayout: String, Sendable, CaseIterable {
    /// A row is a step: of one series, or of several told apart by an id.
    case long
    /// A row is a series, its values side by side.
    case rows
    /// A column is a series.
    case columns
}

/// Series that stand in rows, beside the columns that say what they are.
package struct WideRows: Sendable {
    /// The values of each row, NaN missing; what is empty at the end is not there.
    package internal(set) var series: [[Double]] = []
    /// What the header calls the values; empty without a header.
    package let heads: [String]

    /// Makes numbers that stand for nothing missing.
    mutating func clear(_ marks: Set<Double>) {
        series = series.map { $0.map { marks.contains($0) ? .nan : $0 } }
    }
}
