/// Whether the first row of a table has the names of its columns.
enum HeaderTest {
    /// A row of names has no numbers or dates where the rows below have some; in a table of texts alone, its cells are
    /// all different and do not come again below. Numbers are names where they are of another kind than those below.
    static func hasHeader(_ rows: [[String]], _ dialect: Dialect) -> Bool {
        let reader = CellNumber(dialect)
        guard let first = rows.first, rows.count > 1 else {
            return rows.count == 1 && !rows[0].contains { isNumber($0, reader) || isDate($0) }
        }
        var votes = 0, against = 0
        for column in first.indices {
            let below = rows.dropFirst().compactMap { row in
                row.count > column && !ColumnSniffer.isMissing(row[column]) ? row[column] : nil
            }
            let head = first[column]
            guard !below.isEmpty, !ColumnSniffer.isMissing(head) else { continue }
            let numbers = below.count { isNumber(CellAffix.split($0)?.number ?? $0, reader) }
            if numbers * 5 > below.count * 4 {
                // A date over numbers is a name, too.
                if isNumber(head, reader) { against += 1 } else { votes += 1 }
            } else if isDate(below[0]), below.count(where: isDate) * 5 > below.count * 4 {
                if isDate(head) { against += 1 } else { votes += 1 }
            }
        }
        // Words over values are telling, numbers over numbers are not.
        if votes * 2 > against { return true }
        if votes + against > 0 { return areNumberedNames(rows, reader) }
        let below = Set(rows.dropFirst().flatMap(\.self))
        return Set(first).count == first.count && !first.contains("") && !first.contains { below.contains($0) }
    }

    private static func isNumber(_ text: String, _ reader: CellNumber) -> Bool { value(text, reader) != nil }

    private static func value(_ text: String, _ reader: CellNumber) -> Double? {
        var text = text
        return text.withUTF8 { reader.read($0) }
    }

    private static func isDate(_ text: String) -> Bool { !DateForm.forms(of: [text]).isEmpty }

    private static let countingMin = 5
    /// Names are so many times as large as the largest value below.
    private static let ratioMin = 10.0

    /// Whole numbers, all different, that are names: they count on by one (years), as no row below does; or each is far
    /// larger than all below it (article numbers over counts).
    private static func areNumberedNames(_ rows: [[String]], _ reader: CellNumber) -> Bool {
        let heads = rows[0].map { value($0, reader) }
        // Names of the columns that stand before them may be words.
        let names = heads.compactMap(\.self)
        guard let place = heads.firstIndex(where: { $0 != nil }), names.count == heads.count - place, names.count > 1,
            names.allSatisfy({ $0 == $0.rounded() && $0 >= 0 }), Set(names).count == names.count
        else { return false }
        if names.count >= countingMin, counts(names) {
            return !rows.dropFirst().contains { row in counts(row.dropFirst(place).compactMap { value($0, reader) }) }
        }
        return heads.indices.dropFirst(place).allSatisfy { column in
            let largest = rows.dropFirst().compactMap { row in
                row.count > column ? value(row[column], reader)?.magnitude : nil
            }.max()
            return (heads[column] ?? 0) >= 1000 && (heads[column] ?? 0) > ratioMin * (largest ?? 0)
        }
    }

    private static func counts(_ numbers: [Double]) -> Bool {
        numbers.count >= countingMin && zip(numbers.dropFirst(), numbers).allSatisfy { $0 - $1 == 1 }
    }
}
