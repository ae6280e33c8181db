package import Tables

/// What a file leaves open, with the option that answers it.
package struct TableQuestion: Error, Equatable, CustomStringConvertible {
    /// The file.
    package let path: String
    /// What is open.
    package let doubt: TableDoubt

    init(path: String, _ doubt: TableDoubt) { (self.path, self.doubt) = (path, doubt) }

    /// Answers that are shown.
    private static let answersMax = 12

    package var description: String {
        var text = "\(path): \(doubt.question)"
        if !doubt.answers.isEmpty {
            let answers = doubt.answers.prefix(Self.answersMax).map { "--\(doubt.option) \(Self.quoted($0))" }
            text += "\n  " + answers.joined(separator: "\n  ")
            if doubt.answers.count > Self.answersMax { text += "\n  … \(doubt.answers.count - Self.answersMax) more" }
        }
        return text
    }

    /// As a shell takes it.
    private static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || "_-.,/".contains($0) }
        return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
