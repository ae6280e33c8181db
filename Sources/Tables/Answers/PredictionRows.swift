package import JSON

/// Predictions as the rows of a table, whatever the task.
///
///     id     time        channel  mean  q0.1  q0.9        a forecast: a row for each step and channel
///     north  2026-01-05  sales    12.3  9.8   14.9
///
///     sequence  label    p_Italian  p_Japanese            a class: one row
///     0         Italian  0.91       0.09
///
/// A sequence without an id has its index in the request. What holds for all of a sequence stands in each of its rows.
/// A list in a cell is JSON.
package struct PredictionRows: Sendable {
    /// Names of the columns, in their order.
    package private(set) var names: [String] = []
    /// Values by name; those that are missing are not known.
    package private(set) var rows: [JSONObject] = []

    /// Members that are no part of the answer itself.
    private static let notes: Set<String> = ["unknown", "gaps", "candidates", "sequence", "id"]

    /// The rows of a whole answer.
    ///
    /// - Parameters:
    ///   - predictions: one for each sequence, as `POST /predict` answers them.
    ///   - forms: of the answers of all tasks; the first whose key is there fits.
    package init(_ predictions: [JSONValue], forms: [AnswerForm]) {
        let heads = Heads(predictions.map { $0["id"] })
        for (index, prediction) in predictions.enumerated() { append(prediction, heads.head(prediction, index), forms) }
    }

    /// The rows of one prediction of an answer that is written piece by piece.
    ///
    /// - Parameters:
    ///   - index: of its sequence in the request.
    ///   - heads: of the whole answer.
    ///   - forms: of the answers of all tasks.
    package init(_ prediction: JSONValue, at index: Int, _ heads: Heads, forms: [AnswerForm]) {
        append(prediction, heads.head(prediction, index), forms)
    }

    /// Which columns say whose a row is, the same in all rows of an answer.
    package struct Heads: Sendable {
        private let haveAllIDs: Bool, haveNoIDs: Bool

        /// - Parameter ids: of all predictions; nil where one has none.
        package init(_ ids: [JSONValue?]) {
            haveAllIDs = ids.allSatisfy { $0.map { !$0.isNull } ?? false }
            haveNoIDs = ids.allSatisfy { $0?.isNull ?? true }
        }

        func head(_ prediction: JSONValue, _ index: Int) -> JSONObject {
            var head = JSONObject()
            if !haveAllIDs { head.append("sequence", .integer(index)) }
            if !haveNoIDs { head.append("id", prediction["id"] ?? .null) }
            return head
        }
    }

    /// The rows of one event of a stream.
    ///
    /// - Parameter forms: of the events of all tasks, likewise.
    package init(event: JSONValue, forms: [AnswerForm]) {
        var head = JSONObject()
        if let id = event["id"], !id.isNull {
            head.append("id", id)
        } else {
            head.append("sequence", event["sequence"] ?? 0)
        }
        append(event, head, forms)
    }

    /// The same without the rows that are not wanted.
    package func filtered(_ isWanted: (JSONObject) -> Bool) -> PredictionRows {
        var result = self
        result.rows = rows.filter(isWanted)
        return result
    }

    private mutating func append(_ value: JSONValue, _ head: JSONObject, _ forms: [AnswerForm]) {
        let new: [JSONObject]
        switch forms.first(where: { value[$0.key] != nil }) {
        case .path(let path): new = PathRows(value, path).rows(after: head)
        case .steps(_, let lists): new = Self.steps(value, lists, head)
        case .row(_, let spread): new = Self.ranked(value, spread, head)
        case nil: new = Self.ranked(value, nil, head)
        }
        for row in new where names.count != row.count || zip(names, row.members).contains(where: { $0 != $1.key }) {
            let known = Set(names)
            names += row.keys.filter { !known.contains($0) }
        }
        rows += new
    }

    private static func steps(
        _ value: JSONValue, _ lists: [AnswerForm.ListColumn], _ head: JSONObject
    ) -> [JSONObject] {
        let members = Set(lists.map(\.member)), columns = lists.map { value[$0.member]?.elements ?? [] }
        let others = (value.object?.members ?? []).filter { !members.contains($0.key) && !notes.contains($0.key) }
        return (0..<(columns.first?.count ?? 0)).map { step in
            var row = head
            row.append("step", .integer(step + 1))
            for (list, column) in zip(lists, columns) {
                row.append(list.column, column.indices.contains(step) ? column[step] : .null)
            }
            for (name, value) in others { row.append(name, value) }
            return row
        }
    }

    /// One row; with candidates one for each of them, best first.
    private static func ranked(_ value: JSONValue, _ spread: AnswerForm.Spread?, _ head: JSONObject) -> [JSONObject] {
        let others = value["candidates"]?.elements?.dropFirst() ?? []
        return ([value] + others).enumerated().map { index, value in
            var row = head
            if !others.isEmpty { row.append("rank", .integer(index + 1)) }
            for (name, value) in value.object?.members ?? [] where !notes.contains(name) {
                if let spread, spread.member == name {
                    append(value, spread, to: &row)
                } else {
                    row.append(name, value)
                }
            }
            return row
        }
    }

    /// Names in their alphabetical order: that of an answer is by what was found.
    private static func append(_ value: JSONValue, _ spread: AnswerForm.Spread, to row: inout JSONObject) {
        if let members = value.object?.members {
            for (name, value) in members.sorted(by: { $0.key < $1.key }) { row.append(spread.prefix + name, value) }
        } else if let elements = value.elements {
            for (index, value) in elements.enumerated() { row.append("\(spread.prefix)\(index)", value) }
        } else {
            row.append(spread.member, value)
        }
    }
}
