package import JSON

/// How the table of a request is read, and for what.
package struct TableInput: Sendable {
    /// What is said of the text.
    package var reading = TableReading()
    /// What is said of the columns.
    package var roles = RoleRequest()
    /// What the file is; nil to tell it by ending and content.
    package var kind: ContentKind?
    /// From one step to the next, as the request has it.
    package var frequency: String?
    /// What is learned, as the request has it.
    package var task: String?
    /// What a client has said, by the option, as it was said.
    package internal(set) var said: [TableOption: [String]] = [:]
    /// Rows behind the last target are known of a prediction.
    package var isPrediction = false

    /// All is found out.
    package init() {}

    /// Gives the columns that a model knows by name the roles that they had in its training; others are not read.
    ///
    /// - Parameters:
    ///   - names: `inputs` of a version, as the server answers it.
    ///   - task: what the model was trained for.
    package mutating func take(names: JSONValue?, task: String?) {
        self.task = task
        frequency = frequency ?? names?["frequency"]?.asString
        let known = RoleNames(names?["roles"])?.columns ?? [:]
        // What calls rows and series may be called otherwise now, and labels are what is asked for.
        for role in [ColumnRole.time, .id, .label] { roles.known[role] = known[role] }
        if ["classification", "regression", "tagging"].contains(task) {
            roles.isLabelled = true
            guard roles.columns[.label] == nil, let inputs = known[.target] else { return }
            roles.isComplete = true
            roles.columns[.target] = roles.columns[.target] ?? inputs
            return
        }
        guard roles.columns[.label] == nil, let targets = names?["targets"]?.asStrings else { return }
        roles.isComplete = true
        for (role, columns) in [
            (ColumnRole.target, targets), (.future, names?["future"]?.asStrings ?? []),
            (.past, names?["past"]?.asStrings ?? []), (.fixed, names?["static"]?.asStrings ?? []),
        ] where roles.columns[role] == nil && !columns.isEmpty {
            roles.columns[role] = columns
        }
    }
}
