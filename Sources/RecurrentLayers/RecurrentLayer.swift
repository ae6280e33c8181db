import CKernels
import Kernels

/// One cell kind over one direction of one layer: its packed weights, and the window algorithm.
///
///     forward    Z = X·W_ihᵀ + b for all steps at once; then for each step Z_t += h_{t-1}·W_hhᵀ and the fused gates
///     backward   for each step the fused gate gradient and dh_{t-1} = dZ_t·W_hh;
///                then dW_ih, dW_hh and dX in one product each
///
/// A padded step (mask 0) carries the state over, so that the reverse direction runs over the valid part only.
final class RecurrentLayer {
    let cell: CellKind
    let activation: Activation
    /// I, what a step reads.
    let inputs: Int
    /// H.
    let hidden: Int
    /// S, the width of h.
    let stateWidth: Int
    /// A GRU whose reset gate acts before the product.
    let resetsBefore: Bool
    let recurrentDropout: Float
    /// Runs from the last step to the first.
    let reverse: Bool
    let offsets: ParameterLayout.Recurrent

    /// W_ih x.
    let inputProduct: GateProduct
    /// W_hh h; where the reset gate acts before it, first of r and u, then of n.
    let hiddenProducts: [GateProduct]
    /// Gain and bias of the norm of c, `[H]`.
    let cellNorm: (gain: AlignedBuffer, bias: AlignedBuffer)?
    let projection: HiddenProjection?
    /// Bias that starts Z: b_ih + b_hh, or b_ih alone for a GRU.
    let bias: AlignedBuffer
    /// b_hh, for a GRU's product with h.
    let hiddenBias: AlignedBuffer

    /// - Parameter halves: keeps packed weights in halves: for serving.
    init(
        settings: NetworkSettings, layer: Int, direction: Int, offsets: ParameterLayout.Recurrent, halves: Bool = false
    ) {
        cell = settings.cell
        activation = settings.activation
        inputs = settings.inputWidth(ofLayer: layer)
        hidden = settings.hidden
        stateWidth = settings.stateWidth
        resetsBefore = settings.resetsBefore
        recurrentDropout = settings.recurrentDropout
        reverse = direction == 1
        self.offsets = offsets
        let rows = settings.cell.gates * settings.hidden
        inputProduct = GateProduct(
            columns: 0..<rows, inputs: inputs, rowLength: rows, weightOffset: offsets.weightInput,
            normGroups: settings.normGroups,
            gainOffset: offsets.normInput, halves: halves)
        let parts = resetsBefore ? [0..<2 * settings.hidden, 2 * settings.hidden..<rows] : [0..<rows]
        hiddenProducts = parts.map { columns in
            GateProduct(
                columns: columns, inputs: settings.stateWidth, rowLength: rows, weightOffset: offsets.weightHidden,
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
    var isDivisible: Bool { inputProduct.norms.isEmpty && hiddenProducts.count == 1 }

    /// Bytes of the weights that forward reads.
    var sizeBytes: Int {
        inputProduct.sizeBytes + hiddenProducts.reduce(0) { $0 + $1.sizeBytes } + (projection?.sizeBytes ?? 0)
    }

    /// G·H.
    var gateWidth: Int { cell.gates * hidden }

    /// Takes the parameters over; `training` packs what only backward needs too.
    func pack(_ parameters: AlignedBuffer, training: Bool) {
        let base = UnsafePointer(parameters.pointer)
        inputProduct.pack(parameters, training: training)
        for product in hiddenProducts { product.pack(parameters, training: training) }
        projection?.pack(parameters, training: training)
        if let cellNorm, let offset = offsets.normCell {
            cellNorm.gain.pointer.update(from: base + offset.gain, count: hidden)
            cellNorm.bias.pointer.update(from: base + offset.bias, count: hidden)
        }
        for row in 0..<gateWidth {
            let (input, hidden) = (base[offsets.biasInput + row], base[offsets.biasHidden + row])
            bias.pointer[row] = cell == .gru ? input : input + hidden
            hiddenBias.pointer[row] = hidden
        }
    }

    /// Where direction's h of a step lies: slot t + 1 of the layer's output `[T + 2, B, D·S]`; slot 0 holds the forward
    /// direction's initial state and slot T + 1 the reverse direction's.
    func slots(_ step: Int) -> (previous: Int, current: Int) {
        (reverse ? step + 2 : step, step + 1)
    }

    /// Step `step` of a window: `output` as in `forward`.
    func cellStep(
        _ step: Int, _ a: LayerActivations, mask: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>,
        width: Int, batch: Int
    ) -> CellStep {
        let (slot, cells) = (slots(step), a.cells.pointer)
        // Only an LSTM has c.
        let plane = cell == .lstm ? batch * hidden : 0
        return CellStep(
            rows: batch, first: step * batch, mask: mask.map { $0 + step * batch },
            previous: output + slot.previous * batch * width,
            current: output + slot.current * batch * width, width: width, cellPrevious: cells + slot.previous * plane,
            cell: cells + slot.current * plane)
    }

    /// What the recurrent product reads: h_{t-1}, or its copy with dropout.
    func recurrentInput(_ s: CellStep, _ a: LayerActivations, isDropped: Bool) -> (
        h: UnsafePointer<Float>, rowStride: Int
    ) {
        isDropped ? (UnsafePointer(a.dropped.pointer + s.first * stateWidth), stateWidth) : (s.previous, s.width)
    }
}
