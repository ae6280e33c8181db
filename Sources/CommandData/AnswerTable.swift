import JSON
package import Tables

/// Rows of predictions for people: aligned, numbers with the digits that are read.
package struct AnswerTable {
    /// The rows under their heads.
    package private(set) var table: TextTable

    /// - Parameters:
    ///   - rows: numbers stand right, all other values left.
    ///   - keepsDigits: every digit is written, as for a file.
    package init(_ rows: PredictionRows, keepsDigits: Bool) {
        let heads = Self.heads(rows)
        let cells = heads.map { head in rows.rows.map { $0[head.name] ?? .null } }
        let numbers = AlignedNumbers(of: cells.flatMap { $0.compactMap(Self.fraction) })
        table = TextTable(
            zip(heads, cells).map { head, cells in
                let isNumeric = head.name != "id" && cells.contains { $0.asDouble != nil }
                return TextTable.Column(head.title, isNumeric: isNumeric, isWhole: Self.wholeNames.contains(head.name))
            })
        let texts = cells.map { cells in
            let texts = cells.map { Self.text($0, keepsDigits ? nil : numbers) }
            guard cells.contains(where: { Self.fraction($0) != nil }) else { return texts }
            return AlignedNumbers.aligned(zip(cells, texts).map { $0.isNull ? nil : $1 })
        }
        for row in rows.rows.indices { table.append(texts.map { $0[row] }) }
    }

    /// What is not cut at the edge of a terminal.
    private static let wholeNames: Set<String> = ["id", "sequence", "time", "step", "channel", "label"]

    /// What tells nothing is left out: the index of a single sequence. The name of a single channel is the head of its
    /// values.
    static func heads(_ rows: PredictionRows) -> [(name: String, title: String)] {
        let sequences = Set(rows.rows.map { $0["sequence"]?.asInt })
        let channels = rows.rows.map { $0["channel"]?.asString }
        let channel = Set(channels).count == 1 ? channels.first ?? nil : nil
        return rows.names.compactMap { name in
            switch name {
            case "sequence" where sequences.count == 1: nil
            case "channel" where channel != nil: nil
            case "mean": (name, channel ?? name)
            default: (name, name)
            }
        }
    }

    /// A number that may have decimals.
    static func fraction(_ value: JSONValue) -> Double? {
        if case .number(let number) = value { number } else { nil }
    }

    static func text(_ value: JSONValue, _ numbers: AlignedNumbers?) -> String {
        if let numbers, let number = fraction(value) { return numbers.text(number) }
        return value.isNull ? "" : value.asString ?? value.text
    }
}
