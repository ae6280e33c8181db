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
        embedding.forward(parameters, w.rawRows, into: w.embeddedRows)
        w.stack.positions.begin(mask: w.maskRows)
        var top = stack.forward(w.stack, w.embeddedRows, training: training, dropoutKey: dropoutKey)
        if settings.readout == .lastStep {
            pool.forward(top, mask: w.maskRows, into: w.pooledRows)
            top = w.pooledRows
        }
        head.forward(top, into: w.outputRows, scratch: w.stack.attention.scratch)
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
        let (isLast, scratch, dy) = (settings.readout == .lastStep, w.stack.attention.scratch, w.outputGradientRows)
        head.weightGradients(
            isLast ? w.pooledRows : w.stack.outputRows(w.steps * w.batch), dy, gradients: gradients, panels: w.panels,
            scratch: scratch)
        head.inputGradient(dy, into: isLast ? w.pooledGradientRows : w.aboveRows, scratch: scratch)
        if isLast {
            w.aboveRows.zero()
            pool.backward(w.pooledGradientRows, mask: w.maskRows, into: w.aboveRows)
        }
        let inputGradient = embedding.isLearned ? w.embeddedGradientRows : nil
        stack.backward(
            w.stack, w.embeddedRows, above: w.aboveRows, inputGradient: inputGradient, training: training,
            dropoutKey: dropoutKey, gradients: gradients, panels: w.panels)
        if let inputGradient { embedding.backward(gradients, w.rawRows, from: inputGradient) }
    }

    /// See `TrainableNetwork`.
    package func markRead(_ w: TransformerWorkspace, in touched: TouchedFloats) {
        embedding.markRead(w.rawRows, in: touched)
    }
}
