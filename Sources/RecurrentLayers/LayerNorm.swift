import CKernels
import Kernels

/// Layer normalisation (Ba, Kiros & Hinton 2016) of columns `first ..< first + count` of rows of gates:
/// y = gain ⊙ (x − mean) / √(variance + ε), plus a bias that the caller keeps.
struct LayerNorm {
    let columns: Range<Int>
    /// Where the gain lies among the parameters, and in their gradients.
    let gainOffset: Int
    /// `[count]`
    let gain: AlignedBuffer

    /// - Parameter gainOffset: of the gain of all gates; a group has its part.
    init(columns: Range<Int>, gainOffset: Int) {
        self.columns = columns
        self.gainOffset = gainOffset + columns.lowerBound
        gain = AlignedBuffer(count: columns.count)
    }

    func pack(_ parameters: AlignedBuffer) {
        gain.pointer.update(from: parameters.pointer + gainOffset, count: columns.count)
    }

    /// Normalises rows of `a` from row `first` on, in place, and writes them scaled to `y` `[rows, G·H]`.
    ///
    /// - Parameters:
    ///   - bias: `[G·H]` that starts y; nil adds to what y holds. - rowLength: G·H.
    func forward(
        rows: Int, first: Int, _ a: NormActivations, group: Int, bias: UnsafePointer<Float>?,
        into y: UnsafeMutablePointer<Float>,
        rowLength: Int
    ) {
        let column = columns.lowerBound
        InstructionSet.kernels.layer_norm_forward(
            rows, columns.count, a.values.pointer + first * rowLength + column, gain.pointer, bias.map { $0 + column },
            y + column,
            rowLength, a.inverse[group].pointer + first)
    }

    /// Replaces the normalised rows of `a` by dL/dx, given dL/dy `[rows, G·H]`, and adds the gradient of the gain.
    func backward(
        rows: Int, first: Int, _ a: NormActivations, group: Int, gradient dy: UnsafePointer<Float>, rowLength: Int,
        gradients: AlignedBuffer
    ) {
        let column = columns.lowerBound
        InstructionSet.kernels.layer_norm_backward(
            rows, columns.count, dy + column, gain.pointer, a.inverse[group].pointer + first,
            a.values.pointer + first * rowLength + column, rowLength, gradients.pointer + gainOffset)
    }
}

/// What a normalised product keeps of a window.
final class NormActivations {
    /// `[T, B, G·H]`: the product, then normalised, then in backward its gradient.
    let values: AlignedBuffer
    /// By group, `[T, B]`: 1 / √(variance + ε).
    let inverse: [AlignedBuffer]

    init(groups: Int, rows: Int, width: Int) {
        values = AlignedBuffer(count: groups > 0 ? rows * width : 0)
        inverse = (0..<groups).map { _ in AlignedBuffer(count: rows) }
    }
}
