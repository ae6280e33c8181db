/// The roles of all columns, as said or found, with what speaks for each.
package struct TableRoles: Sendable, Equatable {
    /// A column in its role.
    package struct Choice: Sendable, Equatable {
        /// As the table calls it.
        package var column: String
        /// What it is for.
        package var role: ColumnRole
        /// Why, in some words; empty where a client said so.
        package var reason: String
        /// What stands around its numbers; empty without that.
        package var unit = ""
    }

    /// In the order of the columns.
    package var choices: [Choice]
    /// How far times are apart, and how many are missing; nil without times.
    package var times: String?
    /// What the series in rows or columns are; nil where a row is a step.
    package var layout: String?

    private static let order: [ColumnRole] = [.time, .id, .label, .target, .future, .past, .fixed, .leftOut]
    /// Why a column is left out that is part of the time, which shows it.
    static let partOfTime = "part of the time"
    /// Columns of one role that are named.
    private static let columnsMax = 12

    /// The columns of a role, in their order.
    package func columns(_ role: ColumnRole) -> [String] {
        choices.filter { $0.role == role }.map(\.column)
    }

    /// The same, of the table whose columns have these roles.
    func columns(_ role: ColumnRole, of table: Table) -> [TableColumn] {
        zip(choices, table.columns).filter { $0.0.role == role }.map(\.1)
    }

    /// In one line: `time: date (daily, 3 gaps), id: store, target: sales, known in future: promo, left out: row (an
    /// index)`.
    package var text: String {
        let parts: [String] = Self.order.compactMap { role in
            let found = choices.filter { $0.role == role && $0.reason != Self.partOfTime }
            guard !found.isEmpty else { return nil }
            let columns = found.prefix(Self.columnsMax).map { choice in
                let note = role == .leftOut ? choice.reason : role == .time ? times ?? "" : choice.unit
                return note.isEmpty ? choice.column : "\(choice.column) (\(note))"
            }
            let more = found.count > columns.count ? " and \(found.count - columns.count) more" : ""
            return "\(role.words): \(columns.joined(separator: ", "))\(more)"
        }
        return ((layout.map { [$0] } ?? []) + parts).joined(separator: ", ")
    }
}

/// What a client says about roles; what it does not say is found out.
package struct RoleRequest: Sendable, Equatable {
    /// Names of columns by role.
    package var columns: [ColumnRole: [String]] = [:]
    /// Columns that none of the roles has been given to are left out, but for time and id.
    package var isComplete = false

    /// Names that a model knows a role by, for columns that the table has.
    package var known: [ColumnRole: [String]] = [:]
    /// The columns are inputs of examples that have labels, whether or not a column has those.
    package var isLabelled = false
    /// From one step to the next is said beside the table.
    package var hasFrequency = false

    /// Nothing is said.
    package init() {}

    /// Names said for a role; nil where nothing is.
    subscript(role: ColumnRole) -> [String]? { columns[role] }

    /// What is learned is a label.
    var hasLabel: Bool { isLabelled || columns[.label] != nil }
}
