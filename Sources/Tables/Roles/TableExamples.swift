package import JSON

/// The examples of a table with a label: what `POST /train` takes as `sequences` of classification, regression and
/// tagging.
///
///     a text and a label in each row          {"input": "Ahmed", "target": "Arabic"}
///     a series in each row, and a label       {"input": [47, 100, …], "target": "8"}
///     rows of a series by id, one label       {"input": [[1, 2], …], "target": "wave"}
///     the same, labels that change            {"input": [[1, 2], …], "target": ["N", "N", "V"]}
package struct TableExamples {
    private let table: Table
    private let roles: TableRoles
    private let task: String?
    /// Of the inputs; those of the table where it is empty.
    private let order: [String]

    /// Whole numbers with fewer values than this look like classes.
    private static let classesMax = 50

    /// - Parameters:
    ///   - roles: of all columns, one of them the label.
    ///   - task: as a request says it; nil where it does not.
    ///   - order: the names of the inputs as a model has them; that of the table where it is empty.
    package init(_ table: Table, _ roles: TableRoles, task: String?, order: [String] = []) {
        (self.table, self.roles, self.task, self.order) = (table, roles, task, order)
    }

    /// - Parameter withLabels: false for a prediction, which has inputs only.
    /// - Throws: `TableDoubt` where numbers could be classes; `TableError`.
    package func pairs(withLabels: Bool = true) throws -> [JSONValue] {
        let label = withLabels ? roles.columns(.label, of: table).first : nil
        if let label { try settle(label) }
        var inputs = roles.columns(.target, of: table)
        if !order.isEmpty { inputs = order.compactMap { name in inputs.first { $0.name == name } } }
        if let wide = table.wide {
            return try wide.series.indices.map { row in
                try pair(TableSeries.array(wide.series[row]), [row], label)
            }
        }
        let ids = roles.columns(.id, of: table).map { ColumnFacts($0) }
        let texts = inputs.filter { $0.kind == .text }
        if ids.isEmpty, let text = texts.first {
            guard texts.count == 1 else {
                throw TableDoubt(
                    option: "target", question: "which column has the text to learn from?", answers: texts.map(\.name))
            }
            return try (0..<table.rowCount).map { row in
                try pair(.string(text.text(row) ?? ""), [row], label)
            }
        }
        let numbers = inputs.filter(\.isNumeric)
        guard !numbers.isEmpty else {
            throw TableDoubt(option: "target", question: "no column is left to learn from", answers: [])
        }
        let time = roles.columns(.time, of: table).first.flatMap { TimeFacts(ColumnFacts($0)) }
        return try RowGroups(ids, rowCount: table.rowCount).rows(time?.instants).map { rows in
            let rows = rows.map { Int($0) }
            let input: JSONValue =
                numbers.count == 1
                ? TableSeries.array(rows.map { numbers[0].number($0) })
                : .array(rows.map { row in TableSeries.array(numbers.map { $0.number(row) }) })
            return try pair(input, rows, label)
        }
    }

    /// Whether whole numbers are classes.
    private func settle(_ label: TableColumn) throws(TableDoubt) {
        let facts = ColumnFacts(label)
        guard task == nil, label.kind == .number, facts.isWhole, facts.distinct <= Self.classesMax else { return }
        throw TableDoubt(
            option: "task",
            question: "\(label.name) has \(facts.distinct) whole numbers: are they classes, or amounts to be told?",
            answers: ["classification", "regression"])
    }

    private func pair(
        _ input: JSONValue, _ rows: [Int], _ label: TableColumn?
    ) throws -> JSONValue {
        guard let label else { return input }
        let isNumber = label.kind == .number && task != "classification" && task != "tagging"
        let values: [JSONValue] = rows.map { row in
            guard let text = text(label, row) else { return .null }
            return isNumber ? TableSeries.number(label.number(row)) : .string(text)
        }
        let isOne = task == "tagging" ? false : values.dropFirst().allSatisfy { $0 == values[0] }
        if isOne, values.first == .null {
            throw TableError.cell(
                line: table.lines[rows[0]], column: label.name, text: "", expected: "a label, which each row needs"
            )
        }
        return .object(["input": input, "target": isOne ? values[0] : .array(values)])
    }

    /// As the table has it: flags as words.
    private func text(_ label: TableColumn, _ row: Int) -> String? {
        if label.kind == .flag, let text = label.text(row) { return text == "1" ? "true" : "false" }
        return label.text(row)
    }
}
