import CKernels
import Kernels

/// One cell kind over one direction of one layer: its packed weights, and the window algorithm.
///
///     forward    Z = X·W_ihᵀ + b for all steps at once; then for each step Z_t += h_{t-1}·W_hhᵀ and the fused gates
///     backward   for each step the fused gate gradient and dh_{t-1} = dZ_t·W_hh; then dW_ih, dW_hh, dX in one product each
///
/// A padded step (mask 0) carries the state over, so that the reverse direction runs over the valid part only.
final class RecurrentLayer {
    let cell: CellKind
    let activation: Activation
    /// I, what a step reads.
    let inputs: Int
    /// H.
    let hidden: Int
    /// Runs from the last step to the first.
    let reverse: Bool
    private let offsets: ParameterLayout.Recurrent

    /// W_ihᵀ, W_hhᵀ for forward; W_ih, W_hh for backward.
    private let inputForward: PackedMatrix
    private let hiddenForward: PackedMatrix
    private let inputBackward: PackedMatrix
    private let hiddenBackward: PackedMatrix
    /// Bias that starts Z: b_ih + b_hh, or b_ih alone for a GRU.
    private let bias: AlignedBuffer
    /// b_hh, for a GRU's product with h.
    private let hiddenBias: AlignedBuffer

    init(settings: NetworkSettings, layer: Int, direction: Int, offsets: ParameterLayout.Recurrent) {
        cell = settings.cell
        activation = settings.activation
        inputs = settings.inputWidth(ofLayer: layer)
        hidden = settings.hidden
        reverse = direction == 1
        self.offsets = offsets
        let rows = settings.cell.gates * settings.hidden
        inputForward = PackedMatrix(depth: inputs, columns: rows)
        hiddenForward = PackedMatrix(depth: hidden, columns: rows)
        inputBackward = PackedMatrix(depth: rows, columns: inputs)
        hiddenBackward = PackedMatrix(depth: rows, columns: hidden)
        bias = AlignedBuffer(count: rows)
        hiddenBias = AlignedBuffer(count: rows)
    }

    /// G·H.
    var gateWidth: Int { cell.gates * hidden }

    /// Takes the parameters over; `training` packs what only backward needs too.
    func pack(_ parameters: AlignedBuffer, training: Bool) {
        let base = UnsafePointer(parameters.pointer)
        inputForward.packTransposed(base + offsets.weightInput)
        hiddenForward.packTransposed(base + offsets.weightHidden)
        if training {
            inputBackward.packRows(base + offsets.weightInput)
            hiddenBackward.packRows(base + offsets.weightHidden)
        }
        for row in 0..<gateWidth {
            let (input, hidden) = (base[offsets.biasInput + row], base[offsets.biasHidden + row])
            bias.pointer[row] = cell == .gru ? input : input + hidden
            hiddenBias.pointer[row] = hidden
        }
    }

    /// Where direction's h of a step lies: slot t + 1 of the layer's output `[T + 2, B, D·H]`; slot 0 holds the forward
    /// direction's initial state and slot T + 1 the reverse direction's.
    private func slots(_ step: Int) -> (previous: Int, current: Int) {
        (reverse ? step + 2 : step, step + 1)
    }

    /// Runs the layer over a window.
    ///
    /// - Parameters:
    ///   - input: `[T·B, I]`.
    ///   - mask: `[T, B]`, or nil when every step is real.
    ///   - output: `[T + 2, B, D·H]` at this direction's column; row length `width`.
    ///   - initial, cellInitial: `[B, H]`, replaced by the state after the last step that the direction takes.
    func forward(
        _ activations: LayerActivations, input: UnsafePointer<Float>, mask: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>, width: Int, steps: Int, batch: Int, initial: UnsafeMutablePointer<Float>,
        cellInitial: UnsafeMutablePointer<Float>?, scratch: AlignedBuffer
    ) {
        let kernels = InstructionSet.kernels
        let (rows, z) = (gateWidth, activations.gates.pointer)
        Product.multiply(
            rows: steps * batch, input, rowStride: inputs, by: inputForward, start: .bias(bias.pointer), into: z, ldc: rows,
            scratch: scratch)
        let plane = batch * width
        let first = output + (reverse ? (steps + 1) * plane : 0)
        for row in 0..<batch { (first + row * width).update(from: initial + row * hidden, count: hidden) }
        let cells = activations.cells.pointer
        if let cellInitial {
            (cells + (reverse ? (steps + 1) : 0) * batch * hidden).update(from: cellInitial, count: batch * hidden)
        }
        for turn in 0..<steps {
            let step = reverse ? steps - 1 - turn : turn
            let slot = slots(step)
            let (previous, current) = (output + slot.previous * plane, output + slot.current * plane)
            let (zt, maskt) = (z + step * batch * rows, mask.map { $0 + step * batch })
            switch cell {
            case .lstm:
                Product.multiply(
                    rows: batch, previous, rowStride: width, by: hiddenForward, start: .accumulate, into: zt, ldc: rows,
                    scratch: scratch)
                kernels.lstm_forward(
                    batch, hidden, zt, maskt, cells + slot.previous * batch * hidden, previous,
                    cells + slot.current * batch * hidden, activations.cellTanh.pointer + step * batch * hidden, current, width)
            case .gru:
                let zh = activations.hiddenGates.pointer + step * batch * rows
                Product.multiply(
                    rows: batch, previous, rowStride: width, by: hiddenForward, start: .bias(hiddenBias.pointer), into: zh,
                    ldc: rows, scratch: scratch)
                kernels.gru_forward(batch, hidden, zt, zh, maskt, previous, current, width)
            case .rnn:
                Product.multiply(
                    rows: batch, previous, rowStride: width, by: hiddenForward, start: .accumulate, into: zt, ldc: rows,
                    scratch: scratch)
                kernels.rnn_forward(batch, hidden, zt, activation.code, maskt, previous, current, width)
            }
        }
        let last = output + slots(reverse ? 0 : steps - 1).current * plane
        for row in 0..<batch { (initial + row * hidden).update(from: last + row * width, count: hidden) }
        if let cellInitial {
            cellInitial.update(from: cells + slots(reverse ? 0 : steps - 1).current * batch * hidden, count: batch * hidden)
        }
    }

    /// Gradients of a window that `forward` has just run; each is added.
    ///
    /// - Parameters:
    ///   - outputGradient: `[T, B, D·H]` at this direction's column: dL/dh_t from above.
    ///   - inputGradient: `[T·B, I]` or nil; `.zero` start replaces, `.accumulate` adds (the second direction).
    func backward(
        _ activations: LayerActivations, input: UnsafePointer<Float>, mask: UnsafePointer<Float>?,
        output: UnsafePointer<Float>, width: Int, steps: Int, batch: Int, outputGradient: UnsafePointer<Float>,
        inputGradient: UnsafeMutablePointer<Float>?, inputStart: Product.Start, gradients: AlignedBuffer,
        panels: AlignedBuffer, scratch: AlignedBuffer
    ) {
        activations.hiddenGradient.pointer.update(repeating: 0, count: batch * hidden)
        activations.cellGradient.pointer.update(repeating: 0, count: batch * hidden)
        backwardStates(
            activations, mask: mask, output: output, width: width, steps: steps, batch: batch, outputGradient: outputGradient,
            inputGradient: inputGradient, inputStart: inputStart, scratch: scratch)
        weightGradients(
            activations, input: input, output: output, width: width, steps: steps, batch: batch, gradients: gradients,
            panels: panels, scratch: scratch)
    }

    /// The part of `backward` that walks the steps: dZ, and the gradients of input and state.
    ///
    /// The activations' `hiddenGradient` and `cellGradient` hold dL/dh and dL/dc of the state after the window, and are
    /// replaced by those of the state before it.
    func backwardStates(
        _ activations: LayerActivations, mask: UnsafePointer<Float>?, output: UnsafePointer<Float>, width: Int, steps: Int,
        batch: Int, outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>?,
        inputStart: Product.Start, scratch: AlignedBuffer
    ) {
        let kernels = InstructionSet.kernels
        let (rows, count) = (gateWidth, batch * hidden)
        let dz = activations.gateGradients.pointer
        let dzh = cell == .gru ? activations.hiddenGateGradients.pointer : dz
        let (dh, dc) = (activations.hiddenGradient.pointer, activations.cellGradient.pointer)
        let cells = activations.cells.pointer
        for turn in 0..<steps {
            let step = reverse ? turn : steps - 1 - turn
            let slot = slots(step)
            kernels.add_matrix(batch, hidden, outputGradient + step * batch * width, width, dh, hidden)
            activations.observe?(step, UnsafeBufferPointer(start: dh, count: count))
            let previous = output + slot.previous * batch * width
            let (gates, maskt) = (activations.gates.pointer + step * batch * rows, mask.map { $0 + step * batch })
            let dzt = dz + step * batch * rows
            switch cell {
            case .lstm:
                kernels.lstm_backward(
                    batch, hidden, gates, maskt, cells + slot.previous * count,
                    activations.cellTanh.pointer + step * count, dh, dc, dzt)
            case .gru:
                kernels.gru_backward(
                    batch, hidden, gates, activations.hiddenGates.pointer + step * batch * rows, maskt, previous, width, dh,
                    dzt, dzh + step * batch * rows)
            case .rnn:
                kernels.rnn_backward(
                    batch, hidden, output + slot.current * batch * width, width, activation.code, maskt, dh, dzt)
            }
            Product.multiply(
                rows: batch, dzh + step * batch * rows, rowStride: rows, by: hiddenBackward, start: .accumulate, into: dh,
                ldc: hidden, scratch: scratch)
        }
        if let inputGradient {
            Product.multiply(
                rows: steps * batch, dz, rowStride: rows, by: inputBackward, start: inputStart, into: inputGradient,
                ldc: inputs, scratch: scratch)
        }
    }

    /// The part of `backward` that adds the gradients of the parameters, from dZ of all steps.
    func weightGradients(
        _ activations: LayerActivations, input: UnsafePointer<Float>, output: UnsafePointer<Float>, width: Int, steps: Int,
        batch: Int, gradients: AlignedBuffer, panels: AlignedBuffer, scratch: AlignedBuffer
    ) {
        let kernels = InstructionSet.kernels
        let rows = gateWidth
        let dz = activations.gateGradients.pointer
        let dzh = cell == .gru ? activations.hiddenGateGradients.pointer : dz
        let grads = gradients.pointer
        Product.accumulateTransposed(
            depth: steps * batch, dz, rows: rows, lda: rows, input, columns: inputs, ldb: inputs,
            into: grads + offsets.weightInput, ldc: inputs, panels: panels, scratch: scratch)
        Product.accumulateTransposed(
            depth: steps * batch, dzh, rows: rows, lda: rows, output + slots(0).previous * batch * width, columns: hidden,
            ldb: width, into: grads + offsets.weightHidden, ldc: hidden, panels: panels, scratch: scratch)
        kernels.add_rows(steps * batch, rows, dz, grads + offsets.biasInput)
        kernels.add_rows(steps * batch, rows, dzh, grads + offsets.biasHidden)
    }

    /// One step of R rows: `state` is replaced in place.
    ///
    /// - Parameters:
    ///   - input: `[R, I]`. - gates: `[R, G·H]` scratch. - extra: `[R, max(G·H, H)]` scratch.
    func step(
        rows count: Int, input: UnsafePointer<Float>, state: UnsafeMutablePointer<Float>,
        cellState: UnsafeMutablePointer<Float>?, gates: UnsafeMutablePointer<Float>, extra: UnsafeMutablePointer<Float>,
        scratch: AlignedBuffer
    ) {
        let kernels = InstructionSet.kernels
        let rows = gateWidth
        Product.multiply(
            rows: count, input, rowStride: inputs, by: inputForward, start: .bias(bias.pointer), into: gates, ldc: rows,
            scratch: scratch)
        if cell == .gru {
            Product.multiply(
                rows: count, state, rowStride: hidden, by: hiddenForward, start: .bias(hiddenBias.pointer), into: extra,
                ldc: rows, scratch: scratch)
            kernels.gru_forward(count, hidden, gates, extra, nil, state, state, hidden)
            return
        }
        Product.multiply(
            rows: count, state, rowStride: hidden, by: hiddenForward, start: .accumulate, into: gates, ldc: rows,
            scratch: scratch)
        if let cellState {
            kernels.lstm_forward(count, hidden, gates, nil, cellState, state, cellState, extra, state, hidden)
        } else {
            kernels.rnn_forward(count, hidden, gates, activation.code, nil, state, state, hidden)
        }
    }
}
