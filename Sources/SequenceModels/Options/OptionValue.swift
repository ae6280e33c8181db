/// What an option can hold: a number, a flag, a word, or a list.
package protocol OptionValue: Codable, Sendable, Equatable {
    /// The words a request may say; nil unless values are words.
    static var words: [String]? { get }
    /// The value that a word stands for; nil unless it is one of `words`.
    static func value(of word: String) -> Self?
    /// What it says, as `encode(to:)` writes it.
    var content: OptionContent { get }
}

extension OptionValue {
    /// Values are not words unless a type says so.
    package static var words: [String]? { nil }

    /// No word stands for a value unless a type says so.
    package static func value(of word: String) -> Self? { nil }

    /// Whether `other` is of the same type and equal.
    package func isEqual(to other: (any OptionValue)?) -> Bool { (other as? Self) == self }
}

extension OptionValue {
    /// - Throws: `DecodingError` when the value is of another type or missing.
    static func required(_ key: OptionKey, from container: KeyedDecodingContainer<OptionKey>) throws -> Self {
        try container.decode(Self.self, forKey: key)
    }

    /// - Throws: `DecodingError` when the value is of another type; nil when it is missing.
    static func optional(_ key: OptionKey, from container: KeyedDecodingContainer<OptionKey>) throws -> Self? {
        try container.decodeIfPresent(Self.self, forKey: key)
    }
}
