import Kernels

/// One pre-norm block (Vaswani et al. 2017; the norm before each part as Xiong et al. 2020):
///
///     h = x + W_o · attention(norm₁(x)) + b_o          y = h + W_2 φ(W_1 norm₂(h) + b_1) + b_2
///
/// Names and shapes are those of PyTorch's `nn.TransformerEncoderLayer` with `norm_first`.
final class TransformerBlock {
    private let shape: TransformerShape
    private let dropout: Float
    /// Tells this block's draws of dropout from another's.
    private let index: UInt64
    private let norm1: NormLayer
    private let project: DenseLayer
    private let attention: SelfAttention
    private let output: DenseLayer
    private let norm2: NormLayer
    private let widen: DenseLayer
    private let narrow: DenseLayer

    init(_ shape: TransformerShape, index: Int, prefix: String, causal: Bool, dropout: Float, plan: inout ParameterPlan)
    {
        self.shape = shape
        self.dropout = dropout
        self.index = UInt64(index)
        let width = shape.width
        let bound = 1 / Double(width).squareRoot()
        let weight = plan.add("\(prefix).self_attn.in_proj_weight", [3 * width, width], .uniform(bound: bound))
        let bias = plan.add("\(prefix).self_attn.in_proj_bias", [3 * width], .zero)
        project = DenseLayer(inputs: width, outputs: 3 * width, weight: weight, bias: bias)
        attention = SelfAttention(width: width, heads: shape.heads, causal: causal)
        output = plan.addDense("\(prefix).self_attn.out_proj", inputs: width, outputs: width)
        widen = plan.addDense("\(prefix).linear1", inputs: width, outputs: shape.feedForward)
        narrow = plan.addDense("\(prefix).linear2", inputs: shape.feedForward, outputs: width)
        norm1 = NormLayer(width: width, prefix: "\(prefix).norm1", plan: &plan)
        norm2 = NormLayer(width: width, prefix: "\(prefix).norm2", plan: &plan)
    }

    /// What takes the parameters over, in calls that may run at once.
    func packing(_ parameters: AlignedBuffer, training: Bool) -> [() -> Void] {
        [project, output, widen, narrow].flatMap { $0.packing(parameters, training: training) }
            + [norm1, norm2].map { norm in { norm.pack(parameters) } }
    }

    /// What a block keeps of a window for its backward pass; N = T·B rows.
    final class Activations {
        private let shape: TransformerShape
        /// `[N, M]`: norm₁(x), the heads' outputs, h, norm₂(h). `[N, 3M]`: q, k, v.
        private let normal1, attended, middle, normal2, projected: AlignedBuffer
        /// `[N, F]`: before and after φ.
        private let wide, active: AlignedBuffer
        /// `[N, 2]`
        private let statistics1, statistics2: AlignedBuffer

        init(_ shape: TransformerShape, rows: Int) {
            func room(_ width: Int) -> AlignedBuffer { AlignedBuffer(count: rows * width) }
            self.shape = shape
            (normal1, attended, middle, normal2) = (
                room(shape.width), room(shape.width), room(shape.width), room(shape.width)
            )
            projected = room(3 * shape.width)
            (wide, active) = (room(shape.feedForward), room(shape.feedForward))
            (statistics1, statistics2) = (room(2), room(2))
        }

        /// All of them, of R rows.
        func rows(_ rows: Int) -> Rows {
            func narrow(_ buffer: AlignedBuffer) -> Matrix { buffer.matrix(rows: rows, columns: shape.width) }
            func wide(_ buffer: AlignedBuffer) -> Matrix { buffer.matrix(rows: rows, columns: shape.feedForward) }
            return Rows(
                normal1: narrow(normal1), attended: narrow(attended), middle: narrow(middle), normal2: narrow(normal2),
                projected: projected.matrix(rows: rows, columns: 3 * shape.width), wide: wide(self.wide),
                active: wide(active), statistics1: statistics1.matrix(rows: rows, columns: 2),
                statistics2: statistics2.matrix(rows: rows, columns: 2))
        }

        struct Rows {
            let normal1, attended, middle, normal2, projected, wide, active, statistics1, statistics2: Matrix
        }
    }

    /// Gradients on their way through a block, one set for all blocks.
    final class GradientScratch {
        /// `[N, M]` twice, `[N, 3M]`, `[N, F]`.
        let narrow1, narrow2, projected, wide: AlignedBuffer

        init(_ shape: TransformerShape, rows: Int, training: Bool) {
            func room(_ width: Int) -> AlignedBuffer { AlignedBuffer(count: training ? rows * width : 0) }
            (narrow1, narrow2) = (room(shape.width), room(shape.width))
            (projected, wide) = (room(3 * shape.width), room(shape.feedForward))
        }
    }

    /// The window that blocks are run over.
    struct Window {
        let positions: PositionMask
        let attention: SelfAttention.Scratch
        /// Draws dropout, by the key; the same key draws the same in forward and backward.
        let training: Bool
        let dropoutKey: UInt64

        var rows: Int { positions.steps * positions.rows }
        var scratch: AlignedBuffer { attention.scratch }
    }

    /// y `[N, M]` of x `[N, M]`.
    func forward(_ x: Matrix, into y: Matrix, _ activations: Activations, _ w: Window) {
        let a = activations.rows(w.rows)
        norm1.forward(x, into: a.normal1, statistics: a.statistics1)
        project.forward(a.normal1, into: a.projected, scratch: w.scratch)
        attention.forward(a.projected, w.positions, into: a.attended, w.attention)
        output.forward(a.attended, into: a.middle, scratch: w.scratch)
        dropOut(a.middle, part: 0, w)
        a.middle.elements.add(x.elements)
        feedForward(a, into: y, scratch: w.scratch)
        dropOut(y, part: 1, w)
        y.elements.add(a.middle.elements)
    }

    /// W_2 φ(W_1 norm₂(h) + b_1) + b_2.
    private func feedForward(_ a: Activations.Rows, into y: Matrix, scratch: AlignedBuffer) {
        norm2.forward(a.middle, into: a.normal2, statistics: a.statistics2)
        widen.forward(a.normal2, into: a.wide, scratch: scratch)
        AttentionKernels.activate(a.wide.elements, isRelu: shape.activation.isRelu, into: a.active.elements)
        narrow.forward(a.active, into: y, scratch: scratch)
    }

    /// In place; forward and backward call it alike.
    private func dropOut(_ values: Matrix, part: UInt64, _ w: Window) {
        guard w.training, dropout > 0 else { return }
        let key = CounterRandom(seed: w.dropoutKey, stream: index).bits(part)
        values.elements.dropOut(values.elements, rate: dropout, key: key)
    }

    /// dL/dy becomes dL/dx, both `[N, M]` in `d`; the parameters' gradients are added.
    func backward(
        _ x: Matrix, _ d: Matrix, _ activations: Activations, _ w: Window, _ g: GradientScratch,
        gradients: AlignedBuffer, panels: AlignedBuffer
    ) {
        let (rows, a, s) = (w.rows, activations.rows(w.rows), w.scratch)
        let part = g.narrow1.matrix(rows: rows, columns: shape.width)
        let other = g.narrow2.matrix(rows: rows, columns: shape.width)
        let wide = g.wide.matrix(rows: rows, columns: shape.feedForward)
        let projected = g.projected.matrix(rows: rows, columns: 3 * shape.width)

        part.assign(d)
        dropOut(part, part: 1, w)
        narrow.weightGradients(a.active, part, gradients: gradients, panels: panels, scratch: s)
        narrow.inputGradient(part, into: wide, scratch: s)
        AttentionKernels.activateBackward(a.wide.elements, isRelu: shape.activation.isRelu, wide.elements)
        widen.weightGradients(a.normal2, wide, gradients: gradients, panels: panels, scratch: s)
        widen.inputGradient(wide, into: other, scratch: s)
        norm2.backward(a.middle, statistics: a.statistics2, other, addingTo: d, gradients: gradients)

        part.assign(d)
        dropOut(part, part: 0, w)
        output.weightGradients(a.attended, part, gradients: gradients, panels: panels, scratch: s)
        output.inputGradient(part, into: other, scratch: s)
        attention.backward(a.projected, w.positions, outputGradient: other, into: projected, w.attention)
        project.weightGradients(a.normal1, projected, gradients: gradients, panels: panels, scratch: s)
        project.inputGradient(projected, into: other, scratch: s)
        norm1.backward(x, statistics: a.statistics1, other, addingTo: d, gradients: gradients)
    }

    /// One step of R streams: y `[R, M]` of x `[R, M]`; each stream's cache takes in the step's keys and values.
    ///
    /// - Parameter s: its weights have room for as many floats as a cache has steps, and one.
    func step(
        _ x: Matrix, into y: Matrix, _ activations: Activations, caches: [KeyValueCache], layer: Int,
        _ s: SelfAttention.Scratch
    ) {
        let a = activations.rows(x.rows)
        norm1.forward(x, into: a.normal1, statistics: a.statistics1)
        project.forward(a.normal1, into: a.projected, scratch: s.scratch)
        for row in 0..<x.rows {
            attention.step(
                a.projected[row], caches[row], layer: layer, into: a.attended[row], weights: s.weights.all,
                scratch: s.scratch)
        }
        output.forward(a.attended, into: a.middle, scratch: s.scratch)
        a.middle.elements.add(x.elements)
        feedForward(a, into: y, scratch: s.scratch)
        y.elements.add(a.middle.elements)
    }

    /// Copies k and v of the window of one row that `forward` has just run into a cache.
    func fill(_ cache: KeyValueCache, layer: Int, from activations: Activations, steps: Int) {
        cache.fill(layer: layer, activations.rows(steps).projected)
    }
}
