import Kernels

extension TransformerNetwork {
    /// Advances R streams by one step: reads `inputs` or `tokens`, appends to each row's cache, replaces `outputs`.
    ///
    /// The same multiply-add chains as `forward`: a row has the same bytes as in a window, alone or in company.
    ///
    /// - Precondition: the network is causal, and each cache has room for one more step.
    /// - Complexity: 2·R·(L·(4·M² + 2·M·F + 2·t·M) + M·O) floating-point operations at position t.
    package func step(_ s: TransformerStepBatch) {
        precondition(s.rows > 0 && s.rows <= s.rowsMax, "\(s.rows) rows in a batch for \(s.rowsMax)")
        precondition(s.caches.count == s.rows, "\(s.caches.count) caches for \(s.rows) rows")
        for cache in s.caches {
            precondition(
                cache.steps < min(cache.stepsMax, s.stepsMax),
                "step \(cache.steps) of \(min(cache.stepsMax, s.stepsMax))")
        }
        let embedded = s.input.embedded(s.rows)
        embedding.forward(parameters, s.input.raw(s.rows), into: embedded)
        head.forward(
            stack.step(s.stack, embedded, caches: s.caches),
            into: s.outputBuffer.matrix(rows: s.rows, columns: settings.outputs), scratch: s.stack.attention.scratch)
    }
}
