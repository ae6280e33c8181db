/// What data that someone sends is: a table, or one of the other forms that a request takes.
package enum ContentKind: String, Sendable, CaseIterable {
    /// Comma-separated values, or one of their dialects.
    case table
    /// A whole request, an array of sequences, or the record of one series.
    case json
    /// A sequence, pair or record a line.
    case ndjson
    /// Anything else.
    case text
}
