import Kernels

/// A field of a mixed input: where its category stands in a row, and the table that embeds it.
struct CategoryField {
    let table: EmbeddingTable
    /// Where the table's weight `[V, D]` lies in the flat parameters.
    let offset: Int
    /// Rows of the tables before this one: with the category it numbers the rows of all tables.
    let firstRow: Int
    /// The column of the category in a raw row, and of its vector in an embedded one.
    let rawColumn: Int
    let column: Int

    /// The category that a raw row names.
    func category(of row: Vector) -> Int {
        guard let category = Self.category(row[rawColumn], of: table.rows) else {
            preconditionFailure("category \(row[rawColumn]) of \(table.rows), in column \(rawColumn)")
        }
        return category
    }

    /// The row of the table, or of its gradient, in a flat buffer.
    func vector(_ category: Int, of parameters: AlignedBuffer) -> Vector {
        parameters.vector(from: offset + category * table.width, count: table.width)
    }

    /// The field's part of an embedded row, or of its gradient.
    func part(of row: Vector) -> Vector { row.elements(from: column, count: table.width) }

    /// The whole number below `rows` that a float is; nil for any other.
    static func category(_ value: Float, of rows: Int) -> Int? {
        guard value >= 0, value < Float(rows) else { return nil }
        let category = Int(value)
        return Float(category) == value ? category : nil
    }
}
