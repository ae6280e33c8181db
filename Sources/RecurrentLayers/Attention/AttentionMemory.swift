import Kernels

/// What queries attend to: the outputs of an encoder over N padded sources, their keys, and where they end.
final class AttentionMemory {
    /// W, the width of a value.
    let width: Int
    let positions: PositionMask
    /// `[S, N, W]`, in the encoder's buffers.
    private(set) var values: UnsafePointer<Float>
    /// `[S, N, keyWidth]`, where the keys are not the values.
    let ownKeys: AlignedBuffer
    let ownKeyGradients: AlignedBuffer
    private let valueGradientBuffer: AlignedBuffer

    /// - Parameter keyWidth: 0 where the keys are the values, or nobody attends.
    init(width: Int, keyWidth: Int, stepsMax: Int, rowsMax: Int, training: Bool) {
        self.width = width
        let count = stepsMax * rowsMax
        positions = PositionMask(stepsMax: stepsMax, rowsMax: rowsMax)
        ownKeys = AlignedBuffer(count: count * keyWidth)
        ownKeyGradients = AlignedBuffer(count: training ? count * keyWidth : 0)
        valueGradientBuffer = AlignedBuffer(count: training ? count * width : 0)
        values = UnsafePointer(ownKeys.pointer)
    }

    /// Takes over new sources.
    ///
    /// - Parameters:
    ///   - values: `[S, N, W]`, alive as long as they are attended to. - mask: `[S, N]`.
    func begin(values: UnsafePointer<Float>, mask: UnsafePointer<Float>, steps: Int, rows: Int) {
        self.values = values
        positions.begin(mask: mask, steps: steps, rows: rows)
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
    /// `[S, N, W]`
    var valueGradients: UnsafeMutablePointer<Float> { valueGradientBuffer.pointer }
}
