package import JSON

/// A table of comma-separated values (RFC 4180) with a header row.
package struct CSVTable {
    /// The names of the columns.
    package let header: [String]
    /// Rows of as many cells as the header.
    package let rows: [[String]]
    private let path: String

    /// - Parameters:
    ///   - separator: nil takes the more frequent of `,` and `;` in the header row.
    ///   - path: for errors.
    /// - Throws: `InputError` for an empty table, or a row of another length than the header.
    package init(text: String, separator: Character?, path: String) throws {
        let firstLine = text.prefix { $0 != "\n" && $0 != "\r\n" }
        let semicolons = firstLine.count { $0 == ";" } > firstLine.count { $0 == "," }
        var rows = Self.parse(text, separator ?? (semicolons ? ";" : ","))
        guard !rows.isEmpty else { throw InputError(description: "\(path): is empty") }
        header = rows.removeFirst()
        for (index, row) in rows.enumerated() where row.count != header.count {
            throw InputError(
                description: "\(path), row \(index + 2): \(row.count) cells, the header has \(header.count)")
        }
        self.rows = rows
        self.path = path
    }

    /// The columns to take: those named, or all that hold only numbers.
    ///
    /// - Throws: `InputError` for a name that is not in the header, or if no column is numeric.
    package func indices(columns: [String], group: String?) throws -> [Int] {
        let groupIndex = try group.map { try index(of: $0) }
        let indices = columns.isEmpty ? numericColumns(except: groupIndex) : try columns.map { try index(of: $0) }
        guard !indices.isEmpty else {
            throw InputError(description: "\(path): no column holds only numbers; name them with --columns")
        }
        return indices
    }

    /// What is taken and what is not, for the user to see.
    package func account(of indices: [Int], group: String?) -> String {
        let ignored = header.indices.filter { !indices.contains($0) && header[$0] != group }
        func names(_ columns: [Int]) -> String { columns.map { header[$0] }.joined(separator: ", ") }
        let isNumeric = header.allSatisfy { Self.number($0)?.isFinite == true }
        return "columns \(names(indices))" + (group.map { "; series by \($0)" } ?? "")
            + (ignored.isEmpty ? "" : "; ignored \(names(ignored))")
            + (isNumeric ? "; the first row, though all numbers, was taken for the names" : "")
    }

    /// One series per group; several columns are channels. Empty cells, `NA` and `NaN` are missing values.
    ///
    /// - Throws: `InputError` for a cell that is not a number.
    package func series(_ indices: [Int], group: String?) throws -> [JSONValue] {
        let groupIndex = try group.map { try index(of: $0) }
        var order: [String] = []
        var groups: [String: [[Double]]] = [:]
        for (number, row) in rows.enumerated() {
            let key = groupIndex.map { row[$0] } ?? ""
            if groups[key] == nil { order.append(key) }
            let values = try indices.map { column in
                guard let value = Self.number(row[column]) else {
                    throw InputError(
                        description:
                            "\(path), row \(number + 2): \"\(row[column])\" in column \(header[column]) is not a "
                            + "number")
                }
                return value
            }
            groups[key, default: []].append(values)
        }
        return order.map { key in
            let steps = groups[key] ?? []
            return indices.count == 1 ? .numbers(steps.compactMap(\.first)) : .array(steps.map { .numbers($0) })
        }
    }

    private func numericColumns(except group: Int?) -> [Int] {
        header.indices.filter { column in
            column != group && rows.allSatisfy { Self.number($0[column]) != nil }
                && rows.contains { Self.number($0[column])?.isNaN == false }
        }
    }

    private func index(of name: String) throws -> Int {
        if let index = header.firstIndex(of: name) { return index }
        let hint =
            Spelling.closest(to: name, among: header).map { "; did you mean \($0)?" }
            ?? "; there are: \(header.joined(separator: ", "))"
        throw InputError(description: "\(path): no column \(name)\(hint)")
    }

    /// NaN for a missing value, nil for what is not a number.
    private static func number(_ cell: String) -> Double? {
        if ["", "na", "nan", "null"].contains(cell.lowercased()) { return .nan }
        guard let value = Double(cell), value.isFinite else { return nil }
        return value
    }

    /// Quoted cells may hold separators, line ends and doubled quotes. Empty lines are passed over.
    private static func parse(_ text: String, _ separator: Character) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var cell = ""
        var isQuoted = false
        var afterQuote = false
        func endRow() {
            row.append(cell)
            if row != [""] { rows.append(row) }
            row = []
            cell = ""
        }
        for character in text {
            if isQuoted {
                if character == "\"" { (isQuoted, afterQuote) = (false, true) } else { cell.append(character) }
                continue
            }
            switch character {
            case "\"":
                if afterQuote { cell.append("\"") }
                isQuoted = true
            case separator:
                row.append(cell)
                cell = ""
            case "\n", "\r\n", "\r": endRow()
            default: cell.append(character)
            }
            afterQuote = false
        }
        if !cell.isEmpty || !row.isEmpty { endRow() }
        return rows
    }
}
