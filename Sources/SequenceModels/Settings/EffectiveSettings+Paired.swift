import RecurrentLayers

/// The parts of the networks of paired tasks.
extension EffectiveSettings.Network {
    var sequenceEncoder: SequenceEncoder {
        if self.encoder == .transformer {
            return .transformer(
                TransformerShape(
                    layers: self.layers, width: self.hidden, heads: self.heads ?? 1,
                    feedForward: self.feedForward ?? self.hidden))
        }
        return .recurrent(
            RecurrentShape(
                cell: self.cell.recurrent ?? .lstm, activation: self.activation.recurrent ?? .tanh, layers: self.layers,
                hidden: self.hidden, bidirectional: self.bidirectional))
    }

    var sequenceDecoder: RecurrentShape {
        RecurrentShape(
            cell: self.cell.recurrent ?? .lstm, activation: self.activation.recurrent ?? .tanh,
            layers: self.decoderLayers ?? self.layers,
            hidden: self.decoderHidden ?? self.hidden)
    }
}
