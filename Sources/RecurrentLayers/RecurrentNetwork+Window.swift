import CKernels
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
        let (steps, batch, width) = (w.steps, w.batch, settings.width)
        precondition(!training || w.training, "training in a workspace that was not made for it")
        if training || inputTables.isEmpty { embed(w.tokens, rows: steps * batch, into: w.embedded.pointer) }
        if !training, let top = forwardTogether(w) { return readWindow(top, w, readsHead: readsHead) }
        if training { dropEmbeddings(w, w.embedded.pointer, key: dropoutKey) }
        let mask = w.effectiveMask
        var input = UnsafePointer(w.embedded.pointer)
        for (layer, directions) in layers.enumerated() {
            let output = w.layerOutputs[layer].pointer
            for (direction, cell) in directions.enumerated() {
                let index = layer * settings.directions + direction
                cell.forward(
                    w.activations[layer][direction],
                    input: self.input(
                        ofLayer: layer, direction: direction, symbols: w.tokens, rows: input, training: training),
                    mask: mask, output: output + direction * settings.stateWidth,
                    width: width, steps: steps, batch: batch, initial: w.state.hidden[index].pointer,
                    cellInitial: settings.cell == .lstm ? w.state.cell[index].pointer : nil,
                    dropoutKey: recurrentKey(dropoutKey, cell: index, training: training), scratch: w.scratch)
            }
            let hidden = UnsafePointer(output + batch * width)
            guard settings.isMixed(layer, training: training) else {
                input = hidden
                continue
            }
            let mixed = w.mixed[layer].pointer
            if training && settings.dropout > 0 {
                dropOut(hidden, into: mixed, w, key: dropoutKey &+ UInt64(layer))
            } else {
                mixed.update(from: hidden, count: steps * batch * width)
            }
            if settings.isResidual(layer) { InstructionSet.kernels.add(steps * batch * width, input, mixed) }
            input = UnsafePointer(mixed)
        }
        readWindow(input, w, readsHead: readsHead)
    }

    /// Runs the network over the window: logits or predictions of every step that the head reads.
    ///
    /// - Parameters:
    ///   - training: applies dropout, and keeps what `backward` needs.
    ///   - dropoutKey: names the draws of dropout; the same key drops the same activations.
    package func forward(_ w: WindowWorkspace, training: Bool, dropoutKey: UInt64 = 0) {
        forward(w, training: training, dropoutKey: dropoutKey, readsHead: true)
    }

    /// The head's outputs of a window, whose top layer's rows are `[T, B, D·S]`.
    private func readWindow(_ top: UnsafePointer<Float>, _ w: WindowWorkspace, readsHead: Bool) {
        guard readsHead else { return }
        guard settings.readout == .lastStep else {
            return readHead(top, rows: w.steps * w.batch, into: w.outputs, scratch: w.scratch)
        }
        gatherLast(top, w)
        readHead(w.lastHidden.pointer, rows: w.batch, into: w.outputs, scratch: w.scratch)
    }

    /// The draw of recurrent dropout for one direction of one layer; nil: none.
    private func recurrentKey(_ key: UInt64, cell index: Int, training: Bool) -> UInt64? {
        training && settings.recurrentDropout > 0 ? CounterRandom(seed: key, stream: 0x4EC).bits(UInt64(index)) : nil
    }

    /// What layer `layer` + 1, or the head, read in the forward pass `[T, B, D·S]`.
    private func read(after layer: Int, _ w: WindowWorkspace, training: Bool) -> UnsafePointer<Float> {
        settings.isMixed(layer, training: training)
            ? UnsafePointer(w.mixed[layer].pointer)
            : UnsafePointer(w.layerOutputs[layer].pointer + w.batch * settings.width)
    }

    /// target = source · keep / (1 − p) over `[T, B, D·S]`; the draw depends on the key and the position alone, and
    /// with `lockedDropout` not on the step. Forward and backward call it alike.
    private func dropOut(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, _ w: WindowWorkspace, key: UInt64
    ) {
        let plane = w.batch * settings.width
        let (pieces, length) = settings.lockedDropout ? (w.steps, plane) : (1, w.steps * plane)
        for piece in 0..<pieces {
            InstructionSet.kernels.dropout(
                length, key, 1 - settings.dropout, source + piece * length, target + piece * length)
        }
    }

    /// Scales the rows `[T·B, E]` of symbols that this window drops by 0, others by 1/(1 − p).
    private func dropEmbeddings(_ w: WindowWorkspace, _ rows: UnsafeMutablePointer<Float>, key: UInt64) {
        guard settings.embeddingDropout > 0, case .tokens(_, let width) = settings.input else { return }
        let random = CounterRandom(seed: key, stream: 0xE3B)
        for row in 0..<w.steps * w.batch {
            let drops = random.uniform(UInt64(w.tokens[row])) < Double(settings.embeddingDropout)
            InstructionSet.kernels.scale(width, drops ? 0 : 1 / (1 - settings.embeddingDropout), rows + row * width)
        }
    }

    /// The forward direction ends at step T − 1 (a padded step has carried the last valid state there), the reverse at
    /// 0.
    private func gatherLast(_ top: UnsafePointer<Float>, _ w: WindowWorkspace) {
        let (batch, hidden, width) = (w.batch, settings.stateWidth, settings.width)
        for row in 0..<batch {
            let target = w.lastHidden.pointer + row * width
            target.update(from: top + ((w.steps - 1) * batch + row) * width, count: hidden)
            if settings.bidirectional { (target + hidden).update(from: top + row * width + hidden, count: hidden) }
        }
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
        let (steps, batch, width) = (w.steps, w.batch, settings.width)
        let mask = w.effectiveMask
        var above = w.layerGradients[0], below = w.layerGradients[1]
        headBackward(w, training: training, into: above.pointer, gradients: gradients)
        for layer in (0..<settings.layers).reversed() {
            let isResidual = settings.isResidual(layer)
            if isResidual { below.pointer.update(from: above.pointer, count: steps * batch * width) }
            if training && settings.dropout > 0 {
                dropOut(above.pointer, into: above.pointer, w, key: dropoutKey &+ UInt64(layer))
            }
            let input = layer == 0 ? UnsafePointer(w.embedded.pointer) : read(after: layer - 1, w, training: training)
            let needsInput = if layer > 0 { true } else if case .tokens = settings.input { true } else { false }
            for (direction, cell) in layers[layer].enumerated() {
                cell.backward(
                    w.activations[layer][direction], input: input, mask: mask,
                    output: w.layerOutputs[layer].pointer + direction * settings.stateWidth, width: width, steps: steps,
                    batch: batch, outputGradient: above.pointer + direction * settings.stateWidth,
                    inputGradient: needsInput ? below.pointer : nil,
                    inputStart: direction == 0 && !isResidual ? .zero : .accumulate,
                    dropoutKey: recurrentKey(
                        dropoutKey, cell: layer * settings.directions + direction, training: training),
                    gradients: gradients, panels: w.panels, scratch: w.scratch)
            }
            swap(&above, &below)
        }
        guard case .tokens(_, let embedding) = settings.input else { return }
        if training { dropEmbeddings(w, above.pointer, key: dropoutKey) }
        for row in 0..<steps * batch {
            InstructionSet.kernels.add(
                embedding, above.pointer + row * embedding,
                gradients.pointer + layout.embedding + Int(w.tokens[row]) * embedding)
        }
    }

    /// dL/dh of the top layer `[T, B, D·S]`, and the head's gradients.
    private func headBackward(
        _ w: WindowWorkspace, training: Bool, into target: UnsafeMutablePointer<Float>, gradients: AlignedBuffer
    ) {
        let (steps, batch, width, outputs) = (w.steps, w.batch, settings.width, settings.outputs)
        let top = settings.layers - 1
        let isLast = settings.readout == .lastStep
        let rows = isLast ? batch : steps * batch
        let read = isLast ? UnsafePointer(w.lastHidden.pointer) : read(after: top, w, training: training)
        Product.accumulateTransposed(
            depth: rows, w.outputGradients, rows: outputs, lda: outputs, read, columns: width, ldb: width,
            into: gradients.pointer + layout.headWeight, ldc: width, panels: w.panels, scratch: w.scratch)
        InstructionSet.kernels.add_rows(rows, outputs, w.outputGradients, gradients.pointer + layout.headBias)
        Product.multiply(
            rows: rows, w.outputGradients, rowStride: outputs, by: headBackward, start: .zero,
            into: isLast ? w.lastHiddenGradient.pointer : target, ldc: width, scratch: w.scratch)
        guard isLast else { return }
        let state = settings.stateWidth
        target.update(repeating: 0, count: steps * batch * width)
        for row in 0..<batch {
            let source = w.lastHiddenGradient.pointer + row * width
            (target + ((steps - 1) * batch + row) * width).update(from: source, count: state)
            if settings.bidirectional {
                (target + row * width + state).update(from: source + state, count: state)
            }
        }
    }
}
