import Kernels

/// One vector from the outputs of a whole sequence.
enum SequencePool {
    /// The last valid step.
    case last
    /// The mean over the valid steps.
    case mean

    /// Shows the shares `[T]` of each step of a row in its vector; all zero for a row without a valid step.
    private func withShares(_ mask: Matrix, row: Int, _ body: (Vector) -> Void) {
        let valid = (0..<mask.rows).filter { mask[$0, row] != 0 }
        let shares = AlignedBuffer(count: mask.rows)
        switch self {
        case .last: if let last = valid.last { shares[last] = 1 }
        case .mean: for step in valid { shares[step] = 1 / Float(valid.count) }
        }
        withExtendedLifetime(shares) { body(shares.all) }
    }

    /// y `[B, M]` of x `[T·B, M]`; the mask is `[T, B]`.
    func forward(_ x: Matrix, mask: Matrix, into y: Matrix) {
        y.zero()
        for row in 0..<y.rows {
            withShares(mask, row: row) {
                AttentionKernels.addWeightedRows(
                    $0, x.rows(from: row, by: y.rows, count: mask.rows), into: y[row])
            }
        }
    }

    /// Adds dL/dx `[T·B, M]` of dL/dy `[B, M]`.
    func backward(_ dy: Matrix, mask: Matrix, into dx: Matrix) {
        for row in 0..<dy.rows {
            withShares(mask, row: row) {
                AttentionKernels.addOuter(
                    $0, dy[row], into: dx.rows(from: row, by: dy.rows, count: mask.rows))
            }
        }
    }
}
