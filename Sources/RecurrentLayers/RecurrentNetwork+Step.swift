import CKernels
import Kernels

extension RecurrentNetwork {
    /// Advances R rows by one step: reads `inputs` or `tokens`, replaces `state` and `outputs`.
    ///
    /// The same multiply-add chains as `forward`: a row has the same bytes as in a window, alone or in company, and
    /// whether or not the network's pool shares the work.
    ///
    /// - Precondition: the network runs forward only.
    /// - Complexity: 2·R·(Σ_l G·H·(I_l + S) + S·O) floating-point operations; nothing is allocated.
    package func step(_ s: StepBatch) {
        precondition(!settings.bidirectional, "a bidirectional network has no next step")
        precondition(s.rows > 0 && s.rows <= s.rowsMax, "\(s.rows) rows in a batch for \(s.rowsMax)")
        if inputTables.isEmpty { embed(s.tokens, rows: s.rows, into: s.embedded.pointer) }
        var input = UnsafePointer(s.embedded.pointer)
        for (layer, directions) in layers.enumerated() {
            let hidden = s.state.hidden[layer].pointer
            directions[0].step(
                rows: s.rows,
                input: self.input(ofLayer: layer, direction: 0, symbols: s.tokens, rows: input, training: false),
                state: hidden, cellState: settings.cell == .lstm ? s.state.cell[layer].pointer : nil, s.activations,
                pool: pool,
                scratch: s.scratch)
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
        readHead(input, rows: s.rows, into: s.outputs, scratch: s.scratch)
    }

    /// The head's outputs `[R, O]` of the top layer's rows `[R, D·S]`, with the pool's help where there are many.
    func readHead(
        _ top: UnsafePointer<Float>, rows: Int, into outputs: UnsafeMutablePointer<Float>, scratch: AlignedBuffer
    ) {
        let bias = Product.Start.bias(parameters.pointer + layout.headBias)
        let parts = StepParts(
            pool: pool, columns: settings.outputs, multiplications: rows * settings.width * settings.outputs)
        guard let pool, parts.count > 1 else {
            return Product.multiply(
                rows: rows, top, rowStride: settings.width, by: headForward, start: bias, into: outputs,
                ldc: settings.outputs,
                scratch: scratch)
        }
        pool.forEachIfFree(parts.count) { part in
            Product.multiply(
                rows: rows, top, rowStride: settings.width, by: headForward, columns: parts[part], start: bias,
                into: outputs,
                ldc: settings.outputs, scratch: scratch)
        }
    }
}
