package import JSON

/// Which columns of a table had which role, as jobs and versions keep it: what a client reads, and what a prediction
/// takes its columns by.
package struct RoleNames: Sendable, Equatable {
    /// All in a line.
    package var account = ""
    /// The names by role.
    package var columns: [ColumnRole: [String]] = [:]
    /// Those that are not read, each with the reason.
    package var leftOut: [(column: String, reason: String)] = []

    /// Columns left out that are listed one by one.
    private static let leftOutMax = 64
    /// In the order of answers.
    private static let listed: [ColumnRole] = [.time, .id, .target, .future, .past, .fixed, .label]

    /// - Parameter layout: where each column is a series, those are no names to keep.
    package init(_ roles: TableRoles, layout: TableLayout) {
        account = roles.text
        for role in Self.listed where role != .target || layout != .columns {
            let names = roles.columns(role)
            if !names.isEmpty { columns[role] = names }
        }
        leftOut = roles.choices.filter { $0.role == .leftOut }.prefix(Self.leftOutMax).map { ($0.column, $0.reason) }
    }

    /// What a request, a job or a version says; nil for what is no such object.
    package init?(_ json: JSONValue?) {
        guard let object = json?.object, let account = object["account"]?.asString else { return nil }
        self.account = account
        for role in Self.listed {
            if let names = object[role.rawValue]?.asStrings { columns[role] = names }
        }
        leftOut = (object["left_out"]?.elements ?? []).compactMap { choice in
            choice["column"]?.asString.map { ($0, choice["reason"]?.asString ?? "") }
        }
    }

    /// `{"account": "time: date (daily), …", "time": ["date"], …, "left_out": [{"column": "row", "reason": "an
    /// index"}]}`.
    package var json: JSONValue {
        var object: JSONObject = ["account": .string(account)]
        for role in Self.listed {
            if let names = columns[role] { object.append(role.rawValue, JSONValue(names)) }
        }
        if !leftOut.isEmpty {
            object.append(
                "left_out",
                .array(leftOut.map { ["column": .string($0.column), "reason": .string($0.reason)] }))
        }
        return .object(object)
    }

    /// By what they say.
    package static func == (left: RoleNames, right: RoleNames) -> Bool { left.json == right.json }
}
