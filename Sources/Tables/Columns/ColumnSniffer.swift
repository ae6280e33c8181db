/// Tells the kinds of columns by the cells of a sample.
enum ColumnSniffer {
    /// - Parameter rows: the body of a sample, each row with its cells.
    static func kinds(_ rows: [[(text: String, isQuoted: Bool)]], count: Int, _ dialect: Dialect) -> [ColumnKind] {
        (0..<count).map { column in
            let cells = rows.compactMap { $0.indices.contains(column) ? $0[column].text : nil }
            return kind(cells.filter { !isMissing($0) }, dialect)
        }
    }

    private static func isMissing(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { MissingMark.isMissing($0) }
    }

    static func kind(_ cells: [String], _ dialect: Dialect) -> ColumnKind {
        guard !cells.isEmpty else { return .empty }
        let reader = CellNumber(dialect)
        let numbers = cells.map { cell in
            var cell = cell
            return cell.withUTF8 { reader.read($0) }
        }
        if numbers.allSatisfy({ $0 != nil }) {
            if isCode(cells, numbers.compactMap(\.self)) { return .text }
            // Eight digits that are dates one and all, and different ones.
            if cells.count > 2, Set(cells).count == cells.count, DateForm.forms(of: cells).contains(.compact) {
                return .time(.compact)
            }
            return .number
        }
        if cells.allSatisfy({ CellFlag.read($0) != nil }) { return .flag }
        if let form = DateForm.forms(of: cells).first { return .time(form) }
        return .text
    }

    /// Numbers that are names: with zeros in front, all of one length (007), or in exponents among plain ones (1e5 is
    /// an article number where all others have a letter too).
    private static func isCode(_ cells: [String], _ numbers: [Double]) -> Bool {
        let padded = cells.contains { $0.utf8.count > 1 && $0.hasPrefix("0") && !$0.contains { ".,".contains($0) } }
        return padded && Set(cells.map(\.utf8.count)).count == 1
    }

    /// Whether days and months could be the other way round in all of these dates.
    static func isDoubtful(_ cells: [String]) -> Bool {
        let forms = DateForm.forms(of: cells)
        guard forms.contains(.dayMonthYear), forms.contains(.monthDayYear) else { return false }
        // Points are how days come first; with two numbers alike there is nothing to ask.
        return !cells.allSatisfy { $0.contains(".") } && cells.contains { cell in
            DateForm.dayMonthYear.iso(cell) != DateForm.monthDayYear.iso(cell)
        }
    }
}
