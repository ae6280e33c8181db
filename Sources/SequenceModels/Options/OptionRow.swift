/// A row of the table of options. A class, because requests are read row by row, and a row is many words.
package final class OptionRow: Sendable {
    /// The value where a request is silent.
    struct Fallback: Sendable {
        /// Whether the planner does not choose another.
        let isFixed: Bool
        let value: (any OptionValue)?
        /// In words, unless the value says it.
        let text: String?
    }

    /// In requests and in settings, without those of its groups.
    package let name: String
    /// What a value may look like; requests are checked against it.
    package let form: OptionForm
    /// What values are.
    let type: any OptionValue.Type
    let fallback: Fallback
    /// Whether effective settings may lack it.
    package let isConditional: Bool
    let off: (any OptionValue)?
    let older: (any OptionValue)?
    /// Where a request may not have it, and why; empty where it always may.
    package let refusals: [OptionRefusal]
    /// What becomes of it in a training that continues a version.
    package let inheritance: OptionInheritance
    /// Whether a request may have an object in its place, which is data and is read elsewhere.
    package let isAlsoObject: Bool
    /// For people: a sentence or two.
    package let help: String

    init(
        name: String, form: OptionForm, type: any OptionValue.Type, fallback: Fallback, isConditional: Bool,
        off: (any OptionValue)?, older: (any OptionValue)?, refusals: [OptionRefusal], inheritance: OptionInheritance,
        isAlsoObject: Bool, help: String
    ) {
        self.name = name
        self.form = form
        self.type = type
        self.fallback = fallback
        self.isConditional = isConditional
        self.off = off
        self.older = older
        self.refusals = refusals
        self.inheritance = inheritance
        self.isAlsoObject = isAlsoObject
        self.help = help
    }

    /// What the option is in every training whose request is silent; nil when it is chosen from the data or absent.
    package var fixedDefault: (any OptionValue)? { fallback.isFixed ? fallback.value : nil }

    /// The help with what the other columns say: whom the option belongs to, and a default that no value can say.
    package var description: String {
        var text = help
        if !owners.isEmpty { text += " Belongs to: \(owners.replacing("`", with: ""))." }
        if let fallback = fallback.text, fallback != "none" { text += " Default: \(fallback)." }
        return text
    }

    /// Whom the option belongs to; empty where that is everyone.
    var owners: String {
        let all = refusals.map(\.owner).filter { !$0.isEmpty }
        // One cell says more than all recurrent ones.
        let isOfOneCell = all.contains { $0.hasPrefix("cell `") || $0.hasPrefix("initializer `") }
        return all.filter { !isOfOneCell || $0 != OptionRefusal.recurrent }.joined(separator: "; ")
    }

    /// What effective settings hold before anything is chosen; nil where they may lack it.
    var initial: (any OptionValue)? { isConditional ? nil : fallback.value }

    /// The value that a word of `form` stands for.
    package func value(of word: String) -> (any OptionValue)? { type.value(of: word) }

    /// The reasons why a value is refused.
    func refusals(of value: any OptionValue, _ context: OptionContext) -> [String] {
        refusals.filter { applies($0, to: value, context) }.map { $0.reason(context) }
    }

    private func applies(_ refusal: OptionRefusal, to value: any OptionValue, _ context: OptionContext) -> Bool {
        refusal.applies(context) && !value.isEqual(to: off) && !value.isEqual(to: refusal.unless)
    }

    /// What effective settings hold before a planner chooses; nil for nothing.
    func value(given: (any OptionValue)?, _ context: OptionContext) -> (any OptionValue)? {
        guard isConditional else { return given ?? fallback.value }
        guard fallback.isFixed else { return nil }
        guard let fixed = fallback.value else { return given }
        let value = given ?? fixed
        return refusals.contains { applies($0, to: value, context) } ? nil : value
    }
}

/// The name of an option or of a group as a member of JSON.
struct OptionKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
