import RecurrentLayers

extension SettingsChecks {
    /// Settings of the tasks whose target is a sequence of its own, asked for elsewhere; and those that such a task lacks.
    mutating func paired(_ request: SettingsRequest, task: TaskKind) {
        let network = request.network
        let both = "sequence_to_sequence and pointer"
        func refuse(
            _ isGiven: Bool, _ pointer: String, _ owners: String, unless isAllowed: Bool,
            in checks: inout SettingsChecks
        ) {
            if isGiven && !isAllowed { checks.fault(pointer, "it belongs to \(owners); the task is \(task.rawValue)") }
        }
        let isTranslation = task == .sequenceToSequence
        refuse(request.targetTokens != nil, "/target_tokens", "sequence_to_sequence", unless: isTranslation, in: &self)
        refuse(request.pointer != nil, "/pointer", "pointer", unless: task == .pointer, in: &self)
        refuse(
            request.training.scheduledSampling != nil, "/training/scheduled_sampling", "sequence_to_sequence",
            unless: isTranslation, in: &self)
        refuse(
            network.targetEmbedding != nil, "/network/target_embedding", "sequence_to_sequence", unless: isTranslation,
            in: &self)
        let attention = network.attention.map { $0 != .none } ?? false
        if attention && task == .pointer {
            fault("/network/attention", "a pointer always points by additive attention; leave it out")
        } else {
            refuse(attention, "/network/attention", "sequence_to_sequence", unless: isTranslation, in: &self)
        }
        let others: [(Bool, String)] = [
            (network.attentionWidth != nil, "attention_width"), (network.encoder != nil, "encoder"),
            (network.decoderLayers != nil, "decoder_layers"),
            (network.decoderHidden != nil, "decoder_hidden"),
        ]
        for (isGiven, name) in others { refuse(isGiven, "/network/\(name)", both, unless: task.isPaired, in: &self) }
        guard task.isPaired else { return }
        if network.cell == .transformer {
            fault(
                "/network/cell",
                "the decoder of a \(task.rawValue) is recurrent: say lstm, gru or rnn; \"encoder\": \"transformer\" makes the encoder one"
            )
        }
        lacking(network)
        encoder(network, task: task)
        if request.training.window != nil { fault("/training/window", "pairs of input and target are learned whole") }
    }

    /// Options of recurrent networks that an encoder and decoder do not have.
    private mutating func lacking(_ network: NetworkRequest) {
        let options: [(Bool, String)] = [
            (network.residual == true, "residual"), (network.lockedDropout == true, "locked_dropout"),
            (network.embeddingDropout ?? 0 > 0, "embedding_dropout"),
            (network.initializer != nil && network.initializer != .uniform, "initializer"),
            (network.projection != nil, "projection"), (network.layerNorm == true, "layer_norm"),
            (network.recurrentDropout ?? 0 > 0, "recurrent_dropout"), (network.gruReset == .before, "gru_reset"),
        ]
        for (isGiven, name) in options where isGiven {
            fault("/network/\(name)", "encoders and decoders do not have it; leave it out")
        }
    }

    private mutating func encoder(_ network: NetworkRequest, task: TaskKind) {
        let kind = network.encoder ?? PairedPlanner.encoder(of: task)
        if kind == .transformer {
            if network.bidirectional == false {
                fault("/network/bidirectional", "a transformer encoder always sees both directions")
            }
        } else {
            if network.heads != nil { fault("/network/heads", "it belongs to the encoder transformer") }
            if network.feedForward != nil { fault("/network/feed_forward", "it belongs to the encoder transformer") }
        }
        if task == .sequenceToSequence, network.attentionWidth != nil, let attention = network.attention,
            attention != .bahdanau
        {
            fault("/network/attention_width", "it belongs to the attention bahdanau; this is \(attention.rawValue)")
        }
    }

    /// What only the settings resolved can tell.
    mutating func paired(_ network: EffectiveSettings.Network) {
        let (encoder, decoder) = (network.sequenceEncoder, network.sequenceDecoder)
        if network.attention == .dot && encoder.width != decoder.hidden {
            fault(
                "/network/decoder_hidden",
                "the attention dot needs a decoder as wide as the encoder, \(encoder.width)"
                    + (network.bidirectional && network.encoder == .recurrent ? " (both directions)" : "")
                    + "; it is \(decoder.hidden)")
        }
    }
}
