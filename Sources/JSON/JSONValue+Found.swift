extension JSONValue {
    private static let shownCountMax = 40

    /// What a fault says was found: the kind, and of a single value what it is.
    package var found: String {
        switch self {
        case .bool(let value): "\(value)"
        case .number(let number): "the number \(Int(exactly: number).map(String.init) ?? text)"
        case .integer: "the number \(text)"
        case .string(let text): "the string \(Self.quoted(text))"
        case .null, .array, .numbers, .object: kindDescription
        }
    }

    /// In double quotes, cut if it is long, with a name for the first character that may not be seen.
    private static func quoted(_ text: String) -> String {
        let shown =
            text.unicodeScalars.count > shownCountMax
            ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(shownCountMax))) + "…" : text
        let note =
            text.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || $0.isASCII }
            ? "" : UnusualCharacters.note(text).replacing("; character", with: ", whose character")
        return "\"\(shown)\"\(note)"
    }

    /// What a fault adds to `found` where a number was expected; empty where nothing better than that is known.
    ///
    /// - Parameter isNullFine: null stands for a missing value here.
    package func hintForNumber(isNullFine: Bool) -> String {
        guard case .string(let text) = self else { return "" }
        let plain = UnusualCharacters.folded(text).filter { !$0.isWhitespace }
        let word = plain.lowercased().drop { $0 == "-" || $0 == "+" }
        if word.isEmpty || JSONFaultText.missing.contains(String(word)) || word == "?" {
            return isNullFine ? "; write null for a missing value" : ""
        }
        if Self.isNumber(plain) { return "; write \(plain), without quotes" }
        let pointed = plain.replacing(",", with: ".")
        if Self.isNumber(pointed) { return "; write \(pointed), with a decimal point and without quotes" }
        if Self.isDate(plain) { return "; times are not values: a record has them as 'timestamps'" }
        return isNullFine ? "; write null for a missing value" : ""
    }

    private static func isNumber(_ text: String) -> Bool {
        guard text.utf8.count <= shownCountMax else { return false }
        return (try? JSONParser.parse(text))?.asDouble != nil
    }

    /// `2024-01-01`, `01/02/2024`, with or without a time.
    private static func isDate(_ text: String) -> Bool {
        text.wholeMatch(of: /\d{1,4}[-\/.]\d{1,2}([-\/.]\d{1,4})?([T ]?\d{1,2}:.*)?/) != nil
    }
}
