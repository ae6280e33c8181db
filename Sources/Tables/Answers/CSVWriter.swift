package import JSON

/// Rows as comma-separated values (RFC 4180, lines end with LF): a line of names, then a line a row, as they come.
package struct CSVWriter: Sendable {
    /// A row of a stream has a column that its head, long sent, has not.
    package struct NewColumn: Error, CustomStringConvertible {
        /// What it is called.
        package let name: String

        package var description: String {
            "the column \"\(name)\" is not one of those before: rows of different columns go as ndjson"
        }
    }

    /// Names of the columns; nil before the first row.
    private var names: [String]?
    private var hasHead = false

    /// - Parameter names: of the columns; nil takes those of the first row.
    package init(names: [String]? = nil) { self.names = names }

    /// Appends rows, with the names before the first. Cells of columns that a row lacks are empty, as those of null; an
    /// empty text is `""`.
    ///
    /// - Throws: `NewColumn`; nothing of its row is appended.
    package mutating func append(_ rows: [JSONObject], to bytes: inout [UInt8]) throws(NewColumn) {
        guard let names = names ?? rows.first?.keys else { return }
        self.names = names
        if !hasHead { Self.append(names.map { .string($0) }, to: &bytes) }
        hasHead = true
        for row in rows {
            if names.count == row.count, zip(names, row.members).allSatisfy({ $0 == $1.key }) {
                Self.append(row.members.map(\.value), to: &bytes)
                continue
            }
            if let name = row.keys.first(where: { !names.contains($0) }) { throw NewColumn(name: name) }
            Self.append(names.map { row[$0] ?? .null }, to: &bytes)
        }
    }

    private static func append(_ cells: [JSONValue], to bytes: inout [UInt8]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            switch cell {
            case .null: break
            case .string(let text): append(text, to: &bytes)
            case .array, .numbers, .object: append(cell.text, to: &bytes)
            default: cell.encoded(into: &bytes)
            }
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// In quotes where the text would be read otherwise without (RFC 4180, 2.5 to 2.7), or as no text at all.
    private static func append(_ text: String, to bytes: inout [UInt8]) {
        let mark = UInt8(ascii: "\"")
        let isPlain =
            !text.isEmpty && !text.utf8.contains { [mark, 0x2C, 0x0A, 0x0D].contains($0) }
            && text.utf8.first != 0x20 && text.utf8.last != 0x20
        if isPlain { return bytes.append(contentsOf: text.utf8) }
        bytes.append(mark)
        for byte in text.utf8 {
            if byte == mark { bytes.append(mark) }
            bytes.append(byte)
        }
        bytes.append(mark)
    }
}
