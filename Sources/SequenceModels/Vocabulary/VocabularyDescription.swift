/// The tokens of a model as its file states them.
package struct VocabularyDescription: Codable, Sendable, Equatable {
    /// What a token is.
    package var unit: TokenUnit
    /// V texts by index.
    package var tokens: [String]
    /// Index of the symbol that begins and ends a sequence, when sequences were learned whole.
    package var endIndex: Int?
    /// Index that stands for every unknown token, when the model has one.
    package var unknownIndex: Int?

    /// Whether unknown tokens are left out of what is read; absent means no.
    package var skipsUnknown: Bool?

    /// What becomes of an unknown token; nil: it is refused.
    package var unknown: UnknownTokenChoice? {
        skipsUnknown == true ? .skip : unknownIndex == nil ? nil : .token
    }

    enum CodingKeys: String, CodingKey {
        case unit, tokens
        case skipsUnknown = "skips_unknown"
        case endIndex = "end_index"
        case unknownIndex = "unknown_index"
    }
}
