/// A table of learned vectors `[V, D]`, one for each category.
package struct EmbeddingTable: Codable, Sendable, Equatable {
    /// V ≥ 1 categories.
    package var rows: Int
    /// D ≥ 1.
    package var width: Int

    /// Categories are written as floats among numbers: these hold each whole number up to here.
    package static let rowsMax = 1 << 24
    /// Far beyond what learns, and small enough for sizes of whole networks to be counted without an overflow.
    package static let widthMax = 1 << 16

    /// A table of `rows` vectors of `width` numbers.
    package init(rows: Int, width: Int) {
        self.rows = rows
        self.width = width
    }

    /// Whether there can be such a table.
    var isSound: Bool { 1...Self.rowsMax ~= rows && 1...Self.widthMax ~= width }
}
