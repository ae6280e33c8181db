import CKernels
import Kernels

/// Transformer blocks as a part of a larger network: vectors in, a normalised vector of width M per step out.
///
///     x_0 = input projection (or the embedding times √M) + positional encoding
///     x_l = block_l(x_{l-1})
///     output = norm(x_L)
final class TransformerStack {
    let shape: TransformerShape
    let causal: Bool
    /// I, what a step reads.
    let inputs: Int
    private let dropout: Float
    /// Nil where what is read is an embedding of width M.
    private let projection: DenseLayer?
    private let blocks: [TransformerBlock]
    private let norm: NormLayer

    /// - Parameter prefix: before the tensors' names, with its dot; may be empty.
    init(
        _ shape: TransformerShape, inputs: Int, projects: Bool, causal: Bool, dropout: Float, prefix: String,
        plan: inout ParameterPlan
    ) {
        precondition(shape.isSound, "blocks of \(shape)")
        precondition(
            projects || inputs == shape.width, "an embedding of \(inputs) numbers for blocks of \(shape.width)")
        self.shape = shape
        self.causal = causal
        self.inputs = inputs
        self.dropout = dropout
        projection = projects ? plan.addDense(prefix + "input_projection", inputs: inputs, outputs: shape.width) : nil
        blocks = (0..<shape.layers).map { layer in
            TransformerBlock(
                shape, index: layer, prefix: "\(prefix)layers.\(layer)", causal: causal, dropout: dropout, plan: &plan)
        }
        norm = NormLayer(width: shape.width, prefix: prefix + "norm", plan: &plan)
    }

    /// What takes the parameters over, in calls that may run at once.
    func packing(_ parameters: AlignedBuffer, training: Bool) -> [() -> Void] {
        (projection?.packing(parameters, training: training) ?? [])
            + blocks.flatMap { $0.packing(parameters, training: training) } + [{ [norm] in norm.pack(parameters) }]
    }

    /// `[T·B, M]` of `[T·B, I]`; the mask is taken from the workspace.
    ///
    /// - Parameter cache: empty; takes in the window, of one row.
    func forward(
        _ w: TransformerStackWorkspace, _ input: UnsafePointer<Float>, training: Bool, dropoutKey: UInt64,
        into cache: KeyValueCache? = nil
    ) -> UnsafePointer<Float> {
        let (steps, batch, width) = (w.positions.steps, w.positions.rows, shape.width)
        let first = w.streams[0].pointer
        enter(rows: steps * batch, input, into: first, scratch: w.attention.scratch)
        for row in 0..<steps * batch {
            InstructionSet.kernels.add(width, w.encoding.pointer + row / batch * width, first + row * width)
        }
        dropInput(first, rows: steps * batch, training: training, key: dropoutKey)
        for (layer, block) in blocks.enumerated() {
            block.forward(
                w.streams[layer].pointer, into: w.streams[layer + 1].pointer, w.activations[layer], w.positions,
                w.attention,
                training: training, dropoutKey: dropoutKey)
            cache?.fill(layer: layer, count: steps, w.activations[layer].projected.pointer)
        }
        norm.forward(
            rows: steps * batch, w.streams[shape.layers].pointer, into: w.output.pointer,
            statistics: w.statistics.pointer)
        return UnsafePointer(w.output.pointer)
    }

    private func enter(
        rows: Int, _ input: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, scratch: AlignedBuffer
    ) {
        if let projection {
            projection.forward(rows: rows, input, into: target, scratch: scratch)
        } else {
            target.update(from: input, count: rows * shape.width)
            InstructionSet.kernels.scale(rows * shape.width, embeddingScale, target)
        }
    }

    private var embeddingScale: Float { Float(shape.width).squareRoot() }

    /// In place; forward and backward call it alike.
    private func dropInput(_ values: UnsafeMutablePointer<Float>, rows: Int, training: Bool, key: UInt64) {
        guard training, dropout > 0 else { return }
        let draw = CounterRandom(seed: key, stream: UInt64(shape.layers)).bits(0)
        InstructionSet.kernels.dropout(rows * shape.width, draw, 1 - dropout, values, values)
    }

    /// Adds the parameters' gradients of the window that `forward` has just run.
    ///
    /// - Parameters:
    ///   - above: `[T·B, M]`: dL/d(output). - inputGradient: `[T·B, I]`, replaced; nil where nobody asks.
    func backward(
        _ w: TransformerStackWorkspace, _ input: UnsafePointer<Float>, above: UnsafePointer<Float>,
        inputGradient: UnsafeMutablePointer<Float>?, training: Bool, dropoutKey: UInt64, gradients: AlignedBuffer,
        panels: AlignedBuffer
    ) {
        let rows = w.positions.steps * w.positions.rows
        let d = w.streamGradient.pointer
        d.update(repeating: 0, count: rows * shape.width)
        norm.backward(
            rows: rows, w.streams[shape.layers].pointer, statistics: w.statistics.pointer, above, into: d,
            gradients: gradients)
        for (layer, block) in blocks.enumerated().reversed() {
            block.backward(
                w.streams[layer].pointer, d, w.activations[layer], w.gradientScratch, w.positions, w.attention,
                training: training, dropoutKey: dropoutKey, gradients: gradients, panels: panels)
            w.observe(layer)
        }
        dropInput(d, rows: rows, training: training, key: dropoutKey)
        if let projection {
            projection.weightGradients(
                rows: rows, input, d, gradients: gradients, panels: panels, scratch: w.attention.scratch)
            if let inputGradient {
                projection.inputGradient(rows: rows, d, into: inputGradient, scratch: w.attention.scratch)
            }
        } else if let inputGradient {
            inputGradient.update(from: d, count: rows * shape.width)
            InstructionSet.kernels.scale(rows * shape.width, embeddingScale, inputGradient)
        }
    }

    /// One step of R streams: `[R, M]` of `[R, I]`; each stream's cache takes the step in.
    func step(
        _ w: TransformerStackWorkspace, rows: Int, _ input: UnsafePointer<Float>, caches: [KeyValueCache]
    ) -> UnsafePointer<Float> {
        precondition(causal, "a bidirectional network has no next step")
        let width = shape.width
        let first = w.streams[0].pointer
        enter(rows: rows, input, into: first, scratch: w.attention.scratch)
        for (row, cache) in caches.enumerated() {
            cache.reserve(cache.steps + 1)
            InstructionSet.kernels.add(width, w.encoding.pointer + cache.steps * width, first + row * width)
        }
        for (layer, block) in blocks.enumerated() {
            block.step(
                rows: rows, w.streams[layer].pointer, into: w.streams[layer + 1].pointer, w.activations[layer],
                caches: caches,
                layer: layer, weights: w.attention.weights.pointer, scratch: w.attention.scratch)
        }
        for cache in caches { cache.advance() }
        norm.forward(
            rows: rows, w.streams[shape.layers].pointer, into: w.output.pointer, statistics: w.statistics.pointer)
        return UnsafePointer(w.output.pointer)
    }
}
