/// Whether the first row of a table has the names of its columns.
enum HeaderTest {
    /// A row of names has no numbers, dates or empty cells where the rows below have numbers or dates; in a table of texts
    /// alone, its cells are all different and do not come again below.
    static func hasHeader(_ rows: [[(text: String, isQuoted: Bool)]], _ dialect: Dialect) -> Bool {
        guard let first = rows.first, rows.count > 1 else { return rows.count == 1 && isWords(rows[0], dialect) }
        let reader = CellNumber(dialect)
        var votes = 0, against = 0
        for column in first.indices {
            let below = rows.dropFirst().compactMap { $0.indices.contains(column) ? $0[column].text : nil }
                .filter { !isMissing($0) }
            guard !below.isEmpty else { continue }
            let share = Double(below.count { isValue($0, reader) }) / Double(below.count)
            let head = first[column].text
            if share > 0.8 {
                if isValue(head, reader) { against += 1 } else if !isMissing(head) { votes += 1 }
            }
        }
        if votes != against { return votes > against }
        if votes + against > 0 { return false }
        let names = first.map(\.text)
        let below = Set(rows.dropFirst().flatMap { $0.map(\.text) })
        return Set(names).count == names.count && !names.contains("") && !names.contains { below.contains($0) }
    }

    private static func isWords(_ row: [(text: String, isQuoted: Bool)], _ dialect: Dialect) -> Bool {
        let reader = CellNumber(dialect)
        return !row.contains { isValue($0.text, reader) }
    }

    private static func isMissing(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { MissingMark.isMissing($0) }
    }

    private static func isValue(_ text: String, _ reader: CellNumber) -> Bool {
        var text = text
        return text.withUTF8 { reader.read($0) != nil } || !DateForm.forms(of: [text]).isEmpty
    }
}
