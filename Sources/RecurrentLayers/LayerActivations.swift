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

    /// Step `step` of a window of `batch` rows, as a window of one step that shares the storage of the whole: what a layer
    /// that runs step by step gets, so that its weight gradients are still products over all steps.
    init(step: Int, of window: LayerActivations, settings: NetworkSettings, batch: Int) {
        let plane = batch * settings.hidden
        func part(_ buffer: AlignedBuffer, _ size: Int, slots: Int = 1) -> AlignedBuffer {
            buffer.count == 0 ? buffer : AlignedBuffer(part: buffer, start: step * size, count: slots * size)
        }
        let gatePlane = plane * settings.cell.gates
        gates = part(window.gates, gatePlane)
        hiddenGates = part(window.hiddenGates, gatePlane)
        cells = part(window.cells, plane, slots: 3)
        cellTanh = part(window.cellTanh, plane)
        gateGradients = part(window.gateGradients, gatePlane)
        hiddenGateGradients = part(window.hiddenGateGradients, gatePlane)
        hiddenGradient = window.hiddenGradient
        cellGradient = window.cellGradient
    }
}
