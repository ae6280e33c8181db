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
    /// `[T, B, G·H]`: dZ; for a GRU the input's and the hidden state's differ.
    let gateGradients: AlignedBuffer
    let hiddenGateGradients: AlignedBuffer
    /// `[B, H]`: dL/dh_t and dL/dc_t while backward walks.
    let hiddenGradient: AlignedBuffer
    let cellGradient: AlignedBuffer
    /// Sees (t, dL/dh_t `[B, H]`) of each step of backward: the picture of vanishing and exploding gradients.
    var observe: ((Int, UnsafeBufferPointer<Float>) -> Void)?

    init(settings: NetworkSettings, steps: Int, batch: Int, training: Bool) {
        let plane = batch * settings.hidden
        let gateCount = steps * plane * settings.cell.gates
        let isGRU = settings.cell == .gru
        gates = AlignedBuffer(count: gateCount)
        hiddenGates = AlignedBuffer(count: isGRU ? gateCount : 0)
        cells = AlignedBuffer(count: settings.cell == .lstm ? (steps + 2) * plane : 0)
        cellTanh = AlignedBuffer(count: settings.cell == .lstm ? steps * plane : 0)
        gateGradients = AlignedBuffer(count: training ? gateCount : 0)
        hiddenGateGradients = AlignedBuffer(count: training && isGRU ? gateCount : 0)
        hiddenGradient = AlignedBuffer(count: training ? plane : 0)
        cellGradient = AlignedBuffer(count: training ? plane : 0)
    }
}
