/// The members that a whole answer may have, as the OpenAPI document lists them.
package struct AnswerShape: Sendable {
    /// In the order in which an answer has them.
    package let members: [MemberShape]

    init(_ members: MemberShape...) { self.members = members }
    init(_ members: [MemberShape]) { self.members = members }
}

/// A member of an answer.
package struct MemberShape: Sendable {
    /// What the value of a member looks like in JSON.
    package indirect enum Form: Sendable {
        case text, texts
        /// One of them.
        case words([String])
        case textOrTexts
        case number
        /// Or null.
        case numberOrUnknown
        case numbers
        /// Any of them may be null.
        case numbersOrUnknown
        case numberOrNumbers
        /// From 0.
        case whole, wholes
        /// Numbers by step, or by step and channel.
        case path
        /// Any of them may be null.
        case pathOrUnknown
        /// Yes, no or null by step, or by step and channel.
        case flags
        /// A text, or a number of seconds or milliseconds.
        case timestamp
        /// By step.
        case timestamps
        case list(of: Form)
        /// By a name of the client's.
        case named(Form)
        case members([MemberShape])
    }

    /// As JSON has it.
    package let name: String
    /// What its value looks like.
    package let form: Form
    /// Whether every answer has it.
    package let isRequired: Bool
    /// A sentence for readers of the OpenAPI document; nil where the name says it all.
    package let help: String?

    init(_ name: String, _ form: Form, isRequired: Bool = true, help: String? = nil) {
        self.name = name
        self.form = form
        self.isRequired = isRequired
        self.help = help
    }
}

extension TaskKind {
    /// The shapes of its answers; those of a task over tokens may tell of unknown ones.
    package var answers: [AnswerShape] {
        guard task.parts.contains(.tokens) else { return task.answers }
        return task.answers.map { AnswerShape($0.members + [UnknownTokens.shape]) }
    }
}
