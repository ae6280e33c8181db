import RecurrentLayers

/// Texts or lists of symbols as targets: tokens of a vocabulary, one of which begins and ends every answer.
struct SymbolTarget: Sendable {
    let vocabulary: Vocabulary
    /// Begins and ends every answer.
    private let edge: Int32

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
        edge = Int32(end)
        if vocabulary.count > ModelLimits.vocabularyMax {
            throw Faults(
                "/sequences", "\(vocabulary.count) different target tokens, at most \(ModelLimits.vocabularyMax)")
        }
    }

    /// Nil when the description has no such vocabulary.
    init?(description: ModelDescription) {
        guard let known = description.targetVocabulary, let end = known.endIndex else { return nil }
        vocabulary = Vocabulary(description: known)
        edge = Int32(end)
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

extension SymbolTarget: PairedTarget {
    typealias Network = EncoderDecoderNetwork
    static var task: TaskKind { .sequenceToSequence }

    static func parts(of description: ModelDescription) throws(ModelError) -> (
        target: SymbolTarget, shape: EncoderDecoderSettings
    ) {
        guard case .encoderDecoder(let shape) = description.network else { throw .unfitDescription(member: "network") }
        guard let target = SymbolTarget(description: description), target.vocabulary.count == shape.targetVocabulary
        else { throw .unfitDescription(member: "target_vocabulary") }
        return (target, shape)
    }

    // Tokens are their own choices.

    var end: Int32? { edge }
    var start: Int32 { edge }
    var banned: Int32? { vocabulary.description.unknownIndex.map { Int32($0) } }
    func choice(of element: Int32) -> Int32 { element }
    func element(of choice: Int32) -> Int32 { choice }

    static var missingInput: String { "a sequence to answer is needed" }
    static func hasAttention(_ shape: EncoderDecoderSettings) -> Bool { shape.attention != .none }

    func stepsMax(wanted: Int?, inputSteps: Int, facts: PairFacts) -> Int {
        wanted ?? facts.lengthMax(steps: inputSteps)
    }

    private var isText: Bool { vocabulary.description.unit != .symbols }

    func output(_ elements: [Int32]) -> SymbolOutput {
        SymbolOutput(text: isText ? text(elements) : nil, tokens: names(elements))
    }

    func event(_ step: DecodedStep, index: Int, attention: [Float]?) -> any PredictionEvent {
        let name = vocabulary.description.tokens[Int(step.choice)]
        return SymbolEvent(
            index: index, token: name, text: isText ? name : nil, logprob: step.logprob, attention: attention)
    }

    /// h, c and the attentional vector, twice for reordering, and the probabilities of what comes next.
    static func rowSizeBytes(_ shape: EncoderDecoderSettings) -> Int {
        let decoder = shape.decoder
        return (2 * (2 * decoder.layers + 1) * decoder.hidden + shape.targetVocabulary) * MemoryLayout<Float>.size
    }

    /// Each row has its attention.
    static var rowStepSizeBytes: Int { MemoryLayout<Float>.size }
}
