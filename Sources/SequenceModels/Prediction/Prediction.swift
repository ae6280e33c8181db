/// A whole answer.
package protocol Prediction: Answer {
    /// A member, told after all others when it was asked for, that is too long to be made at once; nil unless a task
    /// has one.
    var longMember: LongMember? { get }
}

extension Prediction {
    package var longMember: LongMember? { nil }
}

/// A list in an answer, element by element.
package struct LongMember: Sendable {
    package let name: String
    package let count: Int
    package let element: @Sendable (Int) -> AnswerValue
}

/// One thing to tell a streaming client. A task that answers at once tells its prediction.
package protocol PredictionEvent: Answer {}
