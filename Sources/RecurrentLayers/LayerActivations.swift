import Kernels

/// What one direction of one layer keeps of a window for its backward pass.
final class LayerActivations {
    /// `[T, B, G·H]`: pre-activations, then the gates.
    let gates: AlignedBuffer
    /// `[T, B, 3H]`: W_hh h + b_hh of a GRU.
    let hiddenGates: AlignedBuffer
    /// `[T + 2, B, H]`: c, in the slots of the layer's output.
    let cells: AlignedBuffer
    /// `[T, B, H]`: tanh(c).
    let cellTanh: AlignedBuffer
    /// Of layer normalisation: of W_ih x, of W_hh h, and of c (`[T, B, H]`).
    let inputNorm: NormActivations
    let hiddenNorm: NormActivations
    let cellNorm: NormActivations
    /// `[T, B, H]`: o ⊙ tanh(c) of a projected LSTM.
    let unprojected: AlignedBuffer
    /// `[T, B, S]`: h_{t-1} with recurrent dropout, what the recurrent product reads.
    let dropped: AlignedBuffer
    /// `[T, B, H]`: r ⊙ h_{t-1} of a GRU whose reset gate acts before the product.
    let resetHidden: AlignedBuffer

    /// `[T, B, G·H]`: dZ; for a GRU the input's and the hidden state's may differ.
    let gateGradients: AlignedBuffer
    let hiddenGateGradients: AlignedBuffer
    /// `[B, S]` and `[B, H]`: dL/dh_t and dL/dc_t while backward walks.
    let hiddenGradient: AlignedBuffer
    let cellGradient: AlignedBuffer
    /// `[T, B, P]`: dL/dh_t of a projected LSTM's real steps; `[B, H]`: dL/d(o ⊙ tanh(c)).
    let projectionGradients: AlignedBuffer
    let unprojectedGradient: AlignedBuffer
    /// `[B, S]`: dL/d(dropped h_{t-1}); `[B, H]`: dL/d(r ⊙ h_{t-1}).
    let droppedGradient: AlignedBuffer
    let resetGradient: AlignedBuffer
    /// Sees (t, dL/dh_t `[B, S]`) of each step of backward: the picture of vanishing and exploding gradients.
    var observe: ((Int, UnsafeBufferPointer<Float>) -> Void)?

    init(settings: NetworkSettings, steps: Int, batch: Int, training: Bool) {
        let (rows, hidden, state) = (steps * batch, settings.hidden, settings.stateWidth)
        let gateWidth = settings.cell.gates * hidden
        let isLSTM = settings.cell == .lstm
        let isProjected = settings.projection > 0
        let separates = settings.cell == .gru && !settings.resetsBefore
        let drops = training && settings.recurrentDropout > 0
        func buffer(_ count: Int, _ isUsed: Bool = true) -> AlignedBuffer { AlignedBuffer(count: isUsed ? count : 0) }
        gates = buffer(rows * gateWidth)
        hiddenGates = buffer(rows * gateWidth, settings.cell == .gru)
        cells = buffer((steps + 2) * batch * hidden, isLSTM)
        cellTanh = buffer(rows * hidden, isLSTM)
        inputNorm = NormActivations(groups: settings.normGroups.count, rows: rows, width: gateWidth)
        hiddenNorm = NormActivations(groups: settings.normGroups.count, rows: rows, width: gateWidth)
        cellNorm = NormActivations(groups: settings.layerNorm && isLSTM ? 1 : 0, rows: rows, width: hidden)
        unprojected = buffer(rows * hidden, isProjected)
        dropped = buffer(rows * state, drops)
        resetHidden = buffer(rows * hidden, settings.resetsBefore)
        gateGradients = buffer(rows * gateWidth, training)
        hiddenGateGradients = buffer(rows * gateWidth, training && separates)
        hiddenGradient = buffer(batch * state, training)
        cellGradient = buffer(batch * hidden, training && isLSTM)
        projectionGradients = buffer(rows * state, training && isProjected)
        unprojectedGradient = buffer(batch * hidden, training && isProjected)
        droppedGradient = buffer(batch * state, drops)
        resetGradient = buffer(batch * hidden, training && settings.resetsBefore)
    }
}
