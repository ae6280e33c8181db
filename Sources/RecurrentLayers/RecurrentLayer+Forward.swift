import Kernels

extension RecurrentLayer {
    /// Runs the layer over the steps of a window.
    ///
    /// - Parameter input: of these steps.
    func forward(_ w: LayerWindow, input: LayerInput) {
        // Some steps at a time: what the product has written of the gates is still near when the steps read it.
        let length = max(1, Product.rowsAtATime / w.batch), pieces = (w.count + length - 1) / length
        for turn in 0..<pieces {
            let offset = (reverse ? pieces - 1 - turn : turn) * length
            let part = w.steps(from: w.first + offset, count: min(length, w.count - offset))
            project(part, input: input.rows(from: offset * w.batch, count: part.rows))
            runSteps(part)
        }
    }

    /// The input's part of the gates, b + W_ih x, of the steps of a window or of some columns of them.
    ///
    /// - Parameter columns: of a divisible layer, from a multiple of `PackedMatrix.panel` on; nil: all.
    func project(_ w: LayerWindow, input: LayerInput, columns: Range<Int>? = nil) {
        project(
            input, rows: w.rows, first: w.firstRow, columns: columns, w.activations, scratch: w.scratch)
    }

    /// The same of R rows, of which the first is row `first` of the activations.
    private func project(
        _ input: LayerInput, rows: Int, first: Int, columns: Range<Int>? = nil, _ a: LayerActivations,
        scratch: AlignedBuffer
    ) {
        let gates = a.gates.matrix(from: first, rows: rows, columns: gateWidth)
        switch input {
        case .symbols(let symbols, let table):
            table.copyRows(symbols, columns: columns ?? 0..<gateWidth, into: gates)
        case .rows(let x):
            guard let columns else {
                return inputProduct.forward(
                    x, first: first, bias: bias.all, into: gates, a.inputNorm, scratch: scratch)
            }
            inputProduct.forward(x, columns: columns, bias: bias.all, into: gates, scratch: scratch)
        }
    }

    /// The part of `forward` that runs the steps, whose part of the gates `project` has written.
    func runSteps(_ w: LayerWindow) {
        let last = w.first + w.count - 1
        let start = slots(reverse ? last : w.first).previous, end = slots(reverse ? w.first : last).current
        let cells = w.activations.cells
        w.slot(start).assign(w.hidden)
        cells.matrix(from: start * w.batch, rows: w.batch, columns: cellWidth).assign(w.cell)
        for turn in 0..<w.count {
            let s = cellStep(w, reverse ? last - turn : w.first + turn)
            if let key = w.dropoutKey {
                s.read.assign(s.previous)
                s.read.elements.dropOut(s.read.elements, rate: recurrentDropout, key: key)
            }
            advance(s, w.activations, scratch: w.scratch)
        }
        w.hidden.assign(w.slot(end))
        w.cell.assign(cells.matrix(from: end * w.batch, rows: w.batch, columns: cellWidth))
    }

    /// One step of R rows outside a window: `state` `[R, S]` and `cellState` `[R, H]` are replaced in place, with the
    /// bytes of `forward`.
    ///
    /// - Parameters:
    ///   - a: scratch for one step of R rows.
    ///   - pool: shares the work of a large step, by columns of the products and by rows of the gates.
    func step(
        _ input: LayerInput, state: Matrix, cellState: Matrix, _ a: LayerActivations, pool: ComputePool? = nil,
        scratch: AlignedBuffer
    ) {
        let rows = state.rows
        let s = CellStep(
            rows: rows, first: 0, mask: nil, previous: state, current: state, read: state, cellPrevious: cellState,
            cell: cellState, gates: a.gates.matrix(rows: rows, columns: gateWidth),
            hiddenGates: a.hiddenGates.matrix(rows: rows, columns: hiddenGateWidth),
            kept: a.kept.matrix(rows: rows, columns: keptWidth), norm: norm(a, first: 0, rows: rows))
        let reads = if case .rows = input { inputs + stateWidth } else { stateWidth }
        let parts = StepParts(
            pool: pool, columns: gateWidth, multiplications: isDivisible ? rows * reads * gateWidth : 0)
        guard let pool, parts.count > 1 else {
            project(input, rows: rows, first: 0, a, scratch: scratch)
            advance(s, a, scratch: scratch)
            return
        }
        pool.forEachIfFree(parts.count, with: (self, input, s, parts, a, scratch)) { context, part in
            let (layer, input, s, parts, a, scratch) = context
            layer.products(input, s, columns: parts[part], a, scratch: scratch)
        }
        let pieces = min(rows / StepParts.gateRowsMin, parts.count)
        guard pieces > 1, projection == nil else { return activate(s, stage: 0, a, scratch: scratch) }
        pool.forEachIfFree(pieces, with: (cell, s, pieces)) { context, piece in
            let (cell, s, pieces) = context
            let start = s.rows * piece / pieces
            cell.forward(s.rows(from: start, count: s.rows * (piece + 1) / pieces - start), stage: 0)
        }
    }

    /// Some columns of the gates of one step outside a window, before they are activated.
    private func products(
        _ input: LayerInput, _ s: CellStep, columns: Range<Int>, _ a: LayerActivations, scratch: AlignedBuffer
    ) {
        project(input, rows: s.rows, first: 0, columns: columns, a, scratch: scratch)
        hiddenProducts[0].forward(
            s.read, columns: columns, bias: keepsHiddenProduct ? hiddenBias.all : nil,
            into: keepsHiddenProduct ? s.hiddenGates : s.gates, scratch: scratch)
    }

    /// From the input's part of the gates to h_t (and c_t).
    private func advance(_ s: CellStep, _ a: LayerActivations, scratch: AlignedBuffer) {
        for stage in 0..<stages {
            hiddenProducts[stage].forward(
                stage == 0 ? s.read : s.kept, first: s.first, bias: keepsHiddenProduct ? hiddenBias.all : nil,
                into: keepsHiddenProduct ? s.hiddenGates : s.gates, a.hiddenNorm, scratch: scratch)
            activate(s, stage: stage, a, scratch: scratch)
        }
    }

    /// What follows the recurrent product of a stage.
    private func activate(_ s: CellStep, stage: Int, _ a: LayerActivations, scratch: AlignedBuffer) {
        guard let projection else { return cell.forward(s, stage: stage) }
        let inner = unprojected(s, a)
        cell.forward(inner, stage: stage)
        if stage == stages - 1 { projection.forward(s, inner.current, scratch: scratch) }
    }
}
