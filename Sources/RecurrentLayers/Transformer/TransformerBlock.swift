import CKernels
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
        /// `[N, M]`: norm₁(x), the heads' outputs, h, norm₂(h). `[N, 3M]`: q, k, v.
        let normal1, attended, middle, normal2, projected: AlignedBuffer
        /// `[N, F]`: before and after φ.
        let wide, active: AlignedBuffer
        /// `[N, 2]`
        let statistics1, statistics2: AlignedBuffer

        init(_ shape: TransformerShape, rows: Int) {
            func room(_ width: Int) -> AlignedBuffer { AlignedBuffer(count: rows * width) }
            (normal1, attended, middle, normal2) = (
                room(shape.width), room(shape.width), room(shape.width), room(shape.width)
            )
            projected = room(3 * shape.width)
            (wide, active) = (room(shape.feedForward), room(shape.feedForward))
            (statistics1, statistics2) = (room(2), room(2))
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

    /// y `[N, M]` of x `[N, M]`.
    func forward(
        _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, _ a: Activations, _ positions: PositionMask,
        _ s: SelfAttention.Scratch, training: Bool, dropoutKey: UInt64
    ) {
        let rows = positions.steps * positions.rows
        let count = rows * shape.width
        norm1.forward(rows: rows, x, into: a.normal1.pointer, statistics: a.statistics1.pointer)
        project.forward(rows: rows, a.normal1.pointer, into: a.projected.pointer, scratch: s.scratch)
        attention.forward(a.projected.pointer, positions, into: a.attended.pointer, s)
        output.forward(rows: rows, a.attended.pointer, into: a.middle.pointer, scratch: s.scratch)
        dropOut(a.middle.pointer, count, part: 0, training: training, key: dropoutKey)
        InstructionSet.kernels.add(count, x, a.middle.pointer)
        feedForward(rows: rows, a, into: y, scratch: s.scratch)
        dropOut(y, count, part: 1, training: training, key: dropoutKey)
        InstructionSet.kernels.add(count, a.middle.pointer, y)
    }

    /// W_2 φ(W_1 norm₂(h) + b_1) + b_2.
    private func feedForward(rows: Int, _ a: Activations, into y: UnsafeMutablePointer<Float>, scratch: AlignedBuffer) {
        norm2.forward(rows: rows, a.middle.pointer, into: a.normal2.pointer, statistics: a.statistics2.pointer)
        widen.forward(rows: rows, a.normal2.pointer, into: a.wide.pointer, scratch: scratch)
        InstructionSet.kernels.attention.feed_forward_activation(
            rows * shape.feedForward, shape.activation.isRelu, a.wide.pointer, a.active.pointer)
        narrow.forward(rows: rows, a.active.pointer, into: y, scratch: scratch)
    }

    /// In place; forward and backward call it alike.
    private func dropOut(_ values: UnsafeMutablePointer<Float>, _ count: Int, part: UInt64, training: Bool, key: UInt64)
    {
        guard training, dropout > 0 else { return }
        InstructionSet.kernels.dropout(
            count, CounterRandom(seed: key, stream: index).bits(part), 1 - dropout, values, values)
    }

    /// dL/dy becomes dL/dx, both `[N, M]` in `d`; the parameters' gradients are added.
    func backward(
        _ x: UnsafePointer<Float>, _ d: UnsafeMutablePointer<Float>, _ a: Activations, _ g: GradientScratch,
        _ positions: PositionMask, _ s: SelfAttention.Scratch, training: Bool, dropoutKey: UInt64,
        gradients: AlignedBuffer,
        panels: AlignedBuffer
    ) {
        let rows = positions.steps * positions.rows
        let count = rows * shape.width
        let (part, other, wide, projected) = (g.narrow1.pointer, g.narrow2.pointer, g.wide.pointer, g.projected.pointer)

        part.update(from: d, count: count)
        dropOut(part, count, part: 1, training: training, key: dropoutKey)
        narrow.weightGradients(
            rows: rows, a.active.pointer, part, gradients: gradients, panels: panels, scratch: s.scratch)
        narrow.inputGradient(rows: rows, part, into: wide, scratch: s.scratch)
        InstructionSet.kernels.attention.feed_forward_activation_backward(
            rows * shape.feedForward, shape.activation.isRelu, a.wide.pointer, wide)
        widen.weightGradients(
            rows: rows, a.normal2.pointer, wide, gradients: gradients, panels: panels, scratch: s.scratch)
        widen.inputGradient(rows: rows, wide, into: other, scratch: s.scratch)
        norm2.backward(
            rows: rows, a.middle.pointer, statistics: a.statistics2.pointer, other, into: d, gradients: gradients)

        part.update(from: d, count: count)
        dropOut(part, count, part: 0, training: training, key: dropoutKey)
        output.weightGradients(
            rows: rows, a.attended.pointer, part, gradients: gradients, panels: panels, scratch: s.scratch)
        output.inputGradient(rows: rows, part, into: other, scratch: s.scratch)
        attention.backward(a.projected.pointer, positions, outputGradient: other, into: projected, s)
        project.weightGradients(
            rows: rows, a.normal1.pointer, projected, gradients: gradients, panels: panels, scratch: s.scratch)
        project.inputGradient(rows: rows, projected, into: other, scratch: s.scratch)
        norm1.backward(rows: rows, x, statistics: a.statistics1.pointer, other, into: d, gradients: gradients)
    }

    /// One step of R streams: y `[R, M]` of x `[R, M]`; each stream's cache takes in the step's keys and values.
    func step(
        rows: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, _ a: Activations,
        caches: [KeyValueCache],
        layer: Int, weights: UnsafeMutablePointer<Float>, scratch: AlignedBuffer
    ) {
        let width = shape.width
        norm1.forward(rows: rows, x, into: a.normal1.pointer, statistics: a.statistics1.pointer)
        project.forward(rows: rows, a.normal1.pointer, into: a.projected.pointer, scratch: scratch)
        for row in 0..<rows {
            attention.step(
                a.projected.pointer + row * 3 * width, caches[row], layer: layer,
                into: a.attended.pointer + row * width,
                weights: weights, scratch: scratch)
        }
        output.forward(rows: rows, a.attended.pointer, into: a.middle.pointer, scratch: scratch)
        InstructionSet.kernels.add(rows * width, x, a.middle.pointer)
        feedForward(rows: rows, a, into: y, scratch: scratch)
        InstructionSet.kernels.add(rows * width, a.middle.pointer, y)
    }
}
