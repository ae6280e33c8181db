extension NetworkSettings {
    /// Name and shape of every parameter, in the order of `RecurrentNetwork.tensors()`; nothing is allocated for them.
    package var tensorShapes: [(name: String, shape: [Int])] {
        RecurrentParameters(self).plan.layout.entries.map { ($0.name, $0.shape) }
    }

    /// The cell whose W_hh has `rows` rows and H columns.
    package static func cell(rows: Int, hidden: Int) -> CellKind? {
        CellKind.allCases.first { kind in
            // Both come from the shape of a tensor, which may be empty in one axis and of any size in the other.
            let (product, isTooLarge) = kind.gates.multipliedReportingOverflow(by: hidden)
            return hidden > 0 && !isTooLarge && rows == product
        }
    }
}
