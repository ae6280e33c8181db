package import RecurrentLayers

/// `network.attention`: how the decoder of a `sequence_to_sequence` looks at its input.
package enum AttentionChoice: String, Codable, Sendable, CaseIterable {
    /// Additive (Bahdanau, Cho & Bengio 2015).
    case bahdanau
    /// The dot product, and the same with a matrix in between (Luong, Pham & Manning 2015).
    case dot, general
    /// The decoder knows the input by the encoder's last state alone.
    case none

    /// As the engine knows it.
    package var kind: AttentionKind {
        switch self {
        case .bahdanau: .additive
        case .dot: .dot
        case .general: .general
        case .none: .none
        }
    }
}

/// `network.encoder`: what reads the input of a `sequence_to_sequence` or a `pointer`.
package enum EncoderChoice: String, Codable, Sendable, CaseIterable {
    case recurrent, transformer
}
