/// Tokens of an imported vocabulary that no text can ever be cut into: with them, a model would answer as if it had
/// learned nothing.
///
/// A token in angle or square brackets (`<pad>`, `[CLS]`) is a mark of its training, and may stand for nothing here.
struct VocabularyReach {
    private let vocabulary: VocabularyDescription
    private let special: [Int?]

    init(_ vocabulary: VocabularyDescription) {
        self.vocabulary = vocabulary
        special = [vocabulary.endIndex, vocabulary.unknownIndex]
    }

    /// Faults of tokens out of reach, each with an example; at most `ModelLimits.faultsMax`.
    ///
    /// - Parameter isOwn: whether the vocabulary was made by `Vocabulary.build`: of texts of one word each, then, words
    ///   need no blank before them.
    func faults(_ pointer: String, isOwn: Bool) -> [Fault] {
        var faults = Array(unreachable(pointer).prefix(ModelLimits.faultsMax))
        if faults.isEmpty, vocabulary.unit == .words, !isOwn, let fault = withoutBlanks(pointer) { faults = [fault] }
        return faults
    }

    private func unreachable(_ pointer: String) -> some Sequence<Fault> {
        var seen: [String: Int] = [:]
        return vocabulary.tokens.enumerated().lazy.compactMap { index, token in
            guard !special.contains(index), !Self.isMark(token) else { return nil }
            let detail =
                switch vocabulary.unit {
                case .bytes: String?.none
                case .characters: Self.spelled(token)
                case .words: Self.cut(token) ?? twin(of: token, at: index, &seen)
                case .symbols: twin(of: token, at: index, &seen)
                }
            return detail.map { Fault(pointer: "\(pointer)/\(index)", detail: $0) }
        }
    }

    private static func isMark(_ token: String) -> Bool {
        token.isEmpty || token.hasPrefix("<") && token.hasSuffix(">") && token.utf8.count > 2
            || token.hasPrefix("[") && token.hasSuffix("]") && token.utf8.count > 2
    }

    private static let remedy =
        "or say \"tokens\": \"symbols\" and send sequences that are cut already, as arrays of tokens"

    private static func spelled(_ token: String) -> String? {
        let scalars = token.unicodeScalars
        guard scalars.count > 1 else { return nil }
        let shown = scalars.prefix(4).map { "\"\($0)\"" }.joined(separator: ", ")
        return "\(quoted(token)) is never one token: a text is cut into characters, here \(shown)"
            + (scalars.count > 4 ? " and so on" : "") + "; leave it out, \(remedy)"
    }

    private static func cut(_ token: String) -> String? {
        if let mark = token.unicodeScalars.first, token.unicodeScalars.count > 1, mark == "Ġ" || mark == "\u{2581}" {
            let word = " " + String(String.UnicodeScalarView(token.unicodeScalars.dropFirst()))
            return
                "\(quoted(token)) is never a token of a text: where tokenizers of others write \(mark), a text has a "
                + "blank, \(quoted(word)); write it so, \(remedy)"
        }
        let parts = Tokenizer.tokens(of: token, unit: .words)
        guard parts.count > 1 else { return nil }
        let shown = parts.prefix(4).map(quoted).joined(separator: ", ")
        return "\(quoted(token)) is never one token: a text is cut into \(shown)"
            + (parts.count > 4 ? " and so on" : "") + "; leave it out, \(remedy)"
    }

    /// Texts are looked up as Swift compares them, where a letter with an accent is the letter and the accent.
    private func twin(of token: String, at index: Int, _ seen: inout [String: Int]) -> String? {
        guard let first = seen.updateValue(index, forKey: token) else { return nil }
        return "\(Self.quoted(token)) is the same text as token \(first) in another Unicode spelling: only one of them "
            + "can be met"
    }

    /// Words inside a text carry the blank before them; without any such, only a text's first word would be known.
    private func withoutBlanks(_ pointer: String) -> Fault? {
        var example: (index: Int, token: String)?
        for (index, token) in vocabulary.tokens.enumerated() where !special.contains(index) && !Self.isMark(token) {
            guard let first = token.unicodeScalars.first else { continue }
            if first == " " && token.unicodeScalars.count > 1 { return nil }
            if example == nil, first.properties.isAlphabetic { example = (index, token) }
        }
        guard let (index, token) = example else { return nil }
        let parts = Tokenizer.tokens(of: "\(token) \(token)", unit: .words).map(Self.quoted)
        return Fault(
            pointer: "\(pointer)/\(index)",
            detail: "\(Self.quoted(token)) would be met at the beginning of a text only, and so every word: one inside "
                + "a text carries the blank before it, as \(Self.quoted("\(token) \(token)")) is cut into "
                + "\(parts.joined(separator: ", ")). Write \(Self.quoted(" " + token)), \(Self.remedy); "
                + "\"tokenizer\": \"rondo\" says that the vocabulary is one that Rondo made of texts of one word")
    }

    private static func quoted(_ text: String) -> String {
        "\"" + (text.unicodeScalars.count > 40 ? String(text.unicodeScalars.prefix(40)) + "…" : text) + "\""
    }
}
