import CKernels
import Kernels

/// One vector from the outputs of a whole sequence.
enum SequencePool {
    /// The last valid step.
    case last
    /// The mean over the valid steps.
    case mean

    /// Shares `[T]` of each step of a row in its vector; all zero for a row without a valid step.
    private func shares(_ mask: UnsafePointer<Float>, steps: Int, rows: Int, row: Int) -> [Float] {
        let valid = (0..<steps).filter { mask[$0 * rows + row] != 0 }
        var shares = [Float](repeating: 0, count: steps)
        switch self {
        case .last: if let last = valid.last { shares[last] = 1 }
        case .mean: for step in valid { shares[step] = 1 / Float(valid.count) }
        }
        return shares
    }

    /// y `[B, M]` of x `[T, B, M]`.
    func forward(
        _ x: UnsafePointer<Float>, mask: UnsafePointer<Float>, steps: Int, rows: Int, width: Int,
        into y: UnsafeMutablePointer<Float>
    ) {
        y.update(repeating: 0, count: rows * width)
        for row in 0..<rows {
            InstructionSet.kernels.attention.weighted_rows(
                steps, width, shares(mask, steps: steps, rows: rows, row: row), x + row * width, rows * width,
                y + row * width)
        }
    }

    /// Adds dL/dx `[T, B, M]` of dL/dy `[B, M]`.
    func backward(
        _ dy: UnsafePointer<Float>, mask: UnsafePointer<Float>, steps: Int, rows: Int, width: Int,
        into dx: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<rows {
            InstructionSet.kernels.attention.add_outer(
                steps, width, shares(mask, steps: steps, rows: rows, row: row), dy + row * width, dx + row * width,
                rows * width)
        }
    }
}
