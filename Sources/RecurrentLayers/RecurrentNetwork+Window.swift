import CKernels
package import Kernels

extension RecurrentNetwork {
    /// Runs the network over a window.
    ///
    /// - Parameters:
    ///   - w: `inputs` or `tokens`, `mask` and `state` filled; `outputs` and `state` are replaced.
    ///   - training: draws dropout.
    ///   - dropoutKey: names the draw; the same key gives the same masks, in any thread and after any resume.
    /// - Complexity: 2·T·B·(Σ_l D·G·H·(I_l + H) + D·H·O) floating-point operations.
    package func forward(_ w: WindowWorkspace, training: Bool, dropoutKey: UInt64 = 0) {
        let (steps, batch, width) = (w.steps, w.batch, settings.width)
        embed(w.tokens, rows: steps * batch, into: w.embedded.pointer)
        let mask = w.effectiveMask
        let drops = training && settings.dropout > 0
        precondition(!drops || w.training, "dropout in a workspace that was not made for training")
        var input = UnsafePointer(w.embedded.pointer)
        for (layer, directions) in layers.enumerated() {
            let output = w.layerOutputs[layer].pointer
            for (direction, cell) in directions.enumerated() {
                let index = layer * settings.directions + direction
                cell.forward(
                    w.activations[layer][direction], input: input, mask: mask, output: output + direction * settings.hidden,
                    width: width, steps: steps, batch: batch, initial: w.state.hidden[index].pointer,
                    cellInitial: settings.cell == .lstm ? w.state.cell[index].pointer : nil, scratch: w.scratch)
            }
            input = UnsafePointer(output + batch * width)
            if drops {
                InstructionSet.kernels.dropout(
                    steps * batch * width, dropoutKey &+ UInt64(layer), 1 - settings.dropout, input, w.dropped[layer].pointer)
                input = UnsafePointer(w.dropped[layer].pointer)
            }
        }
        let bias = Product.Start.bias(parameters.pointer + layout.headBias)
        switch settings.readout {
        case .everyStep:
            Product.multiply(
                rows: steps * batch, input, rowStride: width, by: headForward, start: bias, into: w.outputs,
                ldc: settings.outputs, scratch: w.scratch)
        case .lastStep:
            gatherLast(input, w)
            Product.multiply(
                rows: batch, w.lastHidden.pointer, rowStride: width, by: headForward, start: bias, into: w.outputs,
                ldc: settings.outputs, scratch: w.scratch)
        }
    }

    /// The forward direction ends at step T − 1 (a padded step has carried the last valid state there), the reverse at 0.
    private func gatherLast(_ top: UnsafePointer<Float>, _ w: WindowWorkspace) {
        let (batch, hidden, width) = (w.batch, settings.hidden, settings.width)
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
    package func backward(_ w: WindowWorkspace, training: Bool = true, dropoutKey: UInt64 = 0, gradients: AlignedBuffer) {
        precondition(w.training && gradients.count == parameters.count, "gradients of \(gradients.count) for \(parameters.count) parameters")
        let (steps, batch, width) = (w.steps, w.batch, settings.width)
        let mask = w.effectiveMask
        let drops = training && settings.dropout > 0
        var above = w.layerGradients[0], below = w.layerGradients[1]
        headBackward(w, drops: drops, into: above.pointer, gradients: gradients)
        for layer in (0..<settings.layers).reversed() {
            if drops {
                InstructionSet.kernels.dropout(
                    steps * batch * width, dropoutKey &+ UInt64(layer), 1 - settings.dropout, above.pointer, above.pointer)
            }
            let input =
                layer == 0
                ? w.embedded.pointer
                : drops ? w.dropped[layer - 1].pointer : w.layerOutputs[layer - 1].pointer + batch * width
            let needsInput = if layer > 0 { true } else if case .tokens = settings.input { true } else { false }
            for (direction, cell) in layers[layer].enumerated() {
                cell.backward(
                    w.activations[layer][direction], input: input, mask: mask,
                    output: w.layerOutputs[layer].pointer + direction * settings.hidden, width: width, steps: steps,
                    batch: batch, outputGradient: above.pointer + direction * settings.hidden,
                    inputGradient: needsInput ? below.pointer : nil, inputStart: direction == 0 ? .zero : .accumulate,
                    gradients: gradients, panels: w.panels, scratch: w.scratch)
            }
            swap(&above, &below)
        }
        guard case .tokens(_, let embedding) = settings.input else { return }
        for row in 0..<steps * batch {
            InstructionSet.kernels.add(
                embedding, above.pointer + row * embedding,
                gradients.pointer + layout.embedding + Int(w.tokens[row]) * embedding)
        }
    }

    /// dL/dh of the top layer `[T, B, D·H]`, and the head's gradients.
    private func headBackward(
        _ w: WindowWorkspace, drops: Bool, into target: UnsafeMutablePointer<Float>, gradients: AlignedBuffer
    ) {
        let (steps, batch, width, outputs) = (w.steps, w.batch, settings.width, settings.outputs)
        let top = settings.layers - 1
        let isLast = settings.readout == .lastStep
        let rows = isLast ? batch : steps * batch
        let read =
            isLast
            ? w.lastHidden.pointer
            : drops ? w.dropped[top].pointer : w.layerOutputs[top].pointer + batch * width
        Product.accumulateTransposed(
            depth: rows, w.outputGradients, rows: outputs, lda: outputs, read, columns: width, ldb: width,
            into: gradients.pointer + layout.headWeight, ldc: width, panels: w.panels, scratch: w.scratch)
        InstructionSet.kernels.add_rows(rows, outputs, w.outputGradients, gradients.pointer + layout.headBias)
        Product.multiply(
            rows: rows, w.outputGradients, rowStride: outputs, by: headBackward, start: .zero,
            into: isLast ? w.lastHiddenGradient.pointer : target, ldc: width, scratch: w.scratch)
        guard isLast else { return }
        target.update(repeating: 0, count: steps * batch * width)
        for row in 0..<batch {
            let source = w.lastHiddenGradient.pointer + row * width
            (target + ((steps - 1) * batch + row) * width).update(from: source, count: settings.hidden)
            if settings.bidirectional {
                (target + row * width + settings.hidden).update(from: source + settings.hidden, count: settings.hidden)
            }
        }
    }
}
