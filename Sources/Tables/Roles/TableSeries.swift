package import JSON
import SeriesTime

/// The series of a table as records of a request: what `POST /train` and `POST /predict` take as `sequences`.
package struct TableSeries {
    let table: Table
    let roles: TableRoles
    let options: Options

    /// What the records are for.
    package struct Options: Sendable {
        /// Rows behind the last one that has a target are the future of a prediction: what is known of them is kept.
        /// Otherwise they are left out.
        package var keepsFuture = false
        /// From one step to the next, as a client says it; decimal years become dates with it.
        package var frequency: String?

        /// Of a training.
        package init() {}
    }

    /// - Parameter roles: of all columns of this table.
    package init(_ table: Table, _ roles: TableRoles, _ options: Options = Options()) {
        self.table = table
        self.roles = roles
        self.options = options
    }

    /// A record for each series; a bare list of numbers for one that has neither names nor times.
    ///
    /// - Throws: `TableError` with line and column of what does not go with its role.
    package func records() throws(TableError) -> [JSONValue] {
        if let wide = table.wide { return try rowRecords(wide) }
        let ids = facts(.id), time = columns(.time).first.map { ColumnFacts($0) }
        let groups = RowGroups(ids, rowCount: table.rowCount)
        for id in ids {
            if let row = id.codes.firstIndex(of: -1) {
                throw fault(row, id.column, "an id: each row belongs to a series")
            }
        }
        let times = time.flatMap { TimeFacts($0) }
        if let time, let row = (0..<table.rowCount).first(where: { time.column.isMissing($0) }) {
            throw fault(row, time.column, "a time, as each row needs")
        }
        var records: [JSONValue] = []
        for rows in groups.rows(times?.instants) {
            let names = ids.compactMap { id in rows.first.flatMap { id.column.text(Int($0)) } }
            let id = names.isEmpty ? nil : names.joined(separator: "/")
            let steps = time.map { TimeFacts.isCount($0.column) ? Self.counted(rows, $0.column) : rows } ?? rows
            if table.layout == .columns {
                records += try columns(.target).map { column throws(TableError) in
                    .object(try record(id: column.name, steps, [column]))
                }
            } else {
                records.append(.object(try record(id: id, steps, columns(.target))))
            }
        }
        return records
    }

    /// The steps of a series, -1 where the count of a column goes over some.
    private static func counted(_ rows: [Int32], _ column: TableColumn) -> [Int32] {
        let numbers = rows.map { column.numbers[Int($0)] }
        let rises = zip(numbers.dropFirst(), numbers).map { $0 - $1 }
        guard let step = rises.filter({ $0 > 0 }).min(), let first = numbers.first, let last = numbers.last else {
            return rows
        }
        let places = numbers.map { ($0 - first) / step }, count = ((last - first) / step).rounded() + 1
        let isOnGrid = places.allSatisfy { abs($0 - $0.rounded()) < 1e-6 }
        guard isOnGrid, !rises.contains(0), count <= Double(rows.count) * 10 else { return rows }
        var steps = [Int32](repeating: -1, count: Int(count))
        for (place, row) in zip(places, rows) { steps[Int(place.rounded())] = row }
        return steps
    }

    private func record(id: String?, _ all: [Int32], _ targets: [TableColumn]) throws(TableError) -> JSONObject {
        var record = JSONObject()
        if let id { record.append("id", .string(id)) }
        for column in targets { try checkNumbers(column) }
        let known = all.lastIndex { row in row >= 0 && targets.contains { !$0.isMissing(Int(row)) } }
        let steps = all[...(known ?? -1)], future = columns(.future)
        let ahead = options.keepsFuture && !future.isEmpty ? all[...] : steps
        if let time = columns(.time).first, !TimeFacts.isCount(time) {
            record.append("timestamps", .array(ahead.compactMap { $0 < 0 ? nil : stamp(time, Int($0)) }))
        }
        var values = JSONObject()
        for column in targets { values.append(column.name, numbers(column, steps)) }
        let isNamed = table.dialect.hasHeader && table.layout != .columns
        record.append("target", isNamed ? .object(values) : Self.unnamed(values))
        for (role, rows) in [(ColumnRole.future, ahead), (.past, steps)] {
            var covariates = JSONObject()
            for column in columns(role) { covariates.append(column.name, self.values(column, rows)) }
            if !covariates.isEmpty { record.append(role.rawValue, .object(covariates)) }
        }
        var fixed = JSONObject()
        for column in columns(.fixed) { fixed.append(column.name, try constant(column, steps)) }
        if !fixed.isEmpty { record.append(ColumnRole.fixed.rawValue, .object(fixed)) }
        return record
    }

    /// The values of columns whose names nobody gave.
    private static func unnamed(_ values: JSONObject) -> JSONValue {
        let columns = values.members.map { $0.value.elements ?? [] }
        guard columns.count > 1 else { return values.members.first?.value ?? .array([]) }
        return .array((0..<columns[0].count).map { step in .array(columns.map { $0[step] }) })
    }

    func columns(_ role: ColumnRole) -> [TableColumn] { roles.columns(role, of: table) }

    private func facts(_ role: ColumnRole) -> [ColumnFacts] { columns(role).map { ColumnFacts($0) } }

    func fault(_ row: Int, _ column: TableColumn, _ expected: String) -> TableError {
        .cell(line: table.lines[row], column: column.name, text: column.text(row) ?? "", expected: expected)
    }

    /// Years are texts, for numbers count seconds.
    private func stamp(_ column: TableColumn, _ row: Int) -> JSONValue {
        guard column.isNumeric, !TimeFacts.areYears(column) else { return .string(column.text(row) ?? "") }
        return Self.number(column.numbers[row])
    }

    /// Whole numbers without a point.
    static func number(_ number: Double) -> JSONValue { Int(exactly: number).map { .integer($0) } ?? .number(number) }

    private func checkNumbers(_ column: TableColumn) throws(TableError) {
        guard !column.isNumeric, column.kind != .empty else { return }
        let row = (0..<table.rowCount).first { !column.isMissing($0) } ?? 0
        throw fault(row, column, "a number, which a target is")
    }

    private func numbers(_ column: TableColumn, _ rows: ArraySlice<Int32>) -> JSONValue {
        Self.array(rows.map { $0 < 0 ? .nan : column.number(Int($0)) })
    }

    /// Numbers, or categories as texts.
    private func values(_ column: TableColumn, _ rows: ArraySlice<Int32>) -> JSONValue {
        if column.isNumeric { return numbers(column, rows) }
        return .array(rows.map { row in row < 0 ? .null : JSONValue(column.text(Int(row))) })
    }

    private func constant(_ column: TableColumn, _ rows: ArraySlice<Int32>) throws(TableError) -> JSONValue {
        let known = rows.lazy.filter { $0 >= 0 && !column.isMissing(Int($0)) }.map { Int($0) }
        guard let row = known.first, let text = column.text(row) else { return .null }
        if let other = known.first(where: { !column.areEqual($0, row) }) {
            throw fault(other, column, "\"\(text)\", as before in the series: a static column has one value in each")
        }
        return column.isNumeric ? Self.number(column.number(row)) : .string(text)
    }

    /// An array of numbers has at least one (`JSONValue.numbers`).
    static func array(_ numbers: [Double]) -> JSONValue {
        numbers.contains { !$0.isNaN } ? .numbers(numbers) : .array(numbers.map { _ in .null })
    }
}
