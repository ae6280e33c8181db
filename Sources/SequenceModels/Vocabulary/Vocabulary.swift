/// Texts of tokens ⇄ indices `0 ..< V`.
struct Vocabulary: Sendable {
    let description: VocabularyDescription
    private let indices: [String: Int32]
    private let scalarIndices: [Unicode.Scalar: Int32]
    /// Of the token that stands for unknown ones, where they are not left out.
    private let unknownIndex: Int32?
    private let skipsUnknown: Bool

    init(description: VocabularyDescription) {
        self.description = description
        var indices: [String: Int32] = [:]
        var scalars: [Unicode.Scalar: Int32] = [:]
        for (index, token) in description.tokens.enumerated()
        where index != description.endIndex && index != description.unknownIndex {
            if description.unit == .characters {
                // By scalar: String equality would merge a letter with its other Unicode spellings. An imported "<pad>"
                // is not a character.
                if let scalar = token.unicodeScalars.first, token.unicodeScalars.count == 1 {
                    scalars[scalar] = Int32(index)
                }
            } else {
                indices[token] = Int32(index)
            }
        }
        skipsUnknown = description.unknown == .skip
        unknownIndex = skipsUnknown ? nil : description.unknownIndex.map { Int32($0) }
        self.indices = indices
        scalarIndices = scalars
    }

    /// V.
    var count: Int { description.tokens.count }

    /// The indices of a sequence.
    /// - Throws: a fault per unknown token (at most 8), pointing at it when it is a symbol and at the sequence when it
    ///   is text.
    func encode(_ value: SequenceValue, pointer: String) throws(Faults) -> [Int32] {
        switch (value, description.unit) {
        case (.numeric, _):
            throw Faults(pointer, "expected \(description.unit == .symbols ? "symbols" : "text"), found numbers")
        case (.text, .symbols):
            throw Faults(pointer, "expected an array of symbols, found a text")
        case (.symbols, .characters), (.symbols, .bytes), (.symbols, .words):
            throw Faults(pointer, "expected a text, found an array of symbols")
        case (.text(let text), .bytes):
            return text.utf8.map { Int32($0) }
        case (.text(let text), .characters):
            return try encodeScalars(text, pointer: pointer)
        case (.text(let text), .words):
            return try encode(Tokenizer.tokens(of: text, unit: .words), pointer: pointer, eachHasPointer: false)
        case (.symbols(let symbols), .symbols):
            return try encode(symbols, pointer: pointer, eachHasPointer: true)
        }
    }

    /// Tokens of the sequence that are not in the vocabulary; nil where there are none, and where they are refused.
    func unknown(in value: SequenceValue) -> UnknownTokens? {
        guard description.unknown != nil else { return nil }
        var result: UnknownTokens?
        func look(_ tokens: some Sequence<(offset: Int, isKnown: Bool, text: String)>) {
            for token in tokens where !token.isKnown {
                if result == nil {
                    result = UnknownTokens(count: 0, first: Self.shown(token.text), position: token.offset)
                }
                result?.count += 1
            }
        }
        func look(_ tokens: [String]) {
            look(tokens.enumerated().lazy.map { ($0.offset, indices[$0.element] != nil, $0.element) })
        }
        switch (value, description.unit) {
        case (.text(let text), .characters):
            look(
                text.unicodeScalars.enumerated().lazy.map {
                    ($0.offset, scalarIndices[$0.element] != nil, String($0.element))
                })
        case (.text(let text), .words): look(Tokenizer.tokens(of: text, unit: .words))
        case (.symbols(let symbols), .symbols): look(symbols)
        default: break
        }
        return result
    }

    private func encodeScalars(_ text: String, pointer: String) throws(Faults) -> [Int32] {
        var result: [Int32] = []
        result.reserveCapacity(text.utf8.count)
        var faults: [Fault] = []
        for (position, scalar) in text.unicodeScalars.enumerated() {
            if let index = scalarIndices[scalar] ?? unknownIndex {
                result.append(index)
            } else if !skipsUnknown && faults.count < ModelLimits.faultsMax {
                faults.append(unknownFault(String(scalar), position: position, pointer: pointer))
            }
        }
        if !faults.isEmpty { throw Faults(list: faults) }
        return result
    }

    private func encode(_ tokens: [String], pointer: String, eachHasPointer: Bool) throws(Faults) -> [Int32] {
        var result: [Int32] = []
        result.reserveCapacity(tokens.count)
        var faults: [Fault] = []
        for (position, token) in tokens.enumerated() {
            if let index = indices[token] ?? unknownIndex {
                result.append(index)
            } else if !skipsUnknown && faults.count < ModelLimits.faultsMax {
                let place = eachHasPointer ? "\(pointer)/\(position)" : pointer
                faults.append(unknownFault(token, position: position, pointer: place))
            }
        }
        if !faults.isEmpty { throw Faults(list: faults) }
        return result
    }

    private static func shown(_ token: String) -> String {
        token.unicodeScalars.count > 40 ? String(token.unicodeScalars.prefix(40)) + "…" : token
    }

    private func unknownFault(_ token: String, position: Int, pointer: String) -> Fault {
        let shown = Self.shown(token)
        let noun = description.unit == .characters ? "character" : description.unit == .words ? "word" : "symbol"
        return Fault(
            pointer: pointer,
            detail: "unknown \(noun) \"\(shown)\" at position \(position): the model never saw it in training")
    }
}
