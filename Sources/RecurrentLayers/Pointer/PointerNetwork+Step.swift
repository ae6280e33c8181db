import Kernels

extension PointerNetwork {
    /// Advances R answers by one position: reads `previous` (and marks it as chosen), replaces the states and
    /// `logProbabilities`.
    ///
    /// - Parameter source: the batch, encoded, that the rows were started with.
    package func step(_ d: PointerDecoderBatch, _ source: SourceBatch) {
        precondition(d.rows > 0 && d.rows <= d.rowsMax, "\(d.rows) rows in a batch for \(d.rowsMax)")
        precondition(
            source.steps <= d.sourceStepsMax, "a source of \(source.steps) steps in a batch for \(d.sourceStepsMax)")
        let (rows, positions, state) = (d.rows, 1 + source.steps, d.state)
        let (input, used) = (d.input.matrix(rows: rows, columns: encoder.embedding.width), state.carried)
        for row in 0..<rows {
            let previous = Int(d.previous[row])
            input[row].assign(choice(previous, source, row: state.sources[row]))
            if previous >= 0 { used[row, previous] = 1 }
        }
        let top = decoder.step(.rows(input), state: state.layers, rows: rows, state.scratch)
        let queries = pointer.project(
            top, into: d.queries.matrix(rows: rows, columns: settings.attentionWidth), scratch: state.scratch.scratch)
        let (targets, allowed) = (
            d.scores.matrix(rows: rows, columns: positions), d.allowed.vector(count: positions)
        )
        for row in 0..<rows {
            scores(
                queries[row], source, row: state.sources[row], used: used[row], into: targets[row], allowed: allowed)
            for position in 0..<positions where allowed[position] == 0 { targets[row, position] = -.infinity }
        }
        LogSoftmax.replace(targets)
    }
}
