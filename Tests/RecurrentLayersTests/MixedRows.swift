import RecurrentLayers

/// Rows of numbers and categories, as callers write them and as the first layer reads them.
extension NetworkSettings.Input {
    /// Two numbers; categories of five, of two, and of the five again.
    static let withCategories = NetworkSettings.Input.mixed(
        numbers: 2, tables: [EmbeddingTable(rows: 5, width: 3), EmbeddingTable(rows: 2, width: 1)], fields: [0, 1, 0])
    /// Categories alone.
    static let withoutNumbers = NetworkSettings.Input.mixed(
        numbers: 0, tables: [EmbeddingTable(rows: 4, width: 2)], fields: [0, 0])

    /// A raw row; empty for symbols.
    func row(number: (Int) -> Double, category: (Int) -> Int) -> [Double] {
        switch self {
        case .numeric(let channels): (0..<channels).map(number)
        case .tokens: []
        case .mixed(let numbers, let tables, let fields):
            (0..<numbers).map(number) + fields.enumerated().map { Double(category($0) % tables[$1].rows) }
        }
    }

    /// The embedded row of a raw one.
    ///
    /// - Parameter vector: of a table and a category; also given the table's width and the rows of all before it.
    func embedded<Scalar>(
        _ row: [Double], number: (Double) -> Scalar, vector: (Int, Int, Int, Int) -> [Scalar]
    ) -> [Scalar] {
        guard case .mixed(let numbers, let tables, let fields) = self else { return row.map(number) }
        return row[..<numbers].map(number)
            + fields.enumerated().flatMap { index, table in
                vector(
                    table, Int(row[numbers + index]), tables[table].width,
                    tables[..<table].reduce(0) { $0 + $1.rows })
            }
    }
}
