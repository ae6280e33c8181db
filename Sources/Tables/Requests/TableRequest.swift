package import JSON

/// The members of a request that a table stands for.
package struct TableRequest {
    private let table: Table
    private let input: TableInput

    /// - Parameter input: what is said of the table.
    package init(_ table: Table, _ input: TableInput) {
        self.table = table
        self.input = input
    }

    /// What `POST /train` and `POST /predict` take, and the roles of the columns.
    ///
    /// - Throws: `TableDoubt` for what is left open, `TableError`.
    package func members() throws -> (JSONObject, roles: RoleNames) {
        if let doubt = table.doubts.first { throw doubt }
        var request = input.roles
        request.hasFrequency = input.frequency != nil
        let roles = try RoleFinder.roles(of: table, request)
        let names = RoleNames(roles, layout: table.layout)
        guard !request.hasLabel else {
            let examples = TableExamples(
                table, roles, task: input.task, order: input.isPrediction ? input.roles.columns[.target] ?? [] : [])
            return (["sequences": .array(try examples.pairs(withLabels: !input.isPrediction))], names)
        }
        var options = TableSeries.Options()
        options.keepsFuture = input.isPrediction
        options.frequency = input.frequency
        let records = try TableSeries(table, roles, options).records()
        return (["sequences": .array(records)], names)
    }
}
