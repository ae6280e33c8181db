/// What is to be learned about one sequence.
package enum TrainingTarget: Sendable, Hashable {
    /// Its class.
    case label(String)
    /// Its value, or D of them; NaN marks a missing one.
    case numbers([Double])
    /// A label for each of its steps; nil marks a missing one.
    case labels([String?])
}

/// One sequence to learn from, with its target where the task has one.
package struct TrainingExample: Sendable, Equatable {
    /// What the model will read.
    package var input: SequenceValue
    /// What it learns to answer; nil where the sequence itself is learned.
    package var target: TrainingTarget?
    /// What is said of a numeric series beside its values.
    package var record: SeriesRecord?

    /// An example of any task.
    package init(input: SequenceValue, target: TrainingTarget?) {
        self.input = input
        self.target = target
    }

    /// An example of a class; without a label, of the sequence itself.
    package init(input: SequenceValue, label: String? = nil) {
        self.init(input: input, target: label.map { .label($0) })
    }

    /// The class, when the target is one.
    package var label: String? { if case .label(let label)? = target { label } else { nil } }

    /// The values, when the target is numbers.
    package var numbers: [Double]? { if case .numbers(let numbers)? = target { numbers } else { nil } }

    /// The labels by step, when the target is such.
    package var labels: [String?]? { if case .labels(let labels)? = target { labels } else { nil } }

    package static func == (a: TrainingExample, b: TrainingExample) -> Bool {
        guard a.input == b.input, a.record == b.record else { return false }
        guard let x = a.numbers, let y = b.numbers else { return a.target == b.target }
        return x.count == y.count && zip(x, y).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
    }
}
