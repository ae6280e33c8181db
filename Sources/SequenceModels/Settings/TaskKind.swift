/// What a model learns to answer, by its name in requests and files. Each task names itself, in its folder below
/// Sources/SequenceModels/Tasks.
package struct TaskKind: RawRepresentable, Codable, Sendable, Hashable, CaseIterable {
    /// The name in requests and files, such as `language_model`.
    package let rawValue: String

    /// nil when no task has the name.
    package init?(rawValue: String) {
        guard TaskTable.tasks.contains(where: { $0.kind.rawValue == rawValue }) else { return nil }
        self.rawValue = rawValue
    }

    /// Of a task, which alone may name itself.
    init(_ name: String) { rawValue = name }

    /// In the order of `TaskTable`.
    package static var allCases: [TaskKind] { TaskTable.tasks.map(\.kind) }

    /// All that is known of it.
    var task: any SequenceTask {
        guard let task = TaskTable.tasks.first(where: { $0.kind == self }) else {
            preconditionFailure("\(rawValue) is not in the table of tasks")
        }
        return task
    }

    /// Whether it learns labels that its examples name.
    package var hasLabels: Bool { task.hasLabels }

    /// Whether its examples are pairs of input and target.
    package var isSupervised: Bool { task.isSupervised }

    /// Whether the target is a sequence of a length of its own, learned together with the whole input.
    package var isPaired: Bool { task.isPaired }
}

/// What one token of a text is.
package enum TokenUnit: String, Codable, Sendable, CaseIterable {
    /// Unicode scalars: every text round-trips.
    case characters
    /// The 256 bytes of UTF-8: nothing is ever unknown.
    case bytes
    /// Words and punctuation marks, each with the space before it, so that joining tokens gives the text back.
    case words
    /// Symbols the client named itself.
    case symbols
}
