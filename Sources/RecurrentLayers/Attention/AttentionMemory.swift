import Kernels

/// What queries attend to: the outputs of an encoder over N padded sources, their keys, and where they end.
final class AttentionMemory {
    /// W, the width of a value.
    let width: Int
    /// S and N of the sources at hand.
    private(set) var steps = 0
    private(set) var rows = 0
    /// `[N]`: positions up to the last real one.
    private(set) var lengths: [Int]
    /// `[S, N, W]`, in the encoder's buffers.
    private(set) var values: UnsafePointer<Float>
    /// `[S, N, keyWidth]`, where the keys are not the values.
    let ownKeys: AlignedBuffer
    let ownKeyGradients: AlignedBuffer
    private let valueGradientBuffer: AlignedBuffer
    /// `[N, S]`, 1 for a real position.
    private let masks: AlignedBuffer
    private var hasHoles: [Bool]

    /// - Parameter keyWidth: 0 where the keys are the values, or nobody attends.
    init(width: Int, keyWidth: Int, stepsMax: Int, rowsMax: Int, training: Bool) {
        self.width = width
        let count = stepsMax * rowsMax
        lengths = [Int](repeating: 0, count: rowsMax)
        hasHoles = [Bool](repeating: false, count: rowsMax)
        ownKeys = AlignedBuffer(count: count * keyWidth)
        ownKeyGradients = AlignedBuffer(count: training ? count * keyWidth : 0)
        valueGradientBuffer = AlignedBuffer(count: training ? count * width : 0)
        masks = AlignedBuffer(count: count)
        values = UnsafePointer(ownKeys.pointer)
    }

    /// Takes over new sources; clears the gradients.
    ///
    /// - Parameters:
    ///   - values: `[S, N, W]`, alive as long as they are attended to. - mask: `[S, N]`.
    func begin(values: UnsafePointer<Float>, mask: UnsafePointer<Float>, steps: Int, rows: Int) {
        self.values = values
        self.steps = steps
        self.rows = rows
        for row in 0..<rows {
            var (length, count) = (0, 0)
            for step in 0..<steps {
                let value = mask[step * rows + row]
                masks.pointer[row * steps + step] = value
                if value != 0 { (length, count) = (step + 1, count + 1) }
            }
            lengths[row] = length
            hasHoles[row] = count < length
        }
    }

    func clearGradients() {
        valueGradientBuffer.zero()
        ownKeyGradients.zero()
    }

    /// `[S, N, W]`
    var valueGradients: UnsafeMutablePointer<Float> { valueGradientBuffer.pointer }

    /// The mask of a row's positions up to its length, or nil when all of them are real.
    func mask(_ row: Int) -> UnsafePointer<Float>? { hasHoles[row] ? UnsafePointer(masks.pointer + row * steps) : nil }
}
