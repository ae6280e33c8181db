/// A whole answer.
package protocol Prediction: Answer {
    /// A member, told after all others when it was asked for, that is too long to be made at once; nil unless a task
    /// has one.
    var longMember: LongMember? { get }
}

extension Prediction {
    /// No member is too long for one piece unless a task says so.
    package var longMember: LongMember? { nil }
}

/// A list in an answer, element by element.
package struct LongMember: Sendable {
    /// As JSON has it.
    package let name: String
    /// Elements of the list.
    package let count: Int
    /// The element at a place, from 0 to `count` − 1; made when it is written.
    package let element: @Sendable (Int) -> AnswerValue
}

/// One thing to tell a streaming client. A task that answers at once tells its prediction.
package protocol PredictionEvent: Answer {}
