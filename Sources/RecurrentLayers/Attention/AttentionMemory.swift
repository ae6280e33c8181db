import Kernels

/// What queries attend to: the outputs of an encoder over N padded sources, their keys, and where they end.
final class AttentionMemory {
    /// W, the width of a value.
    let width: Int
    let positions: PositionMask
    /// `[S, N, W]`, in the encoder's buffers.
    private var values: Matrix
    /// `[S, N, keyWidth]`, where the keys are not the values.
    private let ownKeys: AlignedBuffer
    private let ownKeyGradients: AlignedBuffer
    private let keyWidth: Int
    private let valueGradientBuffer: AlignedBuffer

    /// - Parameter keyWidth: 0 where the keys are the values, or nobody attends.
    init(width: Int, keyWidth: Int, stepsMax: Int, rowsMax: Int, training: Bool) {
        (self.width, self.keyWidth) = (width, keyWidth)
        let count = stepsMax * rowsMax
        positions = PositionMask(stepsMax: stepsMax, rowsMax: rowsMax)
        ownKeys = AlignedBuffer(count: count * keyWidth)
        ownKeyGradients = AlignedBuffer(count: training ? count * keyWidth : 0)
        valueGradientBuffer = AlignedBuffer(count: training ? count * width : 0)
        values = valueGradientBuffer.matrix(rows: 0, columns: width)
    }

    /// Takes over new sources.
    ///
    /// - Parameters:
    ///   - values: `[S·N, W]`, alive as long as they are attended to. - mask: `[S, N]`.
    func begin(values: Matrix, mask: Matrix) {
        self.values = values
        positions.begin(mask: mask)
    }

    func clearGradients() {
        valueGradientBuffer.zero()
        ownKeyGradients.zero()
    }

    /// S and N.
    var steps: Int { positions.steps }
    var rows: Int { positions.rows }
    /// `[N]`: positions up to the last real one.
    var lengths: [Int] { positions.lengths }
    /// `[S·N, W]`, and their gradients.
    var allValues: Matrix { values }
    var allValueGradients: Matrix { valueGradientBuffer.matrix(rows: steps * rows, columns: width) }
    /// `[S·N, keyWidth]` of keys that are not the values, and their gradients.
    var allKeys: Matrix { ownKeys.matrix(rows: steps * rows, columns: keyWidth) }
    var allKeyGradients: Matrix { ownKeyGradients.matrix(rows: steps * rows, columns: keyWidth) }

    /// The positions of one source that count `[lengths[row], ·]`, of one of the above.
    func source(_ row: Int, of all: Matrix) -> Matrix { all.rows(from: row, by: rows, count: lengths[row]) }
}
