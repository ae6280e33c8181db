package import Kernels

/// Reads a source to its end, then answers symbol by symbol (Sutskever, Vinyals & Le 2014), with attention to the
/// source.
///
///     e = encoder(source)                       s_0 = bridge(last states of the encoder)
///     s_t = decoder([embedding(y_{t-1}); a_{t-1}], s_{t-1})            a_0 = 0: input feeding
///     p_t, c_t = attention(s_t, e)              a_t = tanh(W_c [c_t; s_t])
///     logits_t = W a_t + b                      (without attention a_t = s_t, which is not fed)
///
/// The parameters live in one flat buffer; `repack` takes them over into the layouts that the kernels read.
///
/// - Note: Luong, Pham & Manning 2015, §3.1 and §3.3; the additive score is that of Bahdanau, Cho & Bengio 2015.
// SAFETY: only `parameters` and `repack` mutate, and only while the owner knows of no reader.
package final class EncoderDecoderNetwork: TrainableNetwork, @unchecked Sendable {
    /// Its shape.
    package let settings: EncoderDecoderSettings
    /// The parameters, and their copies in the layout of the kernels.
    package let packed: PackedParameters

    let encoder: SourceEncoder
    let bridge: StateBridge
    let targetEmbedding: InputEmbedding
    let decoder: RecurrentStack
    /// Nil without attention.
    let attention: AttentionLayer?
    /// W_c, of `[c_t; s_t]`; nil without attention.
    let combine: DenseLayer?
    let head: DenseLayer
    private let plan: ParameterPlan

    /// Fresh parameters, drawn from `seed`.
    package convenience init(settings: EncoderDecoderSettings, seed: UInt64) {
        self.init(settings, training: true)
        plan.initialise(parameters, seed: seed)
        repack()
    }

    /// Given parameters. With `training` false, nothing is packed that only backward needs.
    ///
    /// - Throws: `ModelError` naming the tensor that does not fit.
    package convenience init(
        settings: EncoderDecoderSettings, tensors: [NamedTensor], training: Bool = true
    ) throws(ModelError) {
        self.init(settings, training: training)
        try assign(tensors)
    }

    private init(_ settings: EncoderDecoderSettings, training: Bool) {
        precondition(
            !settings.decoder.bidirectional && settings.decoder.layers > 0 && settings.decoder.hidden > 0
                && settings.targetVocabulary > 0 && settings.targetEmbedding > 0, "a network of \(settings)")
        precondition(settings.canAttend, "\(settings.attention) attention does not fit \(settings)")
        self.settings = settings
        var plan = ParameterPlan()
        let hidden = settings.decoder.hidden
        let encoder = SourceEncoder(settings.encoder, input: settings.source, dropout: settings.dropout, plan: &plan)
        targetEmbedding = InputEmbedding(
            .tokens(vocabulary: settings.targetVocabulary, embedding: settings.targetEmbedding),
            prefix: "target_embedding", plan: &plan)
        let decoderSettings = settings.decoder.settings(inputs: settings.decoderInputs, dropout: settings.dropout)
        bridge = StateBridge(from: encoder, to: decoderSettings, plan: &plan)
        // Behind the top layer dropout stands before the head, after the attention.
        decoder = RecurrentStack(
            decoderSettings, offsets: plan.addRecurrent("decoder", decoderSettings), dropsTop: false)
        if settings.attention == .none {
            (attention, combine) = (nil, nil)
        } else {
            attention = AttentionLayer(
                settings.attention, prefix: "attention", sourceWidth: encoder.width, queryWidth: hidden,
                width: settings.attentionWidth, plan: &plan)
            combine = plan.addDense(
                "attention.combine", inputs: encoder.width + hidden, outputs: hidden, hasBias: false)
        }
        head = plan.addDense("head", inputs: hidden, outputs: settings.targetVocabulary)
        self.encoder = encoder
        self.plan = plan
        let parameters = AlignedBuffer(count: plan.layout.count)
        let packing =
            encoder.packing(parameters, training: training)
            + bridge.packing(parameters, training: training)
            + decoder.packing(parameters, training: training)
            + (attention?.packing(parameters, training: training) ?? [])
            + (combine?.packing(parameters, training: training) ?? [])
            + head.packing(parameters, training: training)
        packed = PackedParameters(buffer: parameters, layout: plan.layout, packing: packing)
    }

    /// Sets the head's bias `[V]`, for instance to the log-frequencies of the symbols, and repacks.
    package func setHeadBias(_ values: [Float]) {
        head.setBias(values, parameters)
        repack()
    }

    /// Reads the sources of a batch, for any number of decodings.
    package func encode(_ source: SourceBatch) { encode(source, training: false, dropoutKey: 0) }

    func encode(_ source: SourceBatch, training: Bool, dropoutKey: UInt64) {
        encoder.forward(source, parameters, training: training, dropoutKey: dropoutKey)
        bridge.forward(source)
        attention?.prepare(source.memory, scratch: source.scratch)
    }
}
