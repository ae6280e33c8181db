package import JSON

/// The series of a table as records of a request: what `POST /train` takes as `sequences`.
package struct TableSeries {
    private let table: Table
    private let roles: TableRoles

    /// - Parameter roles: of all columns of this table.
    package init(_ table: Table, _ roles: TableRoles) {
        self.table = table
        self.roles = roles
    }

    /// Rows of one series, in the order of the table.
    package struct Group: Sendable {
        /// The cells of the id columns, joined by a slash; nil without such columns.
        package let id: String?
        package let rows: [Int]
    }

    /// The rows by id, in the order in which ids come first.
    ///
    /// - Throws: `TableError.cell` for a row without an id.
    package func groups() throws(TableError) -> [Group] {
        let ids = columns(.id)
        guard !ids.isEmpty else { return [Group(id: nil, rows: Array(0..<table.rowCount))] }
        var order: [String] = [], rows: [String: [Int]] = [:]
        for row in 0..<table.rowCount {
            var parts: [String] = []
            for column in ids {
                guard let text = column.text(row) else {
                    throw .cell(
                        line: Int(table.lines[row]), column: column.name, text: "",
                        expected: "an id: each row belongs to a series")
                }
                parts.append(text)
            }
            let id = parts.joined(separator: "/")
            if rows[id] == nil { order.append(id) }
            rows[id, default: []].append(row)
        }
        return order.map { Group(id: $0, rows: rows[$0] ?? []) }
    }

    /// A record for each series.
    ///
    /// - Throws: `TableError` with line and column of what does not go with its role.
    package func records() throws(TableError) -> [JSONValue] {
        var records: [JSONValue] = []
        for group in try groups() { records.append(.object(try record(group))) }
        return records
    }

    private func record(_ group: Group) throws(TableError) -> JSONObject {
        var record = JSONObject()
        if let id = group.id { record.append("id", .string(id)) }
        if let time = columns(.time).first { record.append("timestamps", .array(try stamps(time, group))) }
        var targets = JSONObject()
        for column in columns(.target) { targets.append(column.name, try numbers(column, group)) }
        record.append("target", .object(targets))
        for role in [ColumnRole.future, .past] {
            var covariates = JSONObject()
            for column in columns(role) { covariates.append(column.name, values(column, group)) }
            if !covariates.isEmpty { record.append(role.rawValue, .object(covariates)) }
        }
        var fixed = JSONObject()
        for column in columns(.fixed) { fixed.append(column.name, try constant(column, group)) }
        if !fixed.isEmpty { record.append(ColumnRole.fixed.rawValue, .object(fixed)) }
        return record
    }

    private func columns(_ role: ColumnRole) -> [TableColumn] {
        let names = Set(roles.columns(role))
        return table.columns.filter { names.contains($0.name) }
    }

    private func stamps(_ column: TableColumn, _ group: Group) throws(TableError) -> [JSONValue] {
        var stamps: [JSONValue] = []
        stamps.reserveCapacity(group.rows.count)
        // Years are texts, for numbers count seconds.
        let areYears = column.numbers.allSatisfy { $0.magnitude < 10_000 }
        for row in group.rows {
            if column.kind == .number, !column.numbers[row].isNaN {
                let number = column.numbers[row]
                stamps.append(areYears ? .string(column.text(row) ?? "") : .number(number))
            } else if let text = column.text(row), column.kind != .number {
                stamps.append(.string(text))
            } else {
                throw .cell(
                    line: Int(table.lines[row]), column: column.name, text: "", expected: "a time, as each row needs")
            }
        }
        return stamps
    }

    private func numbers(_ column: TableColumn, _ group: Group) throws(TableError) -> JSONValue {
        guard column.kind == .number || column.kind == .flag || column.kind == .empty else {
            let row = group.rows.first { column.text($0) != nil } ?? 0
            throw .cell(
                line: Int(table.lines[row]), column: column.name, text: column.text(row) ?? "",
                expected: "a number, which a target is")
        }
        return Self.array(group.rows.map { column.number($0) })
    }

    /// Numbers, or categories as texts.
    private func values(_ column: TableColumn, _ group: Group) -> JSONValue {
        switch column.kind {
        case .number, .flag: Self.array(group.rows.map { column.number($0) })
        case .text, .time, .empty: .array(group.rows.map { row in column.text(row).map { .string($0) } ?? .null })
        }
    }

    private func constant(_ column: TableColumn, _ group: Group) throws(TableError) -> JSONValue {
        guard let row = group.rows.first(where: { column.text($0) != nil }), let text = column.text(row) else {
            return .null
        }
        if let other = group.rows.first(where: { column.text($0) != nil && column.text($0) != text }) {
            throw .cell(
                line: Int(table.lines[other]), column: column.name, text: column.text(other) ?? "",
                expected: "\"\(text)\", as before in the series: a static column has one value in each")
        }
        return column.kind == .number || column.kind == .flag ? .number(column.number(row)) : .string(text)
    }

    /// An array of numbers has at least one (`JSONValue.numbers`).
    private static func array(_ numbers: [Double]) -> JSONValue {
        numbers.contains { !$0.isNaN } ? .numbers(numbers) : .array(numbers.map { _ in .null })
    }
}

extension TableColumn {
    /// The number of a row; NaN where there is none.
    package func number(_ row: Int) -> Double { numbers.isEmpty ? .nan : numbers[row] }

    /// The cell of a row as text; whole numbers without a point. nil where there is none.
    package func text(_ row: Int) -> String? {
        if !texts.isEmpty { return texts[row] }
        let number = number(row)
        if number.isNaN { return nil }
        return Int64(exactly: number).map(String.init) ?? String(number)
    }
}
