import RecurrentLayers

/// Rules of the categories that a network reads, before any size is computed from them.
extension SettingsChecks {
    /// Nothing to check for a network of numbers or symbols alone.
    mutating func categories(of network: ModelNetwork, _ pointer: String) {
        guard case .mixed(_, let tables, let fields) = network.input else { return }
        switch network {
        case .recurrent, .transformer: break
        case .encoderDecoder, .pointer: return fault(pointer, "such a network reads numbers or symbols, no categories")
        }
        let (rows, widths) = (1...ModelLimits.vocabularyMax, 1...ModelLimits.embeddingMax)
        if !(1...ModelLimits.fieldsMax ~= fields.count) {
            fault(pointer, "\(fields.count) fields of categories, expected 1 to \(ModelLimits.fieldsMax)")
        } else if let table = tables.first(where: { !rows.contains($0.rows) || !widths.contains($0.width) }) {
            fault(
                pointer,
                "a table of \(table.rows) categories, \(table.width) numbers each; at most \(rows.upperBound) and "
                    + "\(widths.upperBound) are allowed")
        } else if !network.input.isSound {
            fault(pointer, "its numbers are too many, or its fields do not fit its tables")
        }
    }
}
