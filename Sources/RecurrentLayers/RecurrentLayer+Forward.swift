import CKernels
import Kernels

extension RecurrentLayer {
    /// Runs the layer over a window, or over `steps` steps of it from `first` on.
    ///
    /// - Parameters:
    ///   - input: of these steps; mask, output and activations are the whole window's.
    ///   - mask: `[T, B]`, or nil when every step is real.
    ///   - output: `[T + 2, B, D·S]` at this direction's column; row length `width`.
    ///   - initial, cellInitial: `[B, S]` and `[B, H]`, replaced by the state after the last step that the direction
    ///     takes.
    ///   - dropoutKey: names the draw of recurrent dropout; nil: none.
    func forward(
        _ activations: LayerActivations, input: LayerInput, mask: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>, width: Int, from first: Int = 0, steps: Int, batch: Int,
        initial: UnsafeMutablePointer<Float>,
        cellInitial: UnsafeMutablePointer<Float>?, dropoutKey: UInt64?, scratch: AlignedBuffer
    ) {
        // Some steps at a time: what the product has written of the gates is still near when the steps read it.
        let length = max(1, Product.rowsAtATime / batch), pieces = (steps + length - 1) / length
        for turn in 0..<pieces {
            let offset = (reverse ? pieces - 1 - turn : turn) * length
            let (start, count) = (first + offset, min(length, steps - offset))
            project(
                input.advanced(by: offset * batch, width: inputs), rows: count * batch, first: start * batch,
                activations, scratch: scratch)
            runSteps(
                activations, mask: mask, output: output, width: width, from: start, steps: count, batch: batch,
                initial: initial,
                cellInitial: cellInitial, dropoutKey: dropoutKey, scratch: scratch)
        }
    }

    /// The input's part of the gates, b + W_ih x, of R rows or of some columns of them.
    ///
    /// - Parameters:
    ///   - first: row of the activations at which they start. - columns: of a divisible layer, from a multiple of
    ///     `PackedMatrix.panel` on; nil: all.
    func project(
        _ input: LayerInput, rows: Int, first: Int, columns: Range<Int>? = nil, _ activations: LayerActivations,
        scratch: AlignedBuffer
    ) {
        let gates = activations.gates.pointer + first * gateWidth
        switch input {
        case .symbols(let symbols, let table):
            table.copyRows(symbols, rows: rows, columns: columns ?? 0..<gateWidth, into: gates)
        case .rows(let x):
            guard let columns else {
                return inputProduct.forward(
                    rows: rows, first: first, x, rowStride: inputs, bias: bias.pointer, into: gates,
                    activations.inputNorm,
                    scratch: scratch)
            }
            inputProduct.forward(
                rows: rows, columns: columns, x, rowStride: inputs, bias: bias.pointer, into: gates, scratch: scratch)
        }
    }

    /// The part of `forward` that runs the steps, whose part of the gates `project` has written. Parameters as there.
    func runSteps(
        _ activations: LayerActivations, mask: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>, width: Int,
        from first: Int, steps: Int, batch: Int, initial: UnsafeMutablePointer<Float>,
        cellInitial: UnsafeMutablePointer<Float>?,
        dropoutKey: UInt64?, scratch: AlignedBuffer
    ) {
        let plane = batch * width
        let start = slots(reverse ? first + steps - 1 : first).previous,
            end = slots(reverse ? first : first + steps - 1).current
        for row in 0..<batch {
            (output + start * plane + row * width).update(from: initial + row * stateWidth, count: stateWidth)
        }
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
    ///   - activations: scratch for one step of R rows.
    ///   - pool: shares the work of a large step, by columns of the products and by rows of the gates.
    func step(
        rows: Int, input: LayerInput, state: UnsafeMutablePointer<Float>, cellState: UnsafeMutablePointer<Float>?,
        _ activations: LayerActivations, pool: ComputePool? = nil, scratch: AlignedBuffer
    ) {
        let cells = cellState ?? activations.cells.pointer
        let s = CellStep(
            rows: rows, first: 0, mask: nil, previous: state, current: state, width: stateWidth, cellPrevious: cells,
            cell: cells)
        let reads = if case .rows = input { inputs + stateWidth } else { stateWidth }
        let parts = StepParts(
            pool: pool, columns: gateWidth, multiplications: isDivisible ? rows * reads * gateWidth : 0)
        guard let pool, parts.count > 1 else {
            project(input, rows: rows, first: 0, activations, scratch: scratch)
            advance(s, activations, isDropped: false, scratch: scratch)
            return
        }
        pool.forEachIfFree(parts.count) { part in
            project(input, rows: rows, first: 0, columns: parts[part], activations, scratch: scratch)
            let target = cell == .gru ? activations.hiddenGates.pointer : activations.gates.pointer
            hiddenProducts[0].forward(
                rows: rows, columns: parts[part], state, rowStride: stateWidth,
                bias: cell == .gru ? hiddenBias.pointer : nil,
                into: target, scratch: scratch)
        }
        let pieces = min(rows / StepParts.gateRowsMin, parts.count)
        guard pieces > 1, projection == nil else { return activate(s, activations, scratch: scratch) }
        pool.forEachIfFree(pieces) { piece in
            activate(
                s.rows(rows * piece / pieces..<rows * (piece + 1) / pieces, cells: hidden), activations,
                scratch: scratch)
        }
    }

    /// h_{t-1} · keep / (1 − p), one draw for all steps.
    private func dropHidden(_ s: CellStep, _ a: LayerActivations, key: UInt64) {
        let target = a.dropped.pointer + s.first * stateWidth
        for row in 0..<s.rows {
            (target + row * stateWidth).update(from: s.previous + row * s.width, count: stateWidth)
        }
        InstructionSet.kernels.dropout(s.rows * stateWidth, key, 1 - recurrentDropout, target, target)
    }

    /// From the input's part of the gates to h_t (and c_t).
    private func advance(_ s: CellStep, _ a: LayerActivations, isDropped: Bool, scratch: AlignedBuffer) {
        let kernels = InstructionSet.kernels
        let z = a.gates.pointer + s.first * gateWidth
        let read = recurrentInput(s, a, isDropped: isDropped)
        func recur(
            _ part: Int, _ h: UnsafePointer<Float>, _ stride: Int, _ bias: AlignedBuffer?,
            _ target: UnsafeMutablePointer<Float>
        ) {
            hiddenProducts[part].forward(
                rows: s.rows, first: s.first, h, rowStride: stride, bias: bias.map { UnsafePointer($0.pointer) },
                into: target,
                a.hiddenNorm, scratch: scratch)
        }
        let isSeparate = cell == .gru
        let target = isSeparate ? a.hiddenGates.pointer + s.first * gateWidth : z
        recur(0, read.h, read.rowStride, isSeparate ? hiddenBias : nil, target)
        guard resetsBefore else { return activate(s, a, scratch: scratch) }
        let resetHidden = a.resetHidden.pointer + s.first * hidden
        kernels.gru_gates_forward(s.rows, hidden, z, target, s.mask, read.h, read.rowStride, resetHidden)
        recur(1, resetHidden, hidden, hiddenBias, target)
        kernels.gru_candidate_forward(s.rows, hidden, z, target, s.mask, s.previous, s.current, s.width)
    }

    /// From the sums of both products to h_t (and c_t).
    private func activate(_ s: CellStep, _ a: LayerActivations, scratch: AlignedBuffer) {
        let kernels = InstructionSet.kernels
        let z = a.gates.pointer + s.first * gateWidth
        switch cell {
        case .lstm: lstm(s, a, z, scratch: scratch)
        case .gru:
            let zh = a.hiddenGates.pointer + s.first * gateWidth
            kernels.gru_forward(s.rows, hidden, z, zh, s.mask, s.previous, s.current, s.width)
        case .rnn: kernels.rnn_forward(s.rows, hidden, z, activation.code, s.mask, s.previous, s.current, s.width)
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
                s.rows, hidden, z, s.mask, s.cellPrevious, hPrevious, s.cell, cellNorm.gain.pointer,
                cellNorm.bias.pointer,
                a.cellNorm.values.pointer + s.first * hidden, a.cellNorm.inverse[0].pointer + s.first, cellTanh, h,
                width)
        } else {
            kernels.lstm_forward(s.rows, hidden, z, s.mask, s.cellPrevious, hPrevious, s.cell, cellTanh, h, width)
        }
        projection?.forward(s, unprojected, scratch: scratch)
    }
}
