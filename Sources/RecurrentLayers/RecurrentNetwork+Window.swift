package import Kernels

extension RecurrentNetwork {
    /// Runs the network over a window.
    ///
    /// - Parameters:
    ///   - w: `inputs` or `tokens`, `mask` and `state` filled; `outputs` and `state` are replaced.
    ///   - training: draws dropout.
    ///   - dropoutKey: names the draw; the same key gives the same masks, in any thread and after any resume.
    ///   - readsHead: false leaves `outputs` as they are, for who wants the state alone.
    /// - Complexity: 2·T·B·(Σ_l D·G·H·(I_l + S) + D·S·O) floating-point operations.
    package func forward(_ w: WindowWorkspace, training: Bool, dropoutKey: UInt64, readsHead: Bool) {
        precondition(!training || w.training, "training in a workspace that was not made for it")
        let (raw, embedded) = (w.rawRows, w.embeddedRows)
        if training || inputTables.isEmpty { embedding.forward(parameters, raw, into: embedded) }
        if training { embedding.dropOut(raw, embedded, rate: settings.embeddingDropout, key: dropoutKey) }
        let window = w.stackWindow(training: training, dropoutKey: dropoutKey)
        let input = input(raw.symbols, embedded: embedded, training: training)
        let together = training ? nil : stack.forward(window, input: input, together: pool)
        let top = together ?? stack.forward(window, input: input)
        guard readsHead else { return }
        head.forward(
            settings.readout == .lastStep ? w.lastStep.forward(top, steps: w.steps, batch: w.batch) : top,
            into: w.outputRows(w.outputBuffer), pool: pool, scratch: w.scratch)
    }

    /// Runs the network over the window: logits or predictions of every step that the head reads.
    ///
    /// - Parameters:
    ///   - training: applies dropout, and keeps what `backward` needs.
    ///   - dropoutKey: names the draws of dropout; the same key drops the same activations.
    package func forward(_ w: WindowWorkspace, training: Bool, dropoutKey: UInt64 = 0) {
        forward(w, training: training, dropoutKey: dropoutKey, readsHead: true)
    }

    /// Adds the gradients of the window that `forward` has just run to `gradients`, laid out as `parameters`.
    ///
    /// Backpropagation through time over the window's T steps (Werbos 1990); a state that was carried in is a constant:
    /// that is the truncation of truncated BPTT.
    ///
    /// - Parameter w: `outputGradients` filled.
    package func backward(_ w: WindowWorkspace, training: Bool = true, dropoutKey: UInt64 = 0, gradients: AlignedBuffer)
    {
        precondition(
            w.training && gradients.count == parameters.count,
            "gradients of \(gradients.count) for \(parameters.count) parameters")
        let window = w.stackWindow(training: training, dropoutKey: dropoutKey)
        let above = w.stack.gradient(below: settings.layers, count: w.steps, width: settings.width)
        headBackward(w, window, into: above, gradients: gradients)
        let inputGradient =
            embedding.isLearned ? w.stack.gradient(below: 0, count: w.steps, width: embedding.width) : nil
        w.stack.clearStateGradients()
        stack.backward(
            window, input: w.embeddedRows, above: above, inputGradient: inputGradient, gradients: gradients,
            panels: w.panels)
        guard let inputGradient else { return }
        if training { embedding.dropOut(w.rawRows, inputGradient, rate: settings.embeddingDropout, key: dropoutKey) }
        embedding.backward(gradients, w.rawRows, from: inputGradient)
    }

    /// See `TrainableNetwork`.
    package func markRead(_ w: WindowWorkspace, in touched: TouchedFloats) {
        embedding.markRead(w.rawRows, in: touched)
    }

    /// dL/d(what the head read of the stack) `[T·B, D·S]`, and the head's gradients.
    private func headBackward(
        _ w: WindowWorkspace, _ window: StackWindow, into target: Matrix, gradients: AlignedBuffer
    ) {
        let (isLast, dy) = (settings.readout == .lastStep, w.outputRows(w.outputGradientBuffer))
        let read =
            isLast ? w.lastStep.rows(batch: w.batch) : stack.outputs(ofLayer: settings.layers - 1, window)
        head.weightGradients(read, dy, gradients: gradients, panels: w.panels, scratch: w.scratch)
        let d = isLast ? w.lastStep.gradientRows(batch: w.batch) : target
        head.inputGradient(dy, into: d, scratch: w.scratch)
        if isLast { w.lastStep.backward(d, into: target, steps: w.steps, batch: w.batch) }
    }
}
