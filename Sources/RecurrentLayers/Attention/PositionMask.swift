import Kernels

/// Which positions of N padded sequences can be attended to, sequence by sequence.
final class PositionMask {
    /// S and N of the sequences at hand.
    private(set) var steps = 0
    private(set) var rows = 0
    /// `[N]`: positions up to the last real one.
    private(set) var lengths: [Int]
    /// `[N, S]`, 1 for a real position.
    private let masks: AlignedBuffer
    private var hasHoles: [Bool]

    init(stepsMax: Int, rowsMax: Int) {
        lengths = [Int](repeating: 0, count: rowsMax)
        hasHoles = [Bool](repeating: false, count: rowsMax)
        masks = AlignedBuffer(count: stepsMax * rowsMax)
    }

    /// - Parameter mask: `[S, N]`, 1 for a real position.
    func begin(mask: Matrix) {
        (steps, rows) = (mask.rows, mask.columns)
        let masks = masks.matrix(rows: rows, columns: steps)
        for row in 0..<rows {
            var (length, count) = (0, 0)
            for step in 0..<steps {
                let value = mask[step, row]
                masks[row, step] = value
                if value != 0 { (length, count) = (step + 1, count + 1) }
            }
            lengths[row] = length
            hasHoles[row] = count < length
        }
    }

    /// `[S]`, of which the first `lengths[row]` count; nil when all of those are real.
    func mask(_ row: Int) -> Vector? { hasHoles[row] ? masks.vector(from: row * steps, count: steps) : nil }
}
