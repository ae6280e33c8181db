extension NetworkSettings.Input {
    /// Numbers of a mixed row, at most: with so many, sizes are counted without an overflow.
    package static let mixedNumbersMax = 1 << 24
    /// Categories of a mixed row, at most, for the same reason.
    package static let mixedFieldsMax = 1 << 16

    /// Values of four bytes that a caller writes a step: I numbers, one symbol, or I numbers and K categories.
    package var rawWidth: Int {
        switch self {
        case .numeric(let channels): channels
        case .tokens: 1
        case .mixed(let numbers, _, let fields): numbers + fields.count
        }
    }

    /// Numbers that the first layer reads a step: I, E, or I and the D of each field.
    package var embeddedWidth: Int {
        switch self {
        case .numeric(let channels): channels
        case .tokens(_, let embedding): embedding
        case .mixed(let numbers, let tables, let fields): fields.reduce(numbers) { $0 + tables[$1].width }
        }
    }

    /// Weights of embeddings.
    package var embeddingCount: Int {
        switch self {
        case .numeric: 0
        case .tokens(let vocabulary, let embedding): vocabulary * embedding
        case .mixed(_, let tables, _): tables.reduce(0) { $0 + $1.rows * $1.width }
        }
    }

    /// Whether there can be such an input: every size is at least 1, and each table of a mixed one is that of a field.
    /// What is read from outside is asked before any width is.
    package var isSound: Bool {
        switch self {
        case .numeric(let channels): return channels > 0
        case .tokens(let vocabulary, let embedding): return vocabulary > 0 && embedding > 0
        case .mixed(let numbers, let tables, let fields):
            let isSized = 0...Self.mixedNumbersMax ~= numbers && 1...Self.mixedFieldsMax ~= fields.count
            guard isSized, tables.count <= fields.count else { return false }
            return tables.allSatisfy(\.isSound) && Set(fields) == Set(tables.indices)
        }
    }

    /// Whether a row of `rawWidth` values can be read: the categories of a mixed one are whole numbers, each below the
    /// V of its table.
    package func accepts(_ row: some Collection<Float>) -> Bool {
        guard case .mixed(_, let tables, let fields) = self else { return true }
        return zip(row.suffix(fields.count), fields).allSatisfy { value, table in
            CategoryField.category(value, of: tables[table].rows) != nil
        }
    }
}
