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
        _ w: TransformerStackWorkspace, _ input: Matrix, training: Bool, dropoutKey: UInt64,
        into cache: KeyValueCache? = nil
    ) -> Matrix {
        let window = w.window(training: training, dropoutKey: dropoutKey)
        let (rows, batch, first) = (window.rows, w.positions.rows, w.stream(0, rows: window.rows))
        enter(input, into: first, scratch: window.scratch)
        for row in 0..<rows { first[row].add(w.encoding[row / batch]) }
        dropInput(first, training: training, key: dropoutKey)
        for (layer, block) in blocks.enumerated() {
            block.forward(
                w.stream(layer, rows: rows), into: w.stream(layer + 1, rows: rows), w.activations[layer], window)
            if let cache { block.fill(cache, layer: layer, from: w.activations[layer], steps: rows) }
        }
        return leave(w, rows: rows)
    }

    private func enter(_ input: Matrix, into target: Matrix, scratch: AlignedBuffer) {
        if let projection {
            projection.forward(input, into: target, scratch: scratch)
        } else {
            target.assign(input)
            target.elements.scale(by: embeddingScale)
        }
    }

    private func leave(_ w: TransformerStackWorkspace, rows: Int) -> Matrix {
        let output = w.outputRows(rows)
        norm.forward(w.stream(shape.layers, rows: rows), into: output, statistics: w.statisticsRows(rows))
        return output
    }

    private var embeddingScale: Float { Float(shape.width).squareRoot() }

    /// In place; forward and backward call it alike.
    private func dropInput(_ values: Matrix, training: Bool, key: UInt64) {
        guard training, dropout > 0 else { return }
        let draw = CounterRandom(seed: key, stream: UInt64(shape.layers)).bits(0)
        values.elements.dropOut(values.elements, rate: dropout, key: draw)
    }

    /// Adds the parameters' gradients of the window that `forward` has just run.
    ///
    /// - Parameters:
    ///   - above: `[T·B, M]`: dL/d(output). - inputGradient: `[T·B, I]`, replaced; nil where nobody asks.
    func backward(
        _ w: TransformerStackWorkspace, _ input: Matrix, above: Matrix, inputGradient: Matrix?, training: Bool,
        dropoutKey: UInt64, gradients: AlignedBuffer, panels: AlignedBuffer
    ) {
        let window = w.window(training: training, dropoutKey: dropoutKey)
        let (rows, d) = (window.rows, w.gradientRows(window.rows))
        d.zero()
        norm.backward(
            w.stream(shape.layers, rows: rows), statistics: w.statisticsRows(rows), above, addingTo: d,
            gradients: gradients)
        for (layer, block) in blocks.enumerated().reversed() {
            block.backward(
                w.stream(layer, rows: rows), d, w.activations[layer], window, w.gradientScratch, gradients: gradients,
                panels: panels)
            w.observe(layer)
        }
        dropInput(d, training: training, key: dropoutKey)
        if let projection {
            projection.weightGradients(input, d, gradients: gradients, panels: panels, scratch: window.scratch)
            if let inputGradient { projection.inputGradient(d, into: inputGradient, scratch: window.scratch) }
        } else if let inputGradient {
            inputGradient.assign(d)
            inputGradient.elements.scale(by: embeddingScale)
        }
    }

    /// One step of R streams: `[R, M]` of `[R, I]`; each stream's cache takes the step in.
    func step(_ w: TransformerStackWorkspace, _ input: Matrix, caches: [KeyValueCache]) -> Matrix {
        precondition(causal, "a bidirectional network has no next step")
        let rows = input.rows, first = w.stream(0, rows: rows)
        enter(input, into: first, scratch: w.attention.scratch)
        for (row, cache) in caches.enumerated() {
            cache.reserve(cache.steps + 1)
            first[row].add(w.encoding[cache.steps])
        }
        for (layer, block) in blocks.enumerated() {
            block.step(
                w.stream(layer, rows: rows), into: w.stream(layer + 1, rows: rows), w.activations[layer],
                caches: caches, layer: layer, w.attention)
        }
        for cache in caches { cache.advance() }
        return leave(w, rows: rows)
    }
}
