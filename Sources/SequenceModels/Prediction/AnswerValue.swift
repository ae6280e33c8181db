package import SeriesTime

/// A value in an answer. Whoever gives the answer to a client writes it in a form of his own.
package enum AnswerValue: Sendable {
    case text(String)
    case texts([String])
    case whole(Int)
    case wholes([Int])
    /// NaN is unknown.
    case number(Double)
    /// Any of them may be NaN.
    case numbers([Double])
    /// `[T, C]`.
    case path(ForecastValues)
    /// Likewise yes (1) or no (0); NaN is unknown.
    case flags(ForecastValues)
    /// `[C]` of one step, likewise; a single one by itself.
    case stepFlags([Double])
    /// Of one step, as text or number.
    case timestamp(TimestampValue)
    /// By step, all texts or all numbers.
    case timestamps([TimestampValue])
    /// Weights, a row a step; rows may be of different lengths.
    case weights([[Float]])
    case members([AnswerMember])
    case list([[AnswerMember]])

    /// D numbers as they are told of one step or one sequence: a single one by itself.
    static func step(_ values: [Double]) -> AnswerValue {
        if values.count == 1, let value = values.first { .number(value) } else { .numbers(values) }
    }
}

/// A value in an answer, with its name there.
package struct AnswerMember: Sendable {
    /// As JSON has it, or a label of the client's.
    package let name: String
    /// What the answer says under this name.
    package let value: AnswerValue

    /// A member of an answer, before any form is chosen for it.
    package init(_ name: String, _ value: AnswerValue) {
        self.name = name
        self.value = value
    }
}

/// What a client is told: of a whole sequence, or as an event of a stream.
package protocol Answer: Sendable {
    /// In the order in which they are told.
    var members: [AnswerMember] { get }
}
