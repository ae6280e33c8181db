import CKernels
import Kernels

extension RecurrentLayer {
    /// Runs the layer over a window, or over `steps` steps of it from `first` on.
    ///
    /// - Parameters:
    ///   - input: `[steps·B, I]` of these steps; mask, output and activations are the whole window's.
    ///   - mask: `[T, B]`, or nil when every step is real.
    ///   - output: `[T + 2, B, D·S]` at this direction's column; row length `width`.
    ///   - initial, cellInitial: `[B, S]` and `[B, H]`, replaced by the state after the last step that the direction takes.
    ///   - dropoutKey: names the draw of recurrent dropout; nil: none.
    func forward(
        _ activations: LayerActivations, input: UnsafePointer<Float>, mask: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>, width: Int, from first: Int = 0, steps: Int, batch: Int, initial: UnsafeMutablePointer<Float>,
        cellInitial: UnsafeMutablePointer<Float>?, dropoutKey: UInt64?, scratch: AlignedBuffer
    ) {
        inputProduct.forward(
            rows: steps * batch, first: first * batch, input, rowStride: inputs, bias: bias.pointer,
            into: activations.gates.pointer + first * batch * gateWidth, activations.inputNorm, scratch: scratch)
        let plane = batch * width
        let start = slots(reverse ? first + steps - 1 : first).previous, end = slots(reverse ? first : first + steps - 1).current
        for row in 0..<batch { (output + start * plane + row * width).update(from: initial + row * stateWidth, count: stateWidth) }
        let cells = activations.cells.pointer
        if let cellInitial {
            (cells + start * batch * hidden).update(from: cellInitial, count: batch * hidden)
        }
        for turn in 0..<steps {
            let step = first + (reverse ? steps - 1 - turn : turn)
            let s = cellStep(step, activations, mask: mask, output: output, width: width, batch: batch)
            if let dropoutKey { dropHidden(s, activations, key: dropoutKey) }
            advance(s, activations, isDropped: dropoutKey != nil, scratch: scratch)
        }
        let last = output + end * plane
        for row in 0..<batch { (initial + row * stateWidth).update(from: last + row * width, count: stateWidth) }
        if let cellInitial {
            cellInitial.update(from: cells + end * batch * hidden, count: batch * hidden)
        }
    }

    /// One step of R rows outside a window: `state` and `cellState` are replaced in place, with the bytes of `forward`.
    ///
    /// - Parameters:
    ///   - input: `[R, I]`. - activations: scratch for one step of R rows.
    func step(
        rows: Int, input: UnsafePointer<Float>, state: UnsafeMutablePointer<Float>, cellState: UnsafeMutablePointer<Float>?,
        _ activations: LayerActivations, scratch: AlignedBuffer
    ) {
        inputProduct.forward(
            rows: rows, first: 0, input, rowStride: inputs, bias: bias.pointer, into: activations.gates.pointer,
            activations.inputNorm, scratch: scratch)
        let cells = cellState ?? activations.cells.pointer
        let s = CellStep(
            rows: rows, first: 0, mask: nil, previous: state, current: state, width: stateWidth, cellPrevious: cells, cell: cells)
        advance(s, activations, isDropped: false, scratch: scratch)
    }

    /// h_{t-1} · keep / (1 − p), one draw for all steps.
    private func dropHidden(_ s: CellStep, _ a: LayerActivations, key: UInt64) {
        let target = a.dropped.pointer + s.first * stateWidth
        for row in 0..<s.rows { (target + row * stateWidth).update(from: s.previous + row * s.width, count: stateWidth) }
        InstructionSet.kernels.dropout(s.rows * stateWidth, key, 1 - recurrentDropout, target, target)
    }

    /// From the input's part of the gates to h_t (and c_t).
    private func advance(_ s: CellStep, _ a: LayerActivations, isDropped: Bool, scratch: AlignedBuffer) {
        let kernels = InstructionSet.kernels
        let z = a.gates.pointer + s.first * gateWidth
        let read = recurrentInput(s, a, isDropped: isDropped)
        func recur(_ part: Int, _ h: UnsafePointer<Float>, _ stride: Int, _ bias: AlignedBuffer?, _ target: UnsafeMutablePointer<Float>) {
            hiddenProducts[part].forward(
                rows: s.rows, first: s.first, h, rowStride: stride, bias: bias.map { UnsafePointer($0.pointer) }, into: target,
                a.hiddenNorm, scratch: scratch)
        }
        switch cell {
        case .lstm:
            recur(0, read.h, read.rowStride, nil, z)
            lstm(s, a, z, scratch: scratch)
        case .gru:
            let zh = a.hiddenGates.pointer + s.first * gateWidth
            recur(0, read.h, read.rowStride, hiddenBias, zh)
            guard resetsBefore else {
                kernels.gru_forward(s.rows, hidden, z, zh, s.mask, s.previous, s.current, s.width)
                return
            }
            let resetHidden = a.resetHidden.pointer + s.first * hidden
            kernels.gru_gates_forward(s.rows, hidden, z, zh, s.mask, read.h, read.rowStride, resetHidden)
            recur(1, resetHidden, hidden, hiddenBias, zh)
            kernels.gru_candidate_forward(s.rows, hidden, z, zh, s.mask, s.previous, s.current, s.width)
        case .rnn:
            recur(0, read.h, read.rowStride, nil, z)
            kernels.rnn_forward(s.rows, hidden, z, activation.code, s.mask, s.previous, s.current, s.width)
        }
    }

    /// The gates of an LSTM, c_t and h_t.
    private func lstm(_ s: CellStep, _ a: LayerActivations, _ z: UnsafeMutablePointer<Float>, scratch: AlignedBuffer) {
        let kernels = InstructionSet.kernels
        let cellTanh = a.cellTanh.pointer + s.first * hidden
        let unprojected = a.unprojected.pointer + s.first * hidden
        // With a projection it is the projection that carries h over a masked step.
        let h = projection == nil ? s.current : unprojected
        let hPrevious = projection == nil ? s.previous : UnsafePointer(unprojected)
        let width = projection == nil ? s.width : hidden
        if let cellNorm {
            kernels.lstm_norm_forward(
                s.rows, hidden, z, s.mask, s.cellPrevious, hPrevious, s.cell, cellNorm.gain.pointer, cellNorm.bias.pointer,
                a.cellNorm.values.pointer + s.first * hidden, a.cellNorm.inverse[0].pointer + s.first, cellTanh, h, width)
        } else {
            kernels.lstm_forward(s.rows, hidden, z, s.mask, s.cellPrevious, hPrevious, s.cell, cellTanh, h, width)
        }
        projection?.forward(s, unprojected, scratch: scratch)
    }
}
