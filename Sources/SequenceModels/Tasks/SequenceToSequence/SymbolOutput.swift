/// The answer of a `sequence_to_sequence`.
package struct SymbolOutput: Answer, Equatable {
    /// Nil when the answer is symbols.
    package var text: String?
    /// The tokens of the answer, without its end.
    package var tokens: [String]

    package var members: [AnswerMember] {
        [
            AnswerMember("output", text.map { .text($0) } ?? .texts(tokens)), AnswerMember("tokens", .texts(tokens)),
        ]
    }
}

/// A token of an answer.
package struct SymbolEvent: PredictionEvent {
    /// 0-based.
    package let index: Int
    /// Its text in the target vocabulary.
    package let token: String
    /// Nil for symbols.
    package let text: String?
    /// Natural logarithm of its probability after the tokens before it.
    package let logprob: Double
    /// When asked for: how much of each input position it took.
    package let attention: [Float]?

    package var members: [AnswerMember] {
        var members = [AnswerMember("index", .whole(index)), AnswerMember("token", .text(token))]
        if let text { members.append(AnswerMember("text", .text(text))) }
        members.append(AnswerMember("logprob", .number(logprob)))
        if let attention { members.append(AnswerMember("attention", .numbers(attention.map { Double($0) }))) }
        return members
    }
}
