import CKernels
import Kernels

extension RecurrentNetwork {
    /// Advances R rows by one step: reads `inputs` or `tokens`, replaces `state` and `outputs`.
    ///
    /// The same multiply-add chains as `forward`: a row has the same bytes as in a window, alone or in company.
    ///
    /// - Precondition: the network runs forward only.
    /// - Complexity: 2·R·(Σ_l G·H·(I_l + S) + S·O) floating-point operations; nothing is allocated.
    package func step(_ s: StepBatch) {
        precondition(!settings.bidirectional, "a bidirectional network has no next step")
        precondition(s.rows > 0 && s.rows <= s.rowsMax, "\(s.rows) rows in a batch for \(s.rowsMax)")
        embed(s.tokens, rows: s.rows, into: s.embedded.pointer)
        var input = UnsafePointer(s.embedded.pointer)
        for (layer, directions) in layers.enumerated() {
            let hidden = s.state.hidden[layer].pointer
            directions[0].step(
                rows: s.rows, input: input, state: hidden,
                cellState: settings.cell == .lstm ? s.state.cell[layer].pointer : nil, s.activations, scratch: s.scratch)
            guard settings.isResidual(layer) else {
                input = UnsafePointer(hidden)
                continue
            }
            // Layer l's input is in one of two buffers; its sum with h goes to the other.
            let mixed = s.mixed[layer % 2].pointer
            mixed.update(from: hidden, count: s.rows * settings.width)
            InstructionSet.kernels.add(s.rows * settings.width, input, mixed)
            input = UnsafePointer(mixed)
        }
        Product.multiply(
            rows: s.rows, input, rowStride: settings.width, by: headForward,
            start: .bias(parameters.pointer + layout.headBias), into: s.outputs, ldc: settings.outputs, scratch: s.scratch)
    }
}
