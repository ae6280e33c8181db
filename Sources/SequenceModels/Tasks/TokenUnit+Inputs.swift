/// What texts are cut into where a request does not say it.
extension TokenUnit {
    /// Words where texts are long: characters of them would be many steps.
    static func ofTexts(_ texts: [String]) -> TokenUnit {
        texts.reduce(0) { $0 + $1.utf8.count } / max(1, texts.count) > 200 ? .words : .characters
    }

    /// Of inputs like the first; nil for numbers.
    ///
    /// - Parameters:
    ///   - name: of the inputs in a fault.
    ///   - choice: what a task makes of the first text; nil leaves it to the texts' length.
    /// - Throws: when the request wants what such inputs are not made of.
    static func ofInputs(
        _ request: SettingsRequest, _ examples: [TrainingExample], called name: String,
        choice: (String) -> TokenUnit? = { _ in nil }
    ) throws(Faults) -> TokenUnit? {
        switch examples[0].input {
        case .numeric: return nil
        case .symbols:
            if let tokens = request.tokens, tokens != .symbols {
                throw Faults("/tokens", "\(tokens.rawValue) need \(name) that are texts, these are arrays")
            }
            return .symbols
        case .text(let first):
            if request.tokens == .symbols {
                throw Faults("/tokens", "symbols need \(name) that are arrays, these are texts")
            }
            return request.tokens ?? choice(first)
                ?? ofTexts(examples.map { if case .text(let text) = $0.input { text } else { "" } })
        }
    }
}
