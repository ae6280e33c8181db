import RecurrentLayers

extension EffectiveSettings.Network {
    /// Units of the state of one direction of a layer.
    package var stateWidth: Int { self.projection ?? self.hidden }

    /// The network of these settings between the inputs and outputs of a task.
    func shape(input: NetworkSettings.Input, outputs: Int, readout: NetworkSettings.Readout) -> ModelNetwork {
        guard let cell = self.cell.recurrent else {
            return .transformer(
                TransformerSettings(
                    input: input,
                    shape: TransformerShape(
                        layers: self.layers, width: self.hidden, heads: self.heads ?? 1,
                        feedForward: self.feedForward ?? self.hidden,
                        activation: self.activation.feedForward ?? .gelu),
                    causal: !self.bidirectional, dropout: Float(self.dropout), outputs: outputs, readout: readout))
        }
        return .recurrent(recurrent(cell, input: input, outputs: outputs, readout: readout))
    }

    private func recurrent(
        _ cell: CellKind, input: NetworkSettings.Input, outputs: Int, readout: NetworkSettings.Readout
    ) -> NetworkSettings {
        var result = NetworkSettings(
            input: input, cell: cell, layers: self.layers, hidden: self.hidden, bidirectional: self.bidirectional,
            dropout: Float(self.dropout), outputs: outputs, readout: readout)
        result.activation = self.activation.recurrent ?? .tanh
        result.residual = self.residual
        result.tied = self.weightTying
        result.lockedDropout = self.lockedDropout
        result.embeddingDropout = Float(self.embeddingDropout)
        result.initializer = self.initializer
        result.chronoSteps = self.chronoSteps ?? 0
        result.projection = self.projection ?? 0
        result.layerNorm = self.layerNorm
        result.recurrentDropout = Float(self.recurrentDropout)
        result.gruReset = self.gruReset ?? .after
        return result
    }
}
