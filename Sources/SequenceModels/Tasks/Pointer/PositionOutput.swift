/// The answer of a `pointer`: indices of items.
package struct PositionOutput: Answer, Equatable {
    /// Positions in the input, from 0, in the order of the answer.
    package var indices: [Int]

    package var members: [AnswerMember] { [AnswerMember("indices", .wholes(indices))] }
}

/// A position of an answer.
package struct PositionEvent: PredictionEvent {
    /// 0-based, of the step.
    package let index: Int
    /// The item of the input that was chosen, from 0.
    package let position: Int
    /// Natural logarithm of its probability after the steps before it.
    package let logprob: Double
    /// When asked for: the probability of each item.
    package let attention: [Float]?

    package var members: [AnswerMember] {
        var members = [
            AnswerMember("index", .whole(index)), AnswerMember("position", .whole(position)),
            AnswerMember("logprob", .number(logprob)),
        ]
        if let attention { members.append(AnswerMember("attention", .numbers(attention.map { Double($0) }))) }
        return members
    }
}
