import Kernels

extension RecurrentNetwork {
    /// Floats of the state of one row.
    package var stateValuesPerRow: Int { RecurrentState.valuesPerRow(settings) }

    /// Rows by bytes of weights of a step that is worth sharing while clients keep the processors busy: 8 Mi
    /// multiplications, some 200 µs.
    private static let companySizeBytesMin = 8 << 22

    /// Advances R rows by one step: reads `inputs` or `tokens`, replaces `state` and `outputs`.
    ///
    /// The same multiply-add chains as `forward`: a row has the same bytes as in a window, alone or in company, and
    /// whether or not the network's pool shares the work.
    ///
    /// - Parameters:
    ///   - answering: the first rows, whose outputs are wanted; those of the others stay as they are.
    ///   - inCompany: the other processors have requests to serve, or no more steps are to come: only a step that takes
    ///     long is shared with the pool.
    /// - Precondition: the network runs forward only.
    /// - Complexity: 2·R·Σ_l G·H·(I_l + S) + 2·answering·S·O floating-point operations; nothing is allocated.
    package func step(_ s: StepBatch, answering: Int, inCompany: Bool = false) {
        precondition(!settings.bidirectional, "a bidirectional network has no next step")
        precondition(s.rows > 0 && s.rows <= s.rowsMax, "\(s.rows) rows in a batch for \(s.rowsMax)")
        precondition(answering >= 0 && answering <= s.rows, "\(answering) answers of \(s.rows) rows")
        let isShared = !inCompany || s.rows * stepWeightsSizeBytes >= Self.companySizeBytesMin
        let pool = isShared ? pool : nil
        let (raw, embedded) = (s.input.raw(s.rows), s.input.embedded(s.rows))
        if inputTables.isEmpty { embedding.forward(parameters, raw, into: embedded) }
        let top = stack.step(
            input(raw.symbols, embedded: embedded, training: false), state: s.state, rows: s.rows, s.scratch, pool: pool
        )
        guard answering > 0 else { return }
        head.forward(
            top.rows(from: 0, count: answering),
            into: s.outputBuffer.matrix(rows: answering, columns: settings.outputs), pool: pool,
            scratch: s.scratch.scratch)
    }

    /// The same with the outputs of all rows.
    package func step(_ s: StepBatch) { step(s, answering: s.rows) }
}
