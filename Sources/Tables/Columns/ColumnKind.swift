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
