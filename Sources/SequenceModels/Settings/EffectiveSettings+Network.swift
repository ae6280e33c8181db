import RecurrentLayers

extension EffectiveSettings.Network {
    /// Settings written before a field existed read as its default.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            cell: try values.decode(CellChoice.self, forKey: .cell),
            layers: try values.decode(Int.self, forKey: .layers),
            hidden: try values.decode(Int.self, forKey: .hidden),
            bidirectional: try values.decode(Bool.self, forKey: .bidirectional),
            dropout: try values.decode(Double.self, forKey: .dropout),
            embedding: try values.decodeIfPresent(Int.self, forKey: .embedding),
            activation: try values.decode(ActivationChoice.self, forKey: .activation))
        residual = try values.decodeIfPresent(Bool.self, forKey: .residual) ?? false
        weightTying = try values.decodeIfPresent(Bool.self, forKey: .weightTying) ?? false
        lockedDropout = try values.decodeIfPresent(Bool.self, forKey: .lockedDropout) ?? false
        embeddingDropout = try values.decodeIfPresent(Double.self, forKey: .embeddingDropout) ?? 0
        initializer = try values.decodeIfPresent(NetworkSettings.Initializer.self, forKey: .initializer) ?? .uniform
        chronoSteps = try values.decodeIfPresent(Int.self, forKey: .chronoSteps)
        projection = try values.decodeIfPresent(Int.self, forKey: .projection)
        layerNorm = try values.decodeIfPresent(Bool.self, forKey: .layerNorm) ?? false
        recurrentDropout = try values.decodeIfPresent(Double.self, forKey: .recurrentDropout) ?? 0
        gruReset = try values.decodeIfPresent(NetworkSettings.GRUReset.self, forKey: .gruReset)
        encoder = try values.decodeIfPresent(EncoderChoice.self, forKey: .encoder)
        decoderLayers = try values.decodeIfPresent(Int.self, forKey: .decoderLayers)
        decoderHidden = try values.decodeIfPresent(Int.self, forKey: .decoderHidden)
        attentionWidth = try values.decodeIfPresent(Int.self, forKey: .attentionWidth)
        heads = try values.decodeIfPresent(Int.self, forKey: .heads)
        feedForward = try values.decodeIfPresent(Int.self, forKey: .feedForward)
        attention = try values.decodeIfPresent(AttentionChoice.self, forKey: .attention)
        targetEmbedding = try values.decodeIfPresent(Int.self, forKey: .targetEmbedding)
    }

    /// The network of these settings between the inputs and outputs of a task.
    func shape(input: NetworkSettings.Input, outputs: Int, readout: NetworkSettings.Readout) -> ModelNetwork {
        guard let cell = cell.recurrent else {
            return .transformer(
                TransformerSettings(
                    input: input,
                    shape: TransformerShape(
                        layers: layers, width: hidden, heads: heads ?? 1, feedForward: feedForward ?? hidden,
                        activation: activation.feedForward ?? .gelu),
                    causal: !bidirectional, dropout: Float(dropout), outputs: outputs, readout: readout))
        }
        return .recurrent(recurrent(cell, input: input, outputs: outputs, readout: readout))
    }

    private func recurrent(
        _ cell: CellKind, input: NetworkSettings.Input, outputs: Int, readout: NetworkSettings.Readout
    ) -> NetworkSettings {
        var result = NetworkSettings(
            input: input, cell: cell, activation: activation.recurrent ?? .tanh, layers: layers, hidden: hidden,
            bidirectional: bidirectional,
            dropout: Float(dropout), outputs: outputs, readout: readout)
        result.residual = residual
        result.tied = weightTying
        result.lockedDropout = lockedDropout
        result.embeddingDropout = Float(embeddingDropout)
        result.initializer = initializer
        result.chronoSteps = chronoSteps ?? 0
        result.projection = projection ?? 0
        result.layerNorm = layerNorm
        result.recurrentDropout = Float(recurrentDropout)
        result.gruReset = gruReset ?? .after
        return result
    }
}
