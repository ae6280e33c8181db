package import Kernels

/// A Transformer over a sequence: bidirectional, to classify or to tag; or causal, to go on with it.
///
/// The parameters live in one flat buffer; `repack` takes them over into the layouts that the kernels read.
///
/// - Note: Vaswani et al. 2017, with the norm before each part (Xiong et al. 2020).
// SAFETY: only `parameters` and `repack` mutate, and only while the owner knows of no reader.
package final class TransformerNetwork: TrainableNetwork, @unchecked Sendable {
    /// Its shape.
    package let settings: TransformerSettings
    /// The parameters, and their copies in the layout of the kernels.
    package let packed: PackedParameters

    let embedding: InputEmbedding
    let stack: TransformerStack
    let head: DenseLayer
    private let plan: ParameterPlan

    /// Fresh parameters, drawn from `seed`.
    package convenience init(settings: TransformerSettings, seed: UInt64) {
        self.init(settings, training: true)
        plan.initialise(parameters, seed: seed)
        repack()
    }

    /// Given parameters. With `training` false, nothing is packed that only backward needs.
    ///
    /// - Throws: `ModelError` naming the tensor that does not fit.
    package convenience init(settings: TransformerSettings, tensors: [NamedTensor], training: Bool = true)
        throws(ModelError)
    {
        self.init(settings, training: training)
        try assign(tensors)
    }

    private init(_ settings: TransformerSettings, training: Bool) {
        precondition(settings.isSound, "a network of \(settings)")
        self.settings = settings
        var plan = ParameterPlan()
        let width = settings.shape.width
        embedding = InputEmbedding(
            settings.input, prefix: "embedding", deviation: 1 / Double(width).squareRoot(), plan: &plan)
        stack = TransformerStack(
            settings.shape, inputs: embedding.width, projects: !embedding.isTokens, causal: settings.causal,
            dropout: settings.dropout, prefix: "", plan: &plan)
        head = plan.addDense("head", inputs: width, outputs: settings.outputs)
        self.plan = plan
        let parameters = AlignedBuffer(count: plan.layout.count)
        let packing =
            stack.packing(parameters, training: training)
            + head.packing(parameters, training: training)
        packed = PackedParameters(buffer: parameters, layout: plan.layout, packing: packing)
    }

    /// Sets the head's bias `[O]`, for instance to the log-frequencies of the classes, and repacks.
    package func setHeadBias(_ values: [Float]) {
        head.setBias(values, parameters)
        repack()
    }
}
