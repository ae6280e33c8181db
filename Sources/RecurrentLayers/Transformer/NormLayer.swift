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
        gain.all.assign(parameters.vector(from: gainOffset, count: width))
        bias.all.assign(parameters.vector(from: biasOffset, count: width))
    }

    /// y of x, both `[R, M]`; `statistics` `[R, 2]` for backward.
    func forward(_ x: Matrix, into y: Matrix, statistics: Matrix) {
        AttentionKernels.normalise(
            x, gain: gain.all, bias: bias.all, epsilon: Self.epsilon, into: y, statistics: statistics)
    }

    /// Adds dL/dx to `dx`, and the parameters' gradients.
    func backward(_ x: Matrix, statistics: Matrix, _ dy: Matrix, addingTo dx: Matrix, gradients: AlignedBuffer) {
        AttentionKernels.normaliseBackward(
            x, gain: gain.all, statistics: statistics, dy, addingTo: dx,
            gainGradient: gradients.vector(from: gainOffset, count: width),
            biasGradient: gradients.vector(from: biasOffset, count: width))
    }
}
