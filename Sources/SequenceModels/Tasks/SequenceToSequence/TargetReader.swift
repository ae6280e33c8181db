/// Turns targets into symbols and answers back into texts or lists.
struct TargetReader: Sendable {
    let vocabulary: Vocabulary
    /// Begins and ends every answer.
    let end: Int32

    /// - Parameter unit: of the targets.
    init(_ examples: [TrainingExample], unit: TokenUnit, parent: ModelDescription?) throws(Faults) {
        if let known = parent?.targetVocabulary {
            vocabulary = Vocabulary(description: known)
        } else {
            vocabulary = Vocabulary.build(
                examples.compactMap { Self.sequence($0) }, unit: unit, extras: Vocabulary.Extras(end: true))
        }
        guard let end = vocabulary.description.endIndex else {
            throw Faults("/from", "the model to continue has no end of answers")
        }
        self.end = Int32(end)
        if vocabulary.count > ModelLimits.vocabularyMax {
            throw Faults(
                "/sequences", "\(vocabulary.count) different target tokens, at most \(ModelLimits.vocabularyMax)")
        }
    }

    /// Nil when the description has no such vocabulary.
    init?(description: ModelDescription) {
        guard let known = description.targetVocabulary, let end = known.endIndex else { return nil }
        vocabulary = Vocabulary(description: known)
        self.end = Int32(end)
    }

    func encode(_ example: TrainingExample, pointer: String) throws(Faults) -> [Int32] {
        guard let sequence = Self.sequence(example) else {
            throw Faults(pointer, "a text or a list of symbols is needed")
        }
        return try vocabulary.encode(sequence, pointer: pointer)
    }

    /// A target as a sequence: numbers are names of symbols.
    static func sequence(_ example: TrainingExample) -> SequenceValue? {
        switch example.target {
        case .label(let text): .text(text)
        case .labels(let symbols): .symbols(symbols.compactMap(\.self))
        case .numbers(let numbers): .symbols(numbers.map { Int(exactly: $0).map { String($0) } ?? String($0) })
        case nil: nil
        }
    }

    /// What texts are cut into; a list is symbols.
    static func unit(_ request: SettingsRequest, _ examples: [TrainingExample]) throws(Faults) -> TokenUnit {
        guard case .text = examples.first.flatMap({ sequence($0) }) else {
            if let wanted = request.targetTokens, wanted != .symbols {
                throw Faults("/target_tokens", "\(wanted.rawValue) need targets that are texts, these are lists")
            }
            return .symbols
        }
        if request.targetTokens == .symbols {
            throw Faults("/target_tokens", "symbols need targets that are lists, these are texts")
        }
        return request.targetTokens ?? TokenUnit.ofTexts(examples.map { $0.label ?? "" })
    }

    /// Bytes that are no UTF-8 become U+FFFD.
    func text(_ choices: [Int32]) -> String {
        if vocabulary.description.unit == .bytes {
            return String(decoding: choices.compactMap { UInt8(exactly: $0) }, as: UTF8.self)
        }
        return names(choices).joined()
    }

    func names(_ choices: [Int32]) -> [String] { choices.map { vocabulary.description.tokens[Int($0)] } }
}
