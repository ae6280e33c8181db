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

    enum CodingKeys: String, CodingKey {
        case unit, tokens
        case endIndex = "end_index"
        case unknownIndex = "unknown_index"
    }
}
