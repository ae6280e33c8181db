import Kernels

extension TransformerNetwork {
    /// Runs a causal network over a window of one row, and leaves `cache` as if it had stepped through it: the same
    /// bytes.
    ///
    /// - Parameters:
    ///   - w: `inputs` or `tokens` filled, every step real; no outputs are computed, `answer` gives them.
    ///   - cache: replaced.
    /// - Complexity: as `forward`, without the head.
    package func read(_ w: TransformerWorkspace, into cache: KeyValueCache) {
        precondition(settings.causal && w.batch == 1, "\(w.batch) rows, read one by one by a causal network")
        embedding.forward(parameters, w.rawRows, into: w.embeddedRows)
        for step in 0..<w.steps { w.mask[step] = 1 }
        w.stack.positions.begin(mask: w.maskRows)
        cache.reset()
        cache.reserve(w.steps)
        _ = stack.forward(w.stack, w.embeddedRows, training: false, dropoutKey: 0, into: cache)
        cache.advance(by: w.steps)
    }

    /// `[count, O]` of the steps `from ..< from + count` of the window that `read` has just run.
    package func answer(_ w: TransformerWorkspace, from: Int, count: Int, into outputs: UnsafeMutablePointer<Float>) {
        precondition(
            from >= 0 && count > 0 && from + count <= w.steps, "steps \(from) to \(from + count) of \(w.steps)")
        head.forward(
            w.stack.outputRows(w.steps).rows(from: from, count: count),
            into: Matrix(outputs, rows: count, columns: settings.outputs), scratch: w.stack.attention.scratch)
    }
}
