import Kernels

/// One cell over one direction of one layer: its packed weights, and the window algorithm.
///
///     forward    Z = X·W_ihᵀ + b for all steps at once; then for each step Z_t += h_{t-1}·W_hhᵀ and the cell
///     backward   for each step the cell's gradient and dh_{t-1} = dZ_t·W_hh;
///                then dW_ih, dW_hh and dX in one product each
///
/// A padded step (mask 0) carries the state over, so that the reverse direction runs over the valid part only.
final class RecurrentLayer {
    let cell: any RecurrentCell
    /// How many recurrent products a step has, one after the other.
    let stages: Int
    /// I, what a step reads.
    let inputs: Int
    /// H.
    let hidden: Int
    /// S, the width of h.
    let stateWidth: Int
    /// G·H.
    let gateWidth: Int
    /// H where the cell has c, where it keeps units and, times G, where it keeps W_hh h; else 0.
    let cellWidth: Int
    let keptWidth: Int
    let hiddenGateWidth: Int
    /// Whether dL/d(W_hh h + b_hh) has a buffer of its own.
    let hasOwnHiddenGradient: Bool
    let recurrentDropout: Float
    /// Runs from the last step to the first.
    let reverse: Bool
    let offsets: ParameterLayout.Recurrent

    /// W_ih x.
    let inputProduct: GateProduct
    /// W_hh h, by stage of the cell.
    let hiddenProducts: [GateProduct]
    /// Gain and bias of the norm of c, `[H]`.
    let cellNorm: (gain: AlignedBuffer, bias: AlignedBuffer)?
    let projection: HiddenProjection?
    /// Bias that starts Z: b_ih + b_hh, or b_ih alone where the cell keeps W_hh h + b_hh apart.
    let bias: AlignedBuffer
    /// b_hh, for a product with h that is kept apart.
    let hiddenBias: AlignedBuffer

    /// - Parameter halves: keeps packed weights in halves: for serving.
    init(
        settings: NetworkSettings, layer: Int, direction: Int, offsets: ParameterLayout.Recurrent, halves: Bool = false
    ) {
        let (type, cell) = (settings.cell.type, settings.cell.type.make(settings))
        let rows = type.gates.count * settings.hidden
        self.cell = cell
        stages = cell.stages.count
        inputs = settings.inputWidth(ofLayer: layer)
        hidden = settings.hidden
        stateWidth = settings.stateWidth
        gateWidth = rows
        cellWidth = type.hasCellState ? settings.hidden : 0
        keptWidth = cell.keepsUnits ? settings.hidden : 0
        hiddenGateWidth = type.keepsHiddenProduct ? rows : 0
        hasOwnHiddenGradient = cell.hasOwnHiddenGradient
        recurrentDropout = settings.recurrentDropout
        reverse = direction == 1
        self.offsets = offsets
        inputProduct = GateProduct(
            columns: 0..<rows, inputs: inputs, rowLength: rows, weightOffset: offsets.weightInput,
            normGroups: settings.normGroups, gainOffset: offsets.normInput, halves: halves)
        hiddenProducts = cell.stages.map { gates in
            GateProduct(
                columns: gates.lowerBound * settings.hidden..<gates.upperBound * settings.hidden,
                inputs: settings.stateWidth, rowLength: rows, weightOffset: offsets.weightHidden,
                normGroups: settings.normGroups, gainOffset: offsets.normHidden, halves: halves)
        }
        cellNorm = offsets.normCell.map { _ in
            (AlignedBuffer(count: settings.hidden), AlignedBuffer(count: settings.hidden))
        }
        projection = offsets.projection.map {
            HiddenProjection(hidden: settings.hidden, outputs: settings.projection, offset: $0, halves: halves)
        }
        bias = AlignedBuffer(count: rows)
        hiddenBias = AlignedBuffer(count: rows)
    }

    /// Whether the products of a step can be cut into columns: neither normalised, nor one after the other.
    var isDivisible: Bool { inputProduct.norms.isEmpty && stages == 1 }

    /// Whether W_hh h + b_hh stays apart from Z.
    var keepsHiddenProduct: Bool { hiddenGateWidth > 0 }

    /// Bytes of the weights that forward reads.
    var sizeBytes: Int {
        inputProduct.sizeBytes + hiddenProducts.reduce(0) { $0 + $1.sizeBytes } + (projection?.sizeBytes ?? 0)
    }

    /// Takes the parameters over; `training` packs what only backward needs too.
    func pack(_ parameters: AlignedBuffer, training: Bool) {
        inputProduct.pack(parameters, training: training)
        for product in hiddenProducts { product.pack(parameters, training: training) }
        projection?.pack(parameters, training: training)
        if let cellNorm, let offset = offsets.normCell {
            cellNorm.gain.all.assign(parameters.vector(from: offset.gain, count: hidden))
            cellNorm.bias.all.assign(parameters.vector(from: offset.bias, count: hidden))
        }
        hiddenBias.all.assign(parameters.vector(from: offsets.biasHidden, count: gateWidth))
        bias.all.assign(parameters.vector(from: offsets.biasInput, count: gateWidth))
        if !keepsHiddenProduct { bias.all.add(hiddenBias.all) }
    }

    /// Where direction's h of a step lies: slot t + 1 of the layer's output `[T + 2, B, D·S]`; slot 0 holds the forward
    /// direction's initial state and slot T + 1 the reverse direction's.
    func slots(_ step: Int) -> (previous: Int, current: Int) {
        (reverse ? step + 2 : step, step + 1)
    }

    /// Step `step` of a window.
    func cellStep(_ w: LayerWindow, _ step: Int) -> CellStep {
        let (slot, a, first, rows) = (slots(step), w.activations, step * w.batch, w.batch)
        let previous = w.slot(slot.previous)
        let dropped = w.dropoutKey == nil ? nil : a.dropped.matrix(from: first, rows: rows, columns: stateWidth)
        return CellStep(
            rows: rows, first: first, mask: w.mask?.elements(from: first, count: rows), previous: previous,
            current: w.slot(slot.current), read: dropped ?? previous,
            cellPrevious: a.cells.matrix(from: slot.previous * rows, rows: rows, columns: cellWidth),
            cell: a.cells.matrix(from: slot.current * rows, rows: rows, columns: cellWidth),
            gates: a.gates.matrix(from: first, rows: rows, columns: gateWidth),
            hiddenGates: a.hiddenGates.matrix(from: first, rows: rows, columns: hiddenGateWidth),
            kept: a.kept.matrix(from: first, rows: rows, columns: keptWidth), norm: norm(a, first: first, rows: rows))
    }

    /// The norm of c, of rows of the activations.
    func norm(_ a: LayerActivations, first: Int, rows: Int) -> CellStateNorm? {
        guard let cellNorm else { return nil }
        return CellStateNorm(
            gain: cellNorm.gain.all, bias: cellNorm.bias.all, normalized: a.cellNorm.rows(from: first, count: rows),
            inverse: a.cellNorm.inverse[0].vector(from: first, count: rows))
    }

    /// A step as a projected cell sees it: its output goes where the projection reads it, which also is what carries h
    /// over a masked step.
    func unprojected(_ s: CellStep, _ a: LayerActivations) -> CellStep {
        var inner = s
        inner.current = a.unprojected.matrix(from: s.first, rows: s.rows, columns: hidden)
        inner.previous = inner.current
        return inner
    }
}
