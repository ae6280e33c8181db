/// `unknown`: what becomes of a token that is not in the vocabulary.
package enum UnknownTokenChoice: String, Codable, Sendable, CaseIterable {
    /// It is left out, as if it had not been sent.
    case skip
    /// One token of the vocabulary stands for all of them.
    case token
}

/// Tokens of a sequence that the model's vocabulary lacks.
package struct UnknownTokens: Sendable, Equatable {
    /// How many there were.
    package var count: Int
    /// The first of them, cut off after 40 characters.
    package var first: String
    /// Its place among the tokens of the sequence, from 0.
    package var position: Int

    /// - Parameters: as the members of the same names.
    package init(count: Int, first: String, position: Int) {
        (self.count, self.first, self.position) = (count, first, position)
    }
}

extension UnknownTokens {
    /// As answers tell it.
    package static let shape = MemberShape(
        "unknown",
        .members([MemberShape("count", .whole), MemberShape("first", .text), MemberShape("position", .whole)]),
        isRequired: false,
        help: "Tokens of the sequence that the vocabulary lacks: how many, the first, and its place from 0.")

    /// As answers tell it.
    package var member: AnswerMember {
        AnswerMember(
            Self.shape.name,
            .members([
                AnswerMember("count", .whole(count)), AnswerMember("first", .text(first)),
                AnswerMember("position", .whole(position)),
            ]))
    }
}

/// An answer to a sequence with tokens that the vocabulary lacks.
package struct PredictionOfUnknown: Prediction {
    private let answer: any Prediction
    private let unknown: UnknownTokens

    /// The same answer, which tells of the tokens at its end.
    package init(_ answer: any Prediction, _ unknown: UnknownTokens) {
        self.answer = answer
        self.unknown = unknown
    }

    package var members: [AnswerMember] { answer.members + [unknown.member] }
    package var longMember: LongMember? { answer.longMember }
}
