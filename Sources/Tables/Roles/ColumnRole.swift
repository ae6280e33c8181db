/// What a column of a table of series is for.
package enum ColumnRole: String, Sendable, CaseIterable {
    /// When a row is.
    case time
    /// Whose series a row belongs to; several columns are one id together.
    case id
    /// What is to be forecast.
    case target
    /// Known of the time to come.
    case future
    /// Known up to now.
    case past
    /// The same for all rows of a series.
    case fixed = "static"
    /// What is to be told of a row or a series.
    case label
    /// Not read.
    case leftOut = "left out"
}

/// The roles of all columns, as said or found, with what speaks for each.
package struct TableRoles: Sendable, Equatable {
    /// A column in its role.
    package struct Choice: Sendable, Equatable {
        /// As the table calls it.
        package var column: String
        package var role: ColumnRole
        /// Why, in some words; empty where a client said so.
        package var reason: String
    }

    /// In the order of the columns.
    package var choices: [Choice]

    /// The columns of a role, in their order.
    package func columns(_ role: ColumnRole) -> [String] {
        choices.filter { $0.role == role }.map(\.column)
    }

    /// In one line: `time: date, id: store, target: sales, known in future: promo, left out: row (an index)`.
    package var text: String {
        let names: [(ColumnRole, String)] = [
            (.time, "time"), (.id, "id"), (.label, "label"), (.target, "target"), (.future, "known in future"),
            (.past, "known up to now"), (.fixed, "of whole series"), (.leftOut, "left out"),
        ]
        return names.compactMap { role, name in
            let found = choices.filter { $0.role == role }
            guard !found.isEmpty else { return nil }
            let columns = found.map {
                role == .leftOut && !$0.reason.isEmpty ? "\($0.column) (\($0.reason))" : $0.column
            }
            return "\(name): \(columns.joined(separator: ", "))"
        }.joined(separator: ", ")
    }
}

/// What a client says about roles; what it does not say is found out.
package struct RoleRequest: Sendable, Equatable {
    /// Names of columns by role.
    package var columns: [ColumnRole: [String]] = [:]

    /// Nothing is said.
    package init() {}

    /// Names said for a role; nil where nothing is.
    subscript(role: ColumnRole) -> [String]? { columns[role] }
}
