import Kernels

/// The last states of a window, which a `lastStep` readout hands to the head.
///
/// The forward direction ends at step T − 1 (a padded step has carried the last valid state there), the reverse at 0.
struct LastStep {
    /// S and D.
    private let stateWidth: Int
    private let directions: Int
    /// `[B, D·S]`, and its gradient.
    private let values: AlignedBuffer
    private let gradient: AlignedBuffer

    init(_ settings: NetworkSettings, batchMax: Int, training: Bool) {
        (stateWidth, directions) = (settings.stateWidth, settings.directions)
        values = AlignedBuffer(count: batchMax * settings.width)
        gradient = AlignedBuffer(count: training ? batchMax * settings.width : 0)
    }

    func rows(batch: Int) -> Matrix { values.matrix(rows: batch, columns: directions * stateWidth) }
    func gradientRows(batch: Int) -> Matrix { gradient.matrix(rows: batch, columns: directions * stateWidth) }

    /// The rows of `top` `[T·B, D·S]` at which a direction ends.
    private func ends(_ direction: Int, of top: Matrix, steps: Int, batch: Int) -> Matrix {
        top.rows(from: direction == 0 ? (steps - 1) * batch : 0, count: batch).columns(
            from: direction * stateWidth, count: stateWidth)
    }

    /// Gathers the ends `[B, D·S]`.
    func forward(_ top: Matrix, steps: Int, batch: Int) -> Matrix {
        let rows = rows(batch: batch)
        for direction in 0..<directions {
            rows.columns(from: direction * stateWidth, count: stateWidth).assign(
                ends(direction, of: top, steps: steps, batch: batch))
        }
        return rows
    }

    /// From dL/d(ends) `[B, D·S]` to dL/d(top) `[T·B, D·S]`, replaced.
    func backward(_ d: Matrix, into target: Matrix, steps: Int, batch: Int) {
        target.zero()
        for direction in 0..<directions {
            ends(direction, of: target, steps: steps, batch: batch).assign(
                d.columns(from: direction * stateWidth, count: stateWidth))
        }
    }
}
