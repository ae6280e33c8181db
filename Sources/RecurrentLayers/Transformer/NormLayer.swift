import CKernels
import Kernels

/// Layer normalisation (Ba, Kiros & Hinton 2016): each row to mean 0 and variance 1, then a gain and a bias per unit.
final class NormLayer {
    /// M.
    let width: Int
    /// As PyTorch.
    private static let epsilon: Float = 1e-5
    private let gainOffset: Int
    private let biasOffset: Int
    private let gain: AlignedBuffer
    private let bias: AlignedBuffer

    init(width: Int, prefix: String, plan: inout ParameterPlan) {
        self.width = width
        gainOffset = plan.add("\(prefix).weight", [width], .one)
        biasOffset = plan.add("\(prefix).bias", [width], .zero)
        gain = AlignedBuffer(count: width)
        bias = AlignedBuffer(count: width)
    }

    /// Takes the parameters over.
    func pack(_ parameters: AlignedBuffer) {
        gain.pointer.update(from: parameters.pointer + gainOffset, count: width)
        bias.pointer.update(from: parameters.pointer + biasOffset, count: width)
    }

    /// y of x, both `[rows, M]`; `statistics` `[rows, 2]` for backward.
    func forward(
        rows: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
        statistics: UnsafeMutablePointer<Float>
    ) {
        InstructionSet.kernels.attention.normalise_rows(
            rows, width, x, gain.pointer, bias.pointer, Self.epsilon, y, statistics)
    }

    /// Adds dL/dx to `dx`, and the parameters' gradients.
    func backward(
        rows: Int, _ x: UnsafePointer<Float>, statistics: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
        into dx: UnsafeMutablePointer<Float>, gradients: AlignedBuffer
    ) {
        InstructionSet.kernels.attention.normalise_rows_backward(
            rows, width, x, gain.pointer, statistics, dy, dx, gradients.pointer + gainOffset,
            gradients.pointer + biasOffset)
    }
}
