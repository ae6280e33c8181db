/// What a column of a table of series is for.
package enum ColumnRole: String, Sendable, CaseIterable {
    /// When a row is.
    case time
    /// Whose series a row belongs to; several columns are one id together.
    case id
    /// What is to be forecast.
    case target
    /// Known of the time to come.
    case future
    /// Known up to now.
    case past
    /// The same for all rows of a series.
    case fixed = "static"
    /// What is to be told of a row or a series.
    case label
    /// Not read.
    case leftOut = "left out"

    /// In a list of the roles of a table.
    var words: String {
        switch self {
        case .time, .id, .label, .target, .leftOut: rawValue
        case .future: "known in future"
        case .past: "known up to now"
        case .fixed: "of whole series"
        }
    }
}
