package import Kernels

/// Answers with positions of its own input (Vinyals, Fortunato & Jaitly 2015).
///
///     e = encoder(items)                        d_0 = bridge(last states of the encoder)
///     d_t = decoder(item chosen before, d_{t-1})          a learned vector before the first choice
///     u_j = vᵀ tanh(W_k e_j + b_k + W_q d_t)              likewise for the end, which has a learned key
///     p = softmax(u) over the items of the input, the end included where there is one,
///         without those already chosen where an item can be used once only
///
/// Positions of an answer: 0 is the end, 1 + j is item j; so they do not depend on the padding.
// SAFETY: only `parameters` and `repack` mutate, and only while the owner knows of no reader.
package final class PointerNetwork: TrainableNetwork, @unchecked Sendable {
    /// Its shape.
    package let settings: PointerSettings
    /// The parameters, and their copies in the layout of the kernels.
    package let packed: PackedParameters

    let encoder: SourceEncoder
    let bridge: StateBridge
    let decoder: RecurrentStack
    let pointer: AttentionLayer
    /// Where the vector `[I]` that is read before the first choice, and the key `[A]` of the end lie.
    let startOffset: Int
    let endOffset: Int
    private let plan: ParameterPlan

    /// Fresh parameters, drawn from `seed`.
    package convenience init(settings: PointerSettings, seed: UInt64) {
        self.init(settings, training: true)
        plan.initialise(parameters, seed: seed)
        repack()
    }

    /// Given parameters. With `training` false, nothing is packed that only backward needs.
    ///
    /// - Throws: `ModelError` naming the tensor that does not fit.
    package convenience init(settings: PointerSettings, tensors: [NamedTensor], training: Bool = true)
        throws(ModelError)
    {
        self.init(settings, training: training)
        try assign(tensors)
    }

    private init(_ settings: PointerSettings, training: Bool) {
        precondition(
            !settings.decoder.bidirectional && settings.decoder.layers > 0 && settings.decoder.hidden > 0,
            "a network of \(settings)")
        self.settings = settings
        var plan = ParameterPlan()
        let encoder = SourceEncoder(settings.encoder, input: settings.items, dropout: settings.dropout, plan: &plan)
        let inputs = encoder.embedding.width
        let decoderSettings = settings.decoder.settings(inputs: inputs, dropout: settings.dropout)
        bridge = StateBridge(from: encoder, to: decoderSettings, plan: &plan)
        startOffset = plan.add("decoder.start", [inputs], .uniform(bound: 1 / Double(inputs).squareRoot()))
        decoder = RecurrentStack(decoderSettings, offsets: plan.addRecurrent("decoder", decoderSettings))
        pointer = AttentionLayer(
            .additive, prefix: "pointer", sourceWidth: encoder.width, queryWidth: settings.decoder.hidden,
            width: settings.attentionWidth, plan: &plan)
        endOffset =
            settings.hasEnd
            ? plan.add(
                "pointer.end", [settings.attentionWidth],
                .uniform(bound: 1 / Double(settings.attentionWidth).squareRoot())) : 0
        self.encoder = encoder
        self.plan = plan
        let parameters = AlignedBuffer(count: plan.layout.count)
        let packing =
            encoder.packing(parameters, training: training)
            + bridge.packing(parameters, training: training)
            + decoder.packing(parameters, training: training)
            + pointer.packing(parameters, training: training)
        packed = PackedParameters(buffer: parameters, layout: plan.layout, packing: packing)
    }

    /// Reads the items of a batch, for any number of answers.
    package func encode(_ source: SourceBatch) { encode(source, training: false, dropoutKey: 0) }

    func encode(_ source: SourceBatch, training: Bool, dropoutKey: UInt64) {
        encoder.forward(source, parameters, training: training, dropoutKey: dropoutKey)
        bridge.forward(source)
        pointer.prepare(source.memory, scratch: source.scratch)
    }

    /// What the decoder reads `[I]` after item `previous` of row `row`, or before the first choice (−1).
    func choice(_ previous: Int, _ source: SourceBatch, row: Int) -> Vector {
        guard previous >= 0 else { return parameters.vector(from: startOffset, count: encoder.embedding.width) }
        precondition(previous < source.steps, "item \(previous) of \(source.steps)")
        return source.embeddedRows[previous * source.rows + row]
    }

    /// The key `[A]` of the end, or its gradient.
    func end(_ parameters: AlignedBuffer) -> Vector {
        parameters.vector(from: endOffset, count: settings.attentionWidth)
    }

    /// u `[1 + S]` of one projected query, and into `allowed` `[1 + S]` where it may point: 1 or 0.
    ///
    /// - Parameter used: `[S]`, not 0 for an item that was chosen already.
    func scores(
        _ query: Vector, _ source: SourceBatch, row: Int, used: Vector, into scores: Vector, allowed: Vector
    ) {
        if settings.hasEnd {
            pointer.score(query, key: end(parameters), into: scores.elements(from: 0, count: 1))
        } else {
            scores[0] = 0
        }
        allowed[0] = settings.hasEnd ? 1 : 0
        pointer.scores(query, source.memory, row: row, into: scores.elements(from: 1, count: source.steps))
        for item in 0..<source.steps {
            let isReal = source.maskRows[item, row] != 0
            allowed[1 + item] = isReal && !(settings.usesOnce && used[item] != 0) ? 1 : 0
        }
    }
}

extension SourceBatch {
    /// Items to be encoded by `network`, for answers.
    package convenience init(network: PointerNetwork, stepsMax: Int, rowsMax: Int) {
        self.init(
            encoder: network.encoder, bridge: network.bridge, keyWidth: network.pointer.ownKeyWidth, stepsMax: stepsMax,
            rowsMax: rowsMax, training: false)
    }
}
