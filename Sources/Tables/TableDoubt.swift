/// Something that a table does not say, and a guess could be wrong about: a question with its answers.
package struct TableDoubt: Error, Equatable, Sendable, CustomStringConvertible {
    /// The option that would answer it: `time`, `decimal`.
    package let option: String
    /// The question, with what speaks for each answer.
    package let question: String
    /// Values of the option.
    package let answers: [String]

    /// A question.
    package init(option: String, question: String, answers: [String]) {
        (self.option, self.question, self.answers) = (option, question, answers)
    }

    /// Answers that are shown.
    private static let answersMax = 12

    package var description: String {
        guard !answers.isEmpty else { return question }
        let more = answers.count > Self.answersMax ? " and \(answers.count - Self.answersMax) more" : ""
        return "\(question) (\(option): \(answers.prefix(Self.answersMax).joined(separator: " | "))\(more))"
    }
}
