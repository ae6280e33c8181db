/// How the numbers of a table are written, told by its cells.
struct NumberMarks {
    private(set) var decimalMark = UInt8(ascii: ".")
    private(set) var thousandsMark: UInt8?
    /// Share of the cells that are numbers, dates, flags or missing.
    private(set) var readable: Double
    /// A question, where numbers could be meant either way.
    private(set) var doubt: String?

    private typealias Marks = (decimal: UInt8, thousands: UInt8?)
    private static let (point, comma) = (UInt8(ascii: "."), UInt8(ascii: ","))

    init(_ rows: [[String]], separator: UInt8, decimalMark given: UInt8?) {
        let cells = rows.flatMap(\.self).filter { !$0.isEmpty }.map { CellAffix.split($0)?.number ?? $0 }
        let all: [Marks] = [
            (Self.point, nil), (Self.point, Self.comma), (Self.comma, nil), (Self.comma, Self.point),
            (Self.point, UInt8(ascii: " ")), (Self.comma, UInt8(ascii: " ")), (Self.point, UInt8(ascii: "'")),
        ]
        let marks = all.filter { given == nil || $0.decimal == given }
        let counts = marks.map { marks in
            let reader = CellNumber(Dialect(decimalMark: marks.decimal, thousandsMark: marks.thousands))
            return cells.count { Self.isNumber($0, reader) }
        }
        let most = counts.max() ?? 0
        // The plain form wins among equals; marks in groups that only some need are not looked for.
        let best = counts.firstIndex(of: most) ?? 0
        (decimalMark, thousandsMark) = marks[best]
        let others = cells.count { cell in
            var cell = cell
            return cell.withUTF8 { MissingMark.isMissing($0) } || CellFlag.read(cell) != nil
                || !DateForm.forms(of: [cell]).isEmpty && !cell.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
        }
        readable = cells.isEmpty ? 0 : min(1, Double(most + others) / Double(cells.count))
        // 1,234 in quotes, or beside semicolons: a thousand and more, or a bit above one?
        // Who parts cells with semicolons mostly has the comma before fractions, and 1.234 is a thousand and more.
        let isPointDoubtful = separator == UInt8(ascii: ";")
        let doubtful = cells.filter { Self.isDoubtful($0, isPointDoubtful) }
        guard given == nil, !doubtful.isEmpty, let first = doubtful.first else { return }
        let isSure = cells.contains { Self.tells($0) && DateForm.forms(of: [$0]).isEmpty }
        if !isSure {
            doubt =
                "is \(first) a whole number with a mark between thousands, or a number with a fraction? "
                + "Say decimal \".\" or decimal \",\""
        }
    }

    private static func isNumber(_ cell: String, _ reader: CellNumber) -> Bool {
        var cell = cell
        return cell.withUTF8 { reader.read($0) != nil }
    }

    /// One comma or point, three digits behind it, one to three before it, the first not 0.
    private static func isDoubtful(_ cell: String, _ isPointDoubtful: Bool) -> Bool {
        let parts = cell.split(omittingEmptySubsequences: false) { $0 == "," || $0 == "." }
        guard cell.contains(",") || isPointDoubtful, parts.count == 2, parts[1].utf8.count == 3,
            (1...3).contains(parts[0].utf8.count),
            parts[0] != "0"
        else { return false }
        return parts.allSatisfy { $0.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 } }
    }

    /// Whether a number shows which of the two its mark is: it has a comma or point of which the digits behind are not
    /// three, or both marks.
    private static func tells(_ cell: String) -> Bool {
        guard cell.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 || $0 == comma || $0 == point || $0 == 0x2D }) else {
            return false
        }
        let marks = cell.utf8.filter { $0 == comma || $0 == point }
        guard let last = cell.lastIndex(where: { $0 == "," || $0 == "." }) else { return false }
        let behind = cell[cell.index(after: last)...].utf8.count
        return marks.count > 1 || behind != 3 || cell.hasPrefix("0")
    }
}
