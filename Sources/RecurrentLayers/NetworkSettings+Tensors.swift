extension NetworkSettings {
    /// Name and shape of every parameter, in the order of `RecurrentNetwork.tensors()`; nothing is allocated for them.
    package var tensorShapes: [(name: String, shape: [Int])] {
        ParameterLayout(self).entries.map { ($0.name, $0.shape) }
    }

    /// The cell whose W_hh has `rows` rows and H columns.
    package static func cell(rows: Int, hidden: Int) -> CellKind? {
        CellKind.allCases.first { hidden > 0 && rows == $0.gates * hidden }
    }
}
