import RecurrentLayers

extension SettingsChecks {
    /// Rules between the options of an encoder and a decoder.
    mutating func paired(_ network: NetworkRequest, _ context: OptionContext) {
        if network.cell == .transformer {
            fault(
                "/network/cell",
                "the decoder of a \(context.task.rawValue) is recurrent: say lstm, gru or rnn; "
                    + "\"encoder\": \"transformer\" makes the encoder one"
            )
        }
        if context.encoder == .transformer && network.bidirectional == false {
            fault("/network/bidirectional", "a transformer encoder always sees both directions")
        }
        if context.task == .sequenceToSequence, network.attentionWidth != nil, let attention = network.attention,
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
