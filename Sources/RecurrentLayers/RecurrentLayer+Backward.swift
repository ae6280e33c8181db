import CKernels
import Kernels

extension RecurrentLayer {
    /// Gradients of a window that `forward` has just run; each is added.
    ///
    /// - Parameters:
    ///   - output, dropoutKey: as `forward` had them.
    ///   - outputGradient: `[T, B, D·S]` at this direction's column: dL/dh_t from above.
    ///   - inputGradient: `[T·B, I]` or nil; `.zero` start replaces, `.accumulate` adds (the second direction).
    func backward(
        _ activations: LayerActivations, input: UnsafePointer<Float>, mask: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>, width: Int, steps: Int, batch: Int, outputGradient: UnsafePointer<Float>,
        inputGradient: UnsafeMutablePointer<Float>?, inputStart: Product.Start, dropoutKey: UInt64?,
        gradients: AlignedBuffer,
        panels: AlignedBuffer, scratch: AlignedBuffer
    ) {
        activations.hiddenGradient.zero()
        activations.cellGradient.zero()
        backwardStates(
            activations, mask: mask, output: output, width: width, steps: steps, batch: batch,
            outputGradient: outputGradient,
            inputGradient: inputGradient, inputStart: inputStart, dropoutKey: dropoutKey, gradients: gradients,
            scratch: scratch)
        addWeightGradients(
            activations, input: input, output: output, width: width, steps: steps, batch: batch,
            isDropped: dropoutKey != nil,
            gradients: gradients, panels: panels, scratch: scratch)
    }

    /// The part of `backward` that runs the steps backwards, the whole window's or `steps` of them from `first` on: dZ,
    /// and the gradients of input and state.
    ///
    /// The activations' `hiddenGradient` and `cellGradient` hold dL/dh and dL/dc of the state after these steps, and
    /// are replaced by those of the state before them.
    ///
    /// - Parameters:
    ///   - outputGradient, inputGradient: of these steps; mask, output and activations are the whole window's.
    func backwardStates(
        _ activations: LayerActivations, mask: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>, width: Int,
        from first: Int = 0, steps: Int, batch: Int, outputGradient: UnsafePointer<Float>,
        inputGradient: UnsafeMutablePointer<Float>?, inputStart: Product.Start, dropoutKey: UInt64?,
        gradients: AlignedBuffer,
        scratch: AlignedBuffer
    ) {
        let a = activations, kernels = InstructionSet.kernels
        let (dh, count) = (a.hiddenGradient.pointer, batch * stateWidth)
        for turn in 0..<steps {
            let place = reverse ? turn : steps - 1 - turn
            let step = first + place
            kernels.add_matrix(batch, stateWidth, outputGradient + place * batch * width, width, dh, stateWidth)
            a.observe?(step, UnsafeBufferPointer(start: dh, count: count))
            let s = cellStep(step, a, mask: mask, output: output, width: width, batch: batch)
            backwardStep(s, a, dropoutKey: dropoutKey, gradients: gradients, scratch: scratch)
        }
        let dz = inputProduct.productGradient(
            rows: steps * batch, first: first * batch, gates: a.gateGradients.pointer + first * batch * gateWidth,
            a.inputNorm,
            gradients: gradients)
        if let inputGradient {
            inputProduct.inputGradient(
                rows: steps * batch, dz, start: inputStart, into: inputGradient, scratch: scratch)
        }
    }

    /// dL/d(W_hh h + b_hh): a GRU whose reset gate acts on the product has its own.
    private func hiddenGateGradients(_ a: LayerActivations) -> AlignedBuffer {
        cell == .gru && !resetsBefore ? a.hiddenGateGradients : a.gateGradients
    }

    /// One step back: dL/dh_t becomes dL/dh_{t-1}, and likewise dL/dc_t.
    private func backwardStep(
        _ s: CellStep, _ a: LayerActivations, dropoutKey: UInt64?, gradients: AlignedBuffer, scratch: AlignedBuffer
    ) {
        let kernels = InstructionSet.kernels
        let (dh, start) = (a.hiddenGradient.pointer, s.first * gateWidth)
        let (gates, dz) = (a.gates.pointer + start, a.gateGradients.pointer + start)
        let dzh = hiddenGateGradients(a).pointer + start
        // What reaches the state through products; with dropout it passes the draw before it joins dL/dh_{t-1}.
        let through = dropoutKey == nil ? dh : a.droppedGradient.pointer
        if dropoutKey != nil { through.update(repeating: 0, count: s.rows * stateWidth) }
        func recur(_ part: Int, _ start: Product.Start, _ target: UnsafeMutablePointer<Float>) {
            let product = hiddenProducts[part]
            let gradient = product.productGradient(
                rows: s.rows, first: s.first, gates: dzh, a.hiddenNorm, gradients: gradients)
            product.inputGradient(rows: s.rows, gradient, start: start, into: target, scratch: scratch)
        }
        switch cell {
        case .lstm: lstmBackward(s, a, dz, gradients: gradients, scratch: scratch)
        case .gru where resetsBefore:
            let read = recurrentInput(s, a, isDropped: dropoutKey != nil)
            kernels.gru_candidate_backward(s.rows, hidden, gates, s.mask, s.previous, s.width, dh, dz)
            recur(1, .zero, a.resetGradient.pointer)
            kernels.gru_gates_backward(
                s.rows, hidden, gates, s.mask, read.h, read.rowStride, a.resetGradient.pointer, through, dz)
        case .gru:
            kernels.gru_backward(
                s.rows, hidden, gates, a.hiddenGates.pointer + start, s.mask, s.previous, s.width, dh, dz, dzh)
        case .rnn: kernels.rnn_backward(s.rows, hidden, s.current, s.width, activation.code, s.mask, dh, dz)
        }
        recur(0, .accumulate, through)
        guard let dropoutKey else { return }
        kernels.dropout(s.rows * stateWidth, dropoutKey, 1 - recurrentDropout, through, through)
        kernels.add(s.rows * stateWidth, through, dh)
    }

    private func lstmBackward(
        _ s: CellStep, _ a: LayerActivations, _ dz: UnsafeMutablePointer<Float>, gradients: AlignedBuffer,
        scratch: AlignedBuffer
    ) {
        let kernels = InstructionSet.kernels
        let gates = a.gates.pointer + s.first * gateWidth
        let (cellTanh, dc) = (a.cellTanh.pointer + s.first * hidden, a.cellGradient.pointer)
        var dh = a.hiddenGradient.pointer
        if let projection {
            let record = a.projectionGradients.pointer + s.first * stateWidth
            projection.backward(s, dh, record: record, into: a.unprojectedGradient.pointer, scratch: scratch)
            dh = a.unprojectedGradient.pointer
        }
        guard let cellNorm, let offset = offsets.normCell else {
            kernels.lstm_backward(s.rows, hidden, gates, s.mask, s.cellPrevious, cellTanh, dh, dc, dz)
            return
        }
        kernels.lstm_norm_backward(
            s.rows, hidden, gates, s.mask, s.cellPrevious, cellTanh, cellNorm.gain.pointer,
            a.cellNorm.values.pointer + s.first * hidden, a.cellNorm.inverse[0].pointer + s.first, dh, dc, dz,
            gradients.pointer + offset.gain, gradients.pointer + offset.bias)
    }

    /// The part of `backward` that adds the gradients of W_ih, W_hh, W_hr and the biases, from dZ of all steps of the
    /// window.
    func addWeightGradients(
        _ a: LayerActivations, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, width: Int, steps: Int,
        batch: Int, isDropped: Bool, gradients: AlignedBuffer, panels: AlignedBuffer, scratch: AlignedBuffer
    ) {
        let kernels = InstructionSet.kernels
        let first = cellStep(0, a, mask: nil, output: output, width: width, batch: batch)
        // What the recurrent product of step 0 read; the other steps follow it.
        let read = recurrentInput(first, a, isDropped: isDropped)
        let dz = a.gateGradients.pointer, dzh = hiddenGateGradients(a).pointer
        let dzInput = inputProduct.norms.isEmpty ? dz : a.inputNorm.values.pointer
        // All that reads some rows of dZ comes before the next rows: dZ of a long window comes from memory once.
        for row in stride(from: 0, to: steps * batch, by: Product.rowsAtATime) {
            let rows = min(Product.rowsAtATime, steps * batch - row)
            inputProduct.addWeightGradient(
                rows: rows, dzInput + row * gateWidth, input + row * inputs, rowStride: inputs, gradients: gradients,
                panels: panels,
                scratch: scratch)
            for (part, product) in hiddenProducts.enumerated() {
                // The norm, if there is one, has left the product's gradient in its buffer step by step.
                let gradient = (product.norms.isEmpty ? dzh : a.hiddenNorm.values.pointer) + row * gateWidth
                let (h, rowStride) = part == 0 ? read : (UnsafePointer(a.resetHidden.pointer), hidden)
                product.addWeightGradient(
                    rows: rows, gradient, h + row * rowStride, rowStride: rowStride, gradients: gradients,
                    panels: panels,
                    scratch: scratch)
            }
            kernels.add_rows(rows, gateWidth, dz + row * gateWidth, gradients.pointer + offsets.biasInput)
            kernels.add_rows(rows, gateWidth, dzh + row * gateWidth, gradients.pointer + offsets.biasHidden)
        }
        projection?.addWeightGradient(
            rows: steps * batch, record: a.projectionGradients.pointer, unprojected: a.unprojected.pointer,
            gradients: gradients,
            panels: panels, scratch: scratch)
    }
}
