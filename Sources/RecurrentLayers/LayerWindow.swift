import Kernels

/// One direction of one layer at work in a window: what forward and backward read and write beside the layer's input.
///
/// It covers the whole window or, after `steps(from:count:)`, some steps of it; mask, output and activations are always
/// the whole window's.
struct LayerWindow {
    /// T of the whole window, and B.
    let steps: Int
    let batch: Int
    /// `[T·B]`, 1 for a real step; nil when every step is real.
    let mask: Vector?
    /// h of every step in its slot `[(T + 2)·B, S]`: this direction's columns of the layer's output.
    let output: Matrix
    let activations: LayerActivations
    /// h `[B, S]` before the first of the steps, replaced by that after the last that the direction takes.
    let hidden: Matrix
    /// c `[B, H]` likewise; without columns for a cell that has none.
    let cell: Matrix
    /// Names the draw of recurrent dropout; nil: none.
    var dropoutKey: UInt64?
    let scratch: AlignedBuffer
    /// The steps at hand: `count` of them from `first` on.
    private(set) var first = 0
    private(set) var count: Int

    init(
        steps: Int, batch: Int, mask: Vector?, output: Matrix, activations: LayerActivations, hidden: Matrix,
        cell: Matrix, scratch: AlignedBuffer
    ) {
        (self.steps, self.batch, self.mask, self.output, count) = (steps, batch, mask, output, steps)
        (self.activations, self.hidden, self.cell, self.scratch) = (activations, hidden, cell, scratch)
    }

    /// Only `count` steps, from step `first` of the window on.
    func steps(from first: Int, count: Int) -> LayerWindow {
        assert(first >= 0 && count > 0 && first + count <= steps, "steps \(first) + \(count) of \(steps)")
        var part = self
        (part.first, part.count) = (first, count)
        return part
    }

    /// The first row of the activations of the steps at hand, and how many rows they are.
    var firstRow: Int { first * batch }
    var rows: Int { count * batch }

    /// The slot's rows of the output.
    func slot(_ index: Int) -> Matrix { output.rows(from: index * batch, count: batch) }
}

/// The gradients of a layer over the steps of a `LayerWindow`.
struct LayerWindowGradients {
    /// `[count·B, S]`: dL/dh_t from above.
    let output: Matrix
    /// `[count·B, I]`: dL/dx, nil where nobody asks; `start` says whether it is replaced or added to, as by the second
    /// direction.
    let input: Matrix?
    var start = Product.Start.zero
    /// Of all parameters, to be added to.
    let parameters: AlignedBuffer
}
