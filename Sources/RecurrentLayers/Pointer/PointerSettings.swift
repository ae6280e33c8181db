/// Everything that decides the shapes of a `PointerNetwork`.
package struct PointerSettings: Codable, Sendable, Equatable {
    /// What an item is: numbers (one, or a vector), or a symbol.
    package var items: NetworkSettings.Input
    /// What reads the items.
    package var encoder: SequenceEncoder
    /// Not bidirectional.
    package var decoder: RecurrentShape
    /// A ≥ 1, of the pointer's scores.
    package var attentionWidth: Int
    /// Whether an answer ends by pointing at the end; else its length is the caller's to know.
    package var hasEnd: Bool
    /// Whether an item can be pointed at once only.
    package var usesOnce: Bool
    /// Probability that an activation after a layer is dropped in training: 0 ≤ p < 1.
    package var dropout: Float

    /// A shape with the options that are given; the others keep their defaults.
    package init(
        items: NetworkSettings.Input, encoder: SequenceEncoder, decoder: RecurrentShape, attentionWidth: Int,
        hasEnd: Bool,
        usesOnce: Bool, dropout: Float = 0
    ) {
        self.items = items
        self.encoder = encoder
        self.decoder = decoder
        self.attentionWidth = attentionWidth
        self.hasEnd = hasEnd
        self.usesOnce = usesOnce
        self.dropout = dropout
    }

    private enum CodingKeys: String, CodingKey {
        case items, encoder, decoder, dropout
        case attentionWidth = "attention_width"
        case hasEnd = "has_end"
        case usesOnce = "uses_once"
    }
}
