package import RecurrentLayers

/// `network.cell`: what the layers are made of.
package enum CellChoice: String, Codable, Sendable, CaseIterable {
    case lstm, gru, rnn
    /// Blocks of attention, without a state.
    case transformer

    /// The choice that names a recurrent cell.
    package init(_ kind: CellKind) {
        self =
            switch kind {
            case .lstm: .lstm
            case .gru: .gru
            case .rnn: .rnn
            }
    }

    /// nil for a Transformer.
    package var recurrent: CellKind? {
        switch self {
        case .lstm: .lstm
        case .gru: .gru
        case .rnn: .rnn
        case .transformer: nil
        }
    }
}

/// `network.activation`: φ of the cell `rnn`, or inside the blocks of a `transformer`.
package enum ActivationChoice: String, Codable, Sendable, CaseIterable {
    case tanh, sigmoid, relu
    case gelu

    /// nil where a recurrent cell does not have it.
    package var recurrent: Activation? {
        switch self {
        case .tanh: .tanh
        case .sigmoid: .sigmoid
        case .relu: .relu
        case .gelu: nil
        }
    }

    /// nil where a Transformer does not have it.
    package var feedForward: FeedForwardActivation? {
        switch self {
        case .relu: .relu
        case .gelu: .gelu
        case .tanh, .sigmoid: nil
        }
    }
}
