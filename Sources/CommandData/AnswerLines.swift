import JSON
package import Tables

/// Rows of predictions for people as they come: widths and digits are those of the first.
package struct AnswerLines {
    private static let gap = "  "
    /// Of a number: most that come later fit, too.
    private static let numberWidthMin = 8

    private let keepsDigits: Bool
    private var heads: [(name: String, title: String)] = []
    private var widths: [Int] = []
    private var isNumeric: [Bool] = []
    private var numbers: AlignedNumbers?

    /// - Parameter keepsDigits: every digit is written, as for a file.
    package init(keepsDigits: Bool) { self.keepsDigits = keepsDigits }

    /// The lines of rows, below that of the heads before the first.
    package mutating func lines(_ rows: PredictionRows) -> [String] {
        var lines: [String] = []
        if heads.isEmpty, let first = rows.rows.first {
            begin(rows, first)
            lines.append(line(heads.map(\.title)))
        }
        return lines + rows.rows.map { row in line(heads.map { AnswerTable.text(row[$0.name] ?? .null, numbers) }) }
    }

    private mutating func begin(_ rows: PredictionRows, _ first: JSONObject) {
        // More sequences and channels may come than the first row shows.
        heads = rows.names.map { ($0, $0) }
        if !keepsDigits {
            numbers = AlignedNumbers(of: rows.rows.flatMap { $0.members.compactMap { AnswerTable.fraction($0.value) } })
        }
        isNumeric = heads.map { $0.name != "id" && first[$0.name]?.asDouble != nil }
        widths = heads.indices.map { index in
            let cells = rows.rows.map { AnswerTable.text($0[heads[index].name] ?? .null, numbers).count }
            let least = AnswerTable.fraction(first[heads[index].name] ?? .null) == nil ? 0 : Self.numberWidthMin
            return max(heads[index].title.count, least, cells.max() ?? 0)
        }
    }

    private func line(_ cells: [String]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let text = TextTable.printable(cell)
            let padding = String(repeating: " ", count: max(0, widths[index] - text.count))
            line += (index > 0 ? Self.gap : "") + (isNumeric[index] ? padding + text : text + padding)
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}
