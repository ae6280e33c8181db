import Kernels

extension RecurrentLayer {
    /// Gradients of a whole window that `forward` has just run; each is added.
    ///
    /// - Parameters:
    ///   - w, input: as `forward` had them. - panels: of weight gradients.
    func backward(_ w: LayerWindow, input: Matrix, _ d: LayerWindowGradients, panels: AlignedBuffer) {
        w.activations.hiddenGradient.zero()
        w.activations.cellGradient.zero()
        backwardSteps(w, d)
        addWeightGradients(w, input: input, gradients: d.parameters, panels: panels)
    }

    /// The twin of `runSteps`, and of `project` as far as the input goes: walks the steps backwards, the whole window's
    /// or some of them, for dZ and the gradients of input and state.
    ///
    /// The activations' `hiddenGradient` and `cellGradient` hold dL/dh and dL/dc of the state after these steps, and
    /// are replaced by those of the state before them.
    func backwardSteps(_ w: LayerWindow, _ d: LayerWindowGradients) {
        let a = w.activations
        let dh = a.hiddenGradient.matrix(rows: w.batch, columns: stateWidth)
        for turn in 0..<w.count {
            let place = reverse ? turn : w.count - 1 - turn
            dh.add(d.output.rows(from: place * w.batch, count: w.batch))
            a.observe?(w.first + place, dh)
            backwardStep(w, cellStep(w, w.first + place), dh, gradients: d.parameters)
        }
        let gates = a.gateGradients.matrix(from: w.firstRow, rows: w.rows, columns: gateWidth)
        let dz = inputProduct.productGradient(gates, first: w.firstRow, a.inputNorm, gradients: d.parameters)
        if let input = d.input { inputProduct.inputGradient(dz, start: d.start, into: input, scratch: w.scratch) }
    }

    /// dL/d(W_hh h + b_hh): a cell may have its own.
    private func hiddenGateGradients(_ a: LayerActivations, first: Int, rows: Int) -> Matrix {
        (hasOwnHiddenGradient ? a.hiddenGateGradients : a.gateGradients).matrix(
            from: first, rows: rows, columns: gateWidth)
    }

    /// One step back: dL/dh_t `[B, S]` becomes dL/dh_{t-1}, and likewise dL/dc_t.
    private func backwardStep(_ w: LayerWindow, _ s: CellStep, _ dh: Matrix, gradients: AlignedBuffer) {
        let a = w.activations
        // What reaches the state through products; with dropout it passes the draw before it joins dL/dh_{t-1}.
        let through = w.dropoutKey == nil ? dh : a.droppedGradient.matrix(rows: s.rows, columns: stateWidth)
        if w.dropoutKey != nil { through.zero() }
        var d = CellGradients(
            hidden: dh, cell: a.cellGradient.matrix(rows: s.rows, columns: cellWidth),
            gates: a.gateGradients.matrix(from: s.first, rows: s.rows, columns: gateWidth),
            hiddenGates: hiddenGateGradients(a, first: s.first, rows: s.rows), read: through,
            kept: a.keptGradient.matrix(rows: s.rows, columns: stages > 1 ? hidden : 0),
            normGain: offsets.normCell.map { gradients.vector(from: $0.gain, count: hidden) },
            normBias: offsets.normCell.map { gradients.vector(from: $0.bias, count: hidden) })
        var inner = s
        if let projection {
            inner = unprojected(s, a)
            d.hidden = a.unprojectedGradient.matrix(rows: s.rows, columns: hidden)
            let record = a.projectionGradients.matrix(from: s.first, rows: s.rows, columns: stateWidth)
            projection.backward(s, dh, record: record, into: d.hidden, scratch: w.scratch)
        }
        for stage in (0..<stages).reversed() {
            cell.backward(inner, d, stage: stage)
            let product = hiddenProducts[stage]
            let gradient = product.productGradient(
                d.hiddenGates, first: s.first, a.hiddenNorm, gradients: gradients)
            product.inputGradient(
                gradient, start: stage == 0 ? .accumulate : .zero, into: stage == 0 ? through : d.kept,
                scratch: w.scratch)
        }
        guard let key = w.dropoutKey else { return }
        through.elements.dropOut(through.elements, rate: recurrentDropout, key: key)
        dh.elements.add(through.elements)
    }

    /// The part of `backward` that adds the gradients of W_ih, W_hh, W_hr and the biases, from dZ of all steps of the
    /// window.
    func addWeightGradients(_ w: LayerWindow, input: Matrix, gradients: AlignedBuffer, panels: AlignedBuffer) {
        let (a, all) = (w.activations, w.steps * w.batch)
        // What the recurrent product read, step by step.
        let read =
            w.dropoutKey == nil
            ? w.output.rows(from: slots(0).previous * w.batch, count: all)
            : a.dropped.matrix(rows: all, columns: stateWidth)
        let biasInput = gradients.vector(from: offsets.biasInput, count: gateWidth)
        let biasHidden = gradients.vector(from: offsets.biasHidden, count: gateWidth)
        // All that reads some rows of dZ comes before the next rows: dZ of a long window comes from memory once.
        for row in stride(from: 0, to: all, by: Product.rowsAtATime) {
            let rows = min(Product.rowsAtATime, all - row)
            let dz = a.gateGradients.matrix(from: row, rows: rows, columns: gateWidth)
            let dzh = hiddenGateGradients(a, first: row, rows: rows)
            // A norm, if there is one, has left its product's gradient in its buffer step by step.
            inputProduct.addWeightGradient(
                inputProduct.norms.isEmpty ? dz : a.inputNorm.rows(from: row, count: rows),
                input.rows(from: row, count: rows), gradients: gradients, panels: panels, scratch: w.scratch)
            for (stage, product) in hiddenProducts.enumerated() {
                let x =
                    stage == 0
                    ? read.rows(from: row, count: rows) : a.kept.matrix(from: row, rows: rows, columns: hidden)
                product.addWeightGradient(
                    product.norms.isEmpty ? dzh : a.hiddenNorm.rows(from: row, count: rows), x, gradients: gradients,
                    panels: panels, scratch: w.scratch)
            }
            biasInput.addRows(dz)
            biasHidden.addRows(dzh)
        }
        projection?.addWeightGradient(
            a.projectionGradients.matrix(rows: all, columns: stateWidth),
            unprojected: a.unprojected.matrix(rows: all, columns: hidden), gradients: gradients, panels: panels,
            scratch: w.scratch)
    }
}
