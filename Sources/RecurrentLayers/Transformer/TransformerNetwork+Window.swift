package import Kernels

extension TransformerNetwork {
    /// Runs the network over a window.
    ///
    /// - Parameters:
    ///   - w: `inputs` or `tokens` and `mask` filled; `outputs` are replaced.
    ///   - training: draws dropout, by `dropoutKey`.
    /// - Complexity: 2·T·B·(L·(4·M² + 2·M·F + 2·T·M) + M·O) floating-point operations, a causal network half of the
    ///   2·T·M.
    package func forward(_ w: TransformerWorkspace, training: Bool, dropoutKey: UInt64 = 0) {
        precondition(!training || w.training, "training in a workspace that was not made for it")
        let rows = w.steps * w.batch
        embedding.forward(parameters, w.tokens, rows: rows, into: w.embedded.pointer, ld: embedding.width)
        w.stack.positions.begin(mask: w.mask, steps: w.steps, rows: w.batch)
        let top = stack.forward(w.stack, w.embedded.pointer, training: training, dropoutKey: dropoutKey)
        switch settings.readout {
        case .everyStep:
            head.forward(rows: rows, top, into: w.outputs, scratch: w.stack.attention.scratch)
        case .lastStep:
            pool.forward(
                top, mask: w.mask, steps: w.steps, rows: w.batch, width: settings.shape.width, into: w.pooled.pointer)
            head.forward(rows: w.batch, w.pooled.pointer, into: w.outputs, scratch: w.stack.attention.scratch)
        }
    }

    private var pool: SequencePool { settings.causal ? .last : .mean }

    /// Adds the gradients of the window that `forward` has just run to `gradients`, laid out as `parameters`.
    ///
    /// - Parameter w: `outputGradients` filled.
    package func backward(
        _ w: TransformerWorkspace, training: Bool = true, dropoutKey: UInt64 = 0, gradients: AlignedBuffer
    ) {
        precondition(
            w.training && gradients.count == parameters.count,
            "gradients of \(gradients.count) for \(parameters.count) parameters")
        let (rows, scratch) = (w.steps * w.batch, w.stack.attention.scratch)
        switch settings.readout {
        case .everyStep:
            head.weightGradients(
                rows: rows, w.stack.output.pointer, w.outputGradients, gradients: gradients, panels: w.panels,
                scratch: scratch)
            head.inputGradient(rows: rows, w.outputGradients, into: w.above.pointer, scratch: scratch)
        case .lastStep:
            head.weightGradients(
                rows: w.batch, w.pooled.pointer, w.outputGradients, gradients: gradients, panels: w.panels,
                scratch: scratch)
            head.inputGradient(rows: w.batch, w.outputGradients, into: w.pooledGradient.pointer, scratch: scratch)
            w.above.pointer.update(repeating: 0, count: rows * settings.shape.width)
            pool.backward(
                w.pooledGradient.pointer, mask: w.mask, steps: w.steps, rows: w.batch, width: settings.shape.width,
                into: w.above.pointer)
        }
        stack.backward(
            w.stack, w.embedded.pointer, above: w.above.pointer,
            inputGradient: embedding.isTokens ? w.embeddedGradient.pointer : nil, training: training,
            dropoutKey: dropoutKey,
            gradients: gradients, panels: w.panels)
        embedding.backward(gradients, w.tokens, rows: rows, from: w.embeddedGradient.pointer, ld: embedding.width)
    }
}
