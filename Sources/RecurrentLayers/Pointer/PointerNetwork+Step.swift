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
        let (rows, inputs, positions, state) = (d.rows, encoder.embedding.width, 1 + source.steps, d.state)
        for row in 0..<rows {
            let (previous, used) = (d.previous[row], state.carried.pointer + row * state.carriedWidth)
            (d.input.pointer + row * inputs).update(
                from: choice(previous, source, row: state.sources[row]), count: inputs)
            if previous >= 0 { used[Int(previous)] = 1 }
        }
        let top = decoder.step(
            rows: rows, input: d.input.pointer, state: state.layers, state.activations, scratch: state.scratch)
        let queries = pointer.project(rows: rows, top, into: d.queries.pointer, scratch: state.scratch)
        for row in 0..<rows {
            let target = d.logProbabilities + row * positions
            scores(
                queries + row * settings.attentionWidth, source, row: state.sources[row],
                used: state.carried.pointer + row * state.carriedWidth, into: target, allowed: d.allowed.pointer)
            for position in 0..<positions where d.allowed.pointer[position] == 0 { target[position] = -.infinity }
        }
        LogSoftmax.replace(d.logProbabilities, rows: rows, classes: positions)
    }
}
