extension Vocabulary {
    /// What else a vocabulary needs besides the tokens seen.
    struct Extras {
        /// Add a symbol that begins and ends sequences.
        var end = false
        /// Always add `<unk>`, and let it stand for tokens seen only once.
        var unknown = false
        /// Have no `<unk>`, and leave unknown tokens out.
        var skipsUnknown = false

        /// As the settings of a training ask for it, or else the task.
        func asked(_ choice: UnknownTokenChoice?) -> Extras {
            guard let choice else { return self }
            return Extras(end: end, unknown: choice == .token, skipsUnknown: choice == .skip)
        }
    }

    /// Collects the tokens of `values` in a fixed order (by Unicode scalars).
    ///
    /// Words are kept to the `ModelLimits.wordsMax` most frequent; above 2000 distinct words those seen once become
    /// `<unk>`.
    static func build(_ values: [SequenceValue], unit: TokenUnit, extras: Extras) -> Vocabulary {
        if unit == .bytes {
            return assemble((0...255).map { Tokenizer.byteToken(UInt8($0)) }, unit: unit, Extras(end: extras.end))
        }
        if unit == .characters {
            var counts: [Unicode.Scalar: Int] = [:]
            for case .text(let text) in values {
                for scalar in text.unicodeScalars { counts[scalar, default: 0] += 1 }
            }
            let rare = extras.unknown && counts.count > 20
            let kept = counts.filter { !rare || $0.value > 1 }.keys.sorted { $0.value < $1.value }
            return assemble(kept.map { String($0) }, unit: unit, extras)
        }
        var counts: [String: Int] = [:]
        for value in values {
            switch value {
            case .text(let text): for token in Tokenizer.tokens(of: text, unit: unit) { counts[token, default: 0] += 1 }
            case .symbols(let symbols): for symbol in symbols { counts[symbol, default: 0] += 1 }
            case .numeric: break
            }
        }
        let words = unit == .words
        let rare = extras.unknown ? counts.count > 20 : words && counts.count > 2000 && !extras.skipsUnknown
        var kept = counts.filter { !rare || $0.value > 1 }.sorted {
            ($1.value, scalars($0.key)) < ($0.value, scalars($1.key))
        }
        if words { kept = Array(kept.prefix(ModelLimits.wordsMax)) }
        var extras = extras
        extras.unknown = extras.unknown || kept.count < counts.count && !extras.skipsUnknown
        let tokens = kept.map(\.key).sorted { scalars($0) < scalars($1) }
        return assemble(tokens, unit: unit, extras)
    }

    private static func assemble(_ tokens: [String], unit: TokenUnit, _ extras: Extras) -> Vocabulary {
        var all = tokens
        var endIndex: Int?, unknownIndex: Int?
        if extras.end { endIndex = all.count; all.append("<end>") }
        if extras.unknown { unknownIndex = all.count; all.append("<unk>") }
        return Vocabulary(
            description: VocabularyDescription(
                unit: unit, tokens: all, endIndex: endIndex, unknownIndex: unknownIndex,
                skipsUnknown: extras.skipsUnknown ? true : nil))
    }

    /// A total order on spellings that no locale changes.
    private static func scalars(_ text: String) -> ScalarOrder { ScalarOrder(text: text) }

    private struct ScalarOrder: Comparable {
        let text: String
        static func < (a: Self, b: Self) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }
        static func == (a: Self, b: Self) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }
    }
}
