/// An option that every training has a value of: one row says all that is known of it.
///
/// Reading, ranges, the tasks and cells it belongs to, what a version continued with `from` passes on, OpenAPI and the
/// page of options follow from the row. Only rules between options are code.
package final class Option<Value: OptionValue>: OptionMemberMaking {
    /// What effective settings hold until something else is chosen.
    let initial: Value
    let row: OptionRow

    /// - Parameters:
    ///   - name: in requests and in settings.
    ///   - form: nil for a flag or a word.
    ///   - off: a value that asks for nothing, and is accepted wherever the option is refused.
    ///   - older: what settings mean that were written before the option existed; nil if it was always there.
    init(
        _ name: String, _ form: OptionForm? = nil, default fallback: OptionDefault<Value>, off: Value? = nil,
        older: Value? = nil, refused: [OptionRefusal] = [], onFrom inheritance: OptionInheritance = .free,
        isAlsoObject: Bool = false, _ help: String
    ) {
        initial = fallback.value
        row = OptionRow(
            name: name, form: form ?? Value.words.map(OptionForm.word) ?? .flag, type: Value.self,
            fallback: .init(isFixed: fallback.isFixed, value: fallback.value, text: fallback.text),
            isConditional: false, off: off, older: older, refusals: refused, inheritance: inheritance,
            isAlsoObject: isAlsoObject, help: help)
    }

    package var member: OptionMember { .option(row) }
}

/// An option that settings have only where it means something, as `Option` otherwise.
package final class ConditionalOption<Value: OptionValue>: OptionMemberMaking {
    let row: OptionRow

    /// - Parameters: as those of `Option`.
    init(
        _ name: String, _ form: OptionForm? = nil, default fallback: ConditionalDefault<Value> = .absent,
        off: Value? = nil, refused: [OptionRefusal] = [], onFrom inheritance: OptionInheritance = .free, _ help: String
    ) {
        row = OptionRow(
            name: name, form: form ?? Value.words.map(OptionForm.word) ?? .flag, type: Value.self,
            fallback: .init(isFixed: fallback.isFixed, value: fallback.value, text: fallback.text),
            isConditional: true, off: off, older: nil, refusals: refused, inheritance: inheritance,
            isAlsoObject: false, help: help)
    }

    package var member: OptionMember { .option(row) }
}

/// What an option is where a request is silent.
enum OptionDefault<Value: OptionValue> {
    case fixed(Value)
    /// What the planner chooses, in words; the value stands until then.
    case chosen(Value, String)

    var value: Value {
        switch self {
        case .fixed(let value), .chosen(let value, _): value
        }
    }

    var isFixed: Bool { if case .fixed = self { true } else { false } }

    var text: String? { if case .chosen(_, let text) = self { text } else { nil } }
}

/// What an option is where a request is silent and the option means something.
enum ConditionalDefault<Value: OptionValue> {
    case absent
    case fixed(Value)
    /// What the planner chooses, in words.
    case chosen(String)

    var value: Value? { if case .fixed(let value) = self { value } else { nil } }

    /// Whether no planner has a say in it.
    var isFixed: Bool { if case .chosen = self { false } else { true } }

    var text: String? {
        switch self {
        case .absent: "none"
        case .fixed: nil
        case .chosen(let text): text
        }
    }
}

/// What becomes of an option in a training that continues a version.
package enum OptionInheritance: Sendable, Equatable {
    /// Every training says it anew.
    case free
    /// The version's, unless the request says otherwise.
    case unlessGiven
    /// The version's: its weights fit nothing else.
    case shape
    /// The version's: its weights have learned it.
    case learned
}
