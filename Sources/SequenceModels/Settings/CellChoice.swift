package import RecurrentLayers

/// `network.cell`: what the layers are made of, a recurrent cell or blocks of attention.
package struct CellChoice: RawRepresentable, Codable, Sendable, Hashable, CaseIterable,
    CustomStringConvertible
{
    /// The cell's name, or `transformer`.
    package let rawValue: String
    /// nil for a Transformer.
    package let recurrent: CellKind?

    /// The choice that names a recurrent cell.
    package init(_ kind: CellKind) { (rawValue, recurrent) = (kind.rawValue, kind) }

    private init(transformer name: String) { (rawValue, recurrent) = (name, nil) }

    /// The choice of that name; nil where there is none.
    package init?(rawValue: String) {
        guard let choice = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = choice
    }

    /// The name.
    package var description: String { rawValue }

    /// The recurrent cells, then the Transformer.
    package static let allCases = CellKind.allCases.map { CellChoice($0) } + [transformer]
    /// Blocks of attention, without a state.
    package static let transformer = CellChoice(transformer: "transformer")
    /// Long short-term memory.
    package static let lstm = CellChoice(.lstm)
    /// The gated recurrent unit.
    package static let gru = CellChoice(.gru)
    /// The simple recurrent network.
    package static let rnn = CellChoice(.rnn)
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
