import SequenceModels

/// What to do next, as a command.
enum NextStep {
    static let taskNames = TaskKind.allCases.map(\.rawValue)

    /// A prediction with a model.
    ///
    /// - Parameter file: that the model was trained on.
    static func prediction(_ task: String, model: String, file: String? = nil, _ server: ServerOptions) -> String {
        let question =
            switch TaskKind(rawValue: task) {
            case .forecast: file.map { "--file \(quoted($0))" } ?? "--sequence 1,2,3"
            case .languageModel: "--prompt \"Once\" --max-tokens 200 --stream"
            default: "--sequence SEQUENCE"
            }
        return "next: rondo predict --model \(quoted(model)) \(question)\(server.words)"
    }

    /// For a shell: quoted if it needs to be.
    static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || "@%_-+=:,./".contains($0) }
        return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
