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
        gain.all.assign(parameters.vector(from: gainOffset, count: columns.count))
    }

    private func part(_ rows: Matrix) -> Matrix { rows.columns(from: columns.lowerBound, count: columns.count) }

    /// Normalises rows of `a` from row `first` on, in place, and writes them scaled to `y` `[rows, G·H]`.
    ///
    /// - Parameter bias: `[G·H]` that starts y; nil adds to what y holds.
    func forward(_ a: NormActivations, first: Int, group: Int, bias: Vector?, into y: Matrix) {
        part(a.rows(from: first, count: y.rows)).normalise(
            gain: gain.all, bias: bias?.elements(from: columns.lowerBound, count: columns.count), into: part(y),
            inverse: a.inverse[group].vector(from: first, count: y.rows))
    }

    /// Replaces the normalised rows of `a` by dL/dx, given dL/dy `[rows, G·H]`, and adds the gradient of the gain.
    func backward(_ a: NormActivations, first: Int, group: Int, gradient dy: Matrix, gradients: AlignedBuffer) {
        part(a.rows(from: first, count: dy.rows)).normaliseBackward(
            gain: gain.all, gradient: part(dy), inverse: a.inverse[group].vector(from: first, count: dy.rows),
            gainGradient: gradients.vector(from: gainOffset, count: columns.count))
    }
}

/// What a normalised product keeps of a window.
final class NormActivations {
    /// `[T, B, G·H]`: the product, then normalised, then in backward its gradient.
    private let values: AlignedBuffer
    private let width: Int
    /// By group, `[T, B]`: 1 / √(variance + ε).
    let inverse: [AlignedBuffer]

    init(groups: Int, rows: Int, width: Int) {
        self.width = width
        values = AlignedBuffer(count: groups > 0 ? rows * width : 0)
        inverse = (0..<groups).map { _ in AlignedBuffer(count: rows) }
    }

    /// `count` rows `[count, G·H]` from row `first` of the window on.
    func rows(from first: Int, count: Int) -> Matrix { values.matrix(from: first, rows: count, columns: width) }
}
