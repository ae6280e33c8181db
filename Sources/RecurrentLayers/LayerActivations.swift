import Kernels

/// What one direction of one layer keeps of a window for its backward pass.
final class LayerActivations {
    /// `[T, B, G·H]`: pre-activations, then the gates.
    let gates: AlignedBuffer
    /// `[T, B, G·H]`: W_hh h + b_hh of a cell that keeps it apart.
    let hiddenGates: AlignedBuffer
    /// `[T + 2, B, H]`: c, in the slots of the layer's output.
    let cells: AlignedBuffer
    /// `[T, B, H]`: what the cell keeps beside its gates.
    let kept: AlignedBuffer
    /// Of layer normalisation: of W_ih x, of W_hh h, and of c (`[T, B, H]`).
    let inputNorm: NormActivations
    let hiddenNorm: NormActivations
    let cellNorm: NormActivations
    /// `[T, B, H]`: the cell's output before its projection.
    let unprojected: AlignedBuffer
    /// `[T, B, S]`: h_{t-1} with recurrent dropout, what the recurrent product reads.
    let dropped: AlignedBuffer

    /// `[T, B, G·H]`: dZ; the input's and the hidden state's may differ.
    let gateGradients: AlignedBuffer
    let hiddenGateGradients: AlignedBuffer
    /// `[B, S]` and `[B, H]`: dL/dh_t and dL/dc_t while backward walks.
    let hiddenGradient: AlignedBuffer
    let cellGradient: AlignedBuffer
    /// `[T, B, P]`: dL/dh_t of a projected cell's real steps; `[B, H]`: dL/d(its output before).
    let projectionGradients: AlignedBuffer
    let unprojectedGradient: AlignedBuffer
    /// `[B, S]`: dL/d(dropped h_{t-1}); `[B, H]`: dL/d(what a later stage's product read).
    let droppedGradient: AlignedBuffer
    let keptGradient: AlignedBuffer
    /// Sees (t, dL/dh_t `[B, S]`) of each step of backward: the picture of vanishing and exploding gradients.
    var observe: ((Int, Matrix) -> Void)?

    init(settings: NetworkSettings, steps: Int, batch: Int, training: Bool) {
        let (rows, hidden, state) = (steps * batch, settings.hidden, settings.stateWidth)
        let (type, cell) = (settings.cell.type, settings.cell.type.make(settings))
        let gateWidth = settings.cell.gates * hidden
        let isProjected = settings.projection > 0
        let drops = training && settings.recurrentDropout > 0
        func buffer(_ count: Int, _ isUsed: Bool = true) -> AlignedBuffer { AlignedBuffer(count: isUsed ? count : 0) }
        gates = buffer(rows * gateWidth)
        hiddenGates = buffer(rows * gateWidth, type.keepsHiddenProduct)
        cells = buffer((steps + 2) * batch * hidden, type.hasCellState)
        kept = buffer(rows * hidden, cell.keepsUnits)
        inputNorm = NormActivations(groups: settings.normGroups.count, rows: rows, width: gateWidth)
        hiddenNorm = NormActivations(groups: settings.normGroups.count, rows: rows, width: gateWidth)
        cellNorm = NormActivations(groups: settings.layerNorm && type.hasCellState ? 1 : 0, rows: rows, width: hidden)
        unprojected = buffer(rows * hidden, isProjected)
        dropped = buffer(rows * state, drops)
        gateGradients = buffer(rows * gateWidth, training)
        hiddenGateGradients = buffer(rows * gateWidth, training && cell.hasOwnHiddenGradient)
        hiddenGradient = buffer(batch * state, training)
        cellGradient = buffer(batch * hidden, training && type.hasCellState)
        projectionGradients = buffer(rows * state, training && isProjected)
        unprojectedGradient = buffer(batch * hidden, training && isProjected)
        droppedGradient = buffer(batch * state, drops)
        keptGradient = buffer(batch * hidden, training && cell.stages.count > 1)
    }
}
