import RecurrentLayers

/// The parts of the networks of paired tasks.
extension EffectiveSettings.Network {
    var sequenceEncoder: SequenceEncoder {
        if encoder == .transformer {
            return .transformer(
                TransformerShape(layers: layers, width: hidden, heads: heads ?? 1, feedForward: feedForward ?? hidden))
        }
        return .recurrent(
            RecurrentShape(
                cell: cell.recurrent ?? .lstm, activation: activation.recurrent ?? .tanh, layers: layers,
                hidden: hidden, bidirectional: bidirectional))
    }

    var sequenceDecoder: RecurrentShape {
        RecurrentShape(
            cell: cell.recurrent ?? .lstm, activation: activation.recurrent ?? .tanh, layers: decoderLayers ?? layers,
            hidden: decoderHidden ?? hidden)
    }
}
