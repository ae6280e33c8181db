import RecurrentLayers

extension SettingsRequest {
    /// The settings with those filled in that decide the parent's shape, and its dropout where the request is silent.
    /// - Throws: every setting that asks for another shape.
    func inheriting(_ parent: ParentModel?) throws(Faults) -> SettingsRequest {
        guard let parent else { return self }
        let theirs = parent.description.settings
        var result = self
        var checks = SettingsChecks()
        func keep<Value: Equatable>(_ own: WritableKeyPath<SettingsRequest, Value?>, _ value: Value?, _ pointer: String)
        {
            if let wanted = self[keyPath: own], wanted != value {
                checks.fault(
                    pointer,
                    "\(parent.name) has \(value.map { Self.word($0) } ?? "none"), and its weights fit nothing else: leave it out"
                )
            }
            result[keyPath: own] = value
        }
        let network = theirs.network
        keep(\.tokens, theirs.tokens, "/tokens")
        keep(\.network.cell, network.cell, "/network/cell")
        keep(\.network.layers, network.layers, "/network/layers")
        keep(\.network.hidden, network.hidden, "/network/hidden")
        keep(\.network.bidirectional, network.bidirectional, "/network/bidirectional")
        keep(\.network.embedding, network.embedding, "/network/embedding")
        keep(\.network.activation, network.activation, "/network/activation")
        keep(\.network.residual, network.residual, "/network/residual")
        keep(\.network.weightTying, network.weightTying, "/network/weight_tying")
        keep(\.network.projection, network.projection, "/network/projection")
        keep(\.network.layerNorm, network.layerNorm, "/network/layer_norm")
        keep(\.network.gruReset, network.gruReset, "/network/gru_reset")
        keep(\.network.heads, network.heads, "/network/heads")
        keep(\.network.feedForward, network.feedForward, "/network/feed_forward")
        keep(\.network.initializer, network.initializer, "/network/initializer")
        keep(\.network.chronoSteps, network.chronoSteps, "/network/chrono_steps")
        keep(\.targetTokens, theirs.targetTokens, "/target_tokens")
        keep(\.network.encoder, network.encoder, "/network/encoder")
        keep(\.network.attention, network.attention, "/network/attention")
        keep(\.network.attentionWidth, network.attentionWidth, "/network/attention_width")
        keep(\.network.decoderLayers, network.decoderLayers, "/network/decoder_layers")
        keep(\.network.decoderHidden, network.decoderHidden, "/network/decoder_hidden")
        keep(\.network.targetEmbedding, network.targetEmbedding, "/network/target_embedding")
        if let once = theirs.pointer?.once {
            result.pointer = result.pointer ?? PointerRequest()
            if let wanted = pointer?.once, wanted != once {
                checks.fault("/pointer/once", "\(parent.name) has \(once): leave it out")
            }
            result.pointer?.once = once
        }
        if let forecast = theirs.forecast {
            keep(\.forecast.seasonality, forecast.seasonality, "/forecast/seasonality")
            keep(\.forecast.distribution, forecast.distribution, "/forecast/distribution")
            keep(\.forecast.quantiles, forecast.quantiles, "/forecast/quantiles")
            keep(\.forecast.scaling, forecast.scaling, "/forecast/scaling")
            result.forecast.horizon = self.forecast.horizon ?? forecast.horizon
        }
        result.network.dropout = self.network.dropout ?? network.dropout
        result.network.lockedDropout = self.network.lockedDropout ?? network.lockedDropout
        result.network.embeddingDropout = self.network.embeddingDropout ?? network.embeddingDropout
        result.network.recurrentDropout = self.network.recurrentDropout ?? network.recurrentDropout
        try checks.finish()
        return result
    }

    /// As a request spells it.
    private static func word<Value>(_ value: Value) -> String {
        (value as? any RawRepresentable).map { "\($0.rawValue)" } ?? "\(value)"
    }
}

extension ParentModel {
    /// Whether its weights are those of such a network.
    func fits(_ network: ModelNetwork) -> Bool { network.hasShape(of: description.network) }
}
