/// Everything that decides the shapes of an `EncoderDecoderNetwork`.
package struct EncoderDecoderSettings: Codable, Sendable, Equatable {
    /// What a step of the source is.
    package var source: NetworkSettings.Input
    /// What reads the source.
    package var encoder: SequenceEncoder
    /// Not bidirectional.
    package var decoder: RecurrentShape
    /// V ≥ 1 symbols of the target, those that start and end it included.
    package var targetVocabulary: Int
    /// E ≥ 1, of a target symbol.
    package var targetEmbedding: Int
    /// How the decoder looks at the source's states; with `none` it has only the last ones.
    package var attention: AttentionKind
    /// A ≥ 1, of additive attention.
    package var attentionWidth: Int
    /// Probability that an activation after an encoder layer, between decoder layers or before the head is dropped in
    /// training: 0 ≤ p < 1.
    package var dropout: Float

    /// A shape with the options that are given; the others keep their defaults.
    package init(
        source: NetworkSettings.Input, encoder: SequenceEncoder, decoder: RecurrentShape, targetVocabulary: Int,
        targetEmbedding: Int, attention: AttentionKind = .additive, attentionWidth: Int = 0, dropout: Float = 0
    ) {
        self.source = source
        self.encoder = encoder
        self.decoder = decoder
        self.targetVocabulary = targetVocabulary
        self.targetEmbedding = targetEmbedding
        self.attention = attention
        self.attentionWidth = attentionWidth
        self.dropout = dropout
    }

    private enum CodingKeys: String, CodingKey {
        case source, encoder, decoder, attention, dropout
        case targetVocabulary = "target_vocabulary"
        case targetEmbedding = "target_embedding"
        case attentionWidth = "attention_width"
    }

    /// Whether `attention` fits the shapes: the dot product needs states as wide as the encoder's outputs.
    package var canAttend: Bool {
        switch attention {
        case .none, .general: true
        case .additive: attentionWidth > 0
        case .dot: encoder.width == decoder.hidden
        }
    }

    /// What the decoder reads a step: the symbol, and with attention the attentional vector of the step before.
    var decoderInputs: Int { targetEmbedding + (attention == .none ? 0 : decoder.hidden) }
}
