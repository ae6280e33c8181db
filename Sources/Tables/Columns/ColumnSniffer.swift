/// Tells the kinds of columns by the cells of a sample.
enum ColumnSniffer {
    /// - Parameter rows: the body of a sample, each row with its cells.
    static func kinds(_ rows: [[String]], count: Int, _ reader: CellNumber) -> [ColumnKind] {
        (0..<count).map { column in
            kind(rows.compactMap { $0.count > column && !isMissing($0[column]) ? $0[column] : nil }, reader)
        }
    }

    static func isMissing(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { MissingMark.isMissing($0) }
    }

    static func kind(_ cells: [String], _ reader: CellNumber) -> ColumnKind {
        guard !cells.isEmpty else { return .empty }
        let numbers = cells.count { cell in
            var cell = cell
            return cell.withUTF8 { reader.read($0) != nil }
        }
        if numbers == cells.count {
            if isCode(cells) || areLong(cells) { return .text }
            // Eight digits that are dates one and all, and different ones.
            if cells.count > 2, cells[0].utf8.count == 8, Set(cells).count > 2,
                cells.allSatisfy({ DateForm.compact.iso($0) != nil })
            {
                return .time(.compact)
            }
            if cells.count > 2, cells[0].utf8.count == 6, Set(cells).count > 2,
                cells.allSatisfy({ DateForm.compactMonth.iso($0) != nil })
            {
                return .time(.compactMonth)
            }
            return .number
        }
        if cells.allSatisfy({ CellFlag.read($0) != nil }) { return .flag }
        if let form = DateForm.forms(of: cells).first { return .time(form) }
        if CellAffix.common(cells, reader) != nil { return .number }
        if let form = mixedForm(cells) { return .time(form) }
        // A few cells among many that are of another kind are faults, and are named where they are read.
        guard cells.count >= sureCount else { return .text }
        if numbers * 20 >= cells.count * 19 { return .number }
        let head = Array(cells.prefix(sureCount))
        let form = DateForm.allCases.first { form in head.count { form.iso($0) != nil } * 5 >= head.count * 4 }
        if let form, cells.count(where: { form.iso($0) != nil }) * 5 >= cells.count * 4 { return .time(form) }
        return .text
    }

    /// Cells that show what a column is meant to be, even if some are wrong.
    static let sureCount = 20

    /// The form of most of cells that are dates all of them, in several forms: the others are faults, for a column that
    /// is left out as a text would go unnoticed.
    private static func mixedForm(_ cells: [String]) -> DateForm? {
        guard cells.count > 2, let first = cells.first, !DateForm.forms(of: [first]).isEmpty else { return nil }
        var counts: [DateForm: Int] = [:]
        for cell in cells {
            let forms = cell.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 } ? [] : DateForm.forms(of: [cell])
            if forms.isEmpty { return nil }
            for form in forms { counts[form, default: 0] += 1 }
        }
        return DateForm.allCases.max { (counts[$0] ?? 0) < (counts[$1] ?? 0) }
    }

    /// Whole numbers beyond those that doubles tell apart are names.
    private static func areLong(_ cells: [String]) -> Bool {
        cells.count { cell in
            cell.utf8.count >= 16 && cell.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
                && UInt64(cell).map { $0 > 1 << 53 } ?? true
        } * 2 > cells.count
    }

    /// Numbers that are names: with zeros in front (007), or, all of one length, with an exponent as nobody writes one
    /// who means a number (1e5, 2e7 are article numbers).
    private static func isCode(_ cells: [String]) -> Bool {
        let areDigits = cells.allSatisfy { $0.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 } }
        if areDigits, cells.contains(where: { $0.utf8.count > 1 && $0.hasPrefix("0") }) { return true }
        guard let length = cells.first?.utf8.count, length > 1, cells.allSatisfy({ $0.utf8.count == length }) else {
            return false
        }
        let areBare = cells.allSatisfy { $0.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 || $0 | 0x20 == 0x65 } }
        guard areBare else { return false }
        return cells.contains { $0.hasPrefix("0") } || cells.contains { $0.utf8.contains { $0 | 0x20 == 0x65 } }
    }

    /// Whether days and months could be the other way round in all of these dates.
    static func isDoubtful(_ cells: [String]) -> Bool {
        let cells = cells.filter { !isMissing($0) }
        // Points are how days come first; with two numbers alike there is nothing to ask.
        guard !cells.allSatisfy({ $0.contains(".") }) else { return false }
        let forms = DateForm.forms(of: cells)
        guard forms.contains(.dayMonthYear), forms.contains(.monthDayYear) else { return false }
        return cells.contains { DateForm.dayMonthYear.iso($0) != DateForm.monthDayYear.iso($0) }
    }
}
