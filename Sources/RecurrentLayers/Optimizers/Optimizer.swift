package import Kernels

/// The optimisers. Weight decay is added to the gradient (L2), except that `adamw` decouples it.
package enum OptimizerKind: String, Codable, Sendable, CaseIterable {
    case sgd, nesterov, adam, adamw, rmsprop, adagrad

    /// Whether it keeps a second moment beside the first.
    var hasSecondMoment: Bool { self == .adam || self == .adamw }
}

/// An optimiser and its moments over the flat parameters of a network.
///
///     sgd       v = momentum · v + g + decay · p       p −= rate · v
///     nesterov  v as sgd                               p −= rate · (g + decay · p + momentum · v)  (Nesterov 1983)
///     adam   m, v by β₁ = 0.9, β₂ = 0.999, ε = 1e-8    p −= rate · m̂ / (√v̂ + ε)      (Kingma & Ba 2015)
///     adamw  p −= rate · decay · p first               (Loshchilov & Hutter 2019)
///     rmsprop   v = 0.99 v + 0.01 g²                   p −= rate · g / (√v + 1e-8)   (Hinton 2012)
///     adagrad   v = v + g²                             p −= rate · g / (√v + 1e-10)  (Duchi et al. 2011)
package final class Optimizer {
    /// Which of the rules above is applied.
    package let kind: OptimizerKind
    /// Updates made so far.
    package private(set) var step = 0
    /// Floats of the flat parameters.
    private let count: Int
    private let momentum: Float
    private let weightDecay: Float
    /// Velocity, first moment, or the mean square where there is but one; empty without momentum.
    private let first: AlignedBuffer
    /// The second moment of Adam.
    private let second: AlignedBuffer
    /// β₁^step and β₂^step, in double precision, by repeated multiplication.
    private var beta1Power = 1.0
    private var beta2Power = 1.0
    private static let beta1 = 0.9
    private static let beta2 = 0.999

    /// - Parameter parameterCount: the length of the flat buffer, gaps included.
    package init(kind: OptimizerKind, parameterCount: Int, momentum: Float = 0.9, weightDecay: Float = 0) {
        self.kind = kind
        count = parameterCount
        self.momentum = momentum
        self.weightDecay = weightDecay
        let hasMoment = momentum != 0 || !(kind == .sgd || kind == .nesterov)
        first = AlignedBuffer(count: hasMoment ? parameterCount : 0)
        second = AlignedBuffer(count: kind.hasSecondMoment ? parameterCount : 0)
    }

    /// One update, piece by piece on the pool. `gradients` are used up: cleared for the next step.
    ///
    /// - Parameters:
    ///   - scale: what the gradients are multiplied by, to clip them.
    ///   - touched: where gradients may differ from zero; nil for everywhere.
    package func update(
        parameters: AlignedBuffer, gradients: AlignedBuffer, scale: Float = 1, touched: TouchedFloats? = nil,
        learningRate: Float, pool: ComputePool
    ) {
        precondition(
            parameters.count == count && gradients.count == count,
            "\(gradients.count) gradients for \(parameters.count) parameters of \(count)")
        step += 1
        decayPowers()
        let touched = touched ?? TouchedFloats(count: count)
        pool.forEachPiece(
            of: count, length: Gradients.pieceLength, with: (self, parameters, gradients, scale, touched, learningRate)
        ) { context, _, offset, length in
            let (optimizer, parameters, gradients, scale, touched, rate) = context
            let piece = offset..<offset + length
            if scale != 1 {
                touched.forEach(in: piece) {
                    gradients.vector(from: $0.lowerBound, count: $0.count).scale(by: scale)
                }
            }
            let update = { (range: Range<Int>) in
                optimizer.update(
                    parameters.vector(from: range.lowerBound, count: range.count),
                    gradients.vector(from: range.lowerBound, count: range.count), offset: range.lowerBound, rate: rate)
            }
            if optimizer.keepsWithoutGradient { touched.forEach(in: piece, update) } else { update(piece) }
            touched.forEach(in: piece) { gradients.vector(from: $0.lowerBound, count: $0.count).zero() }
        }
    }

    /// Whether a parameter whose gradient is zero stays as it is, and so does what is kept of it.
    private var keepsWithoutGradient: Bool { first.count == 0 && weightDecay == 0 }

    /// The update of some parameters, from `offset` on.
    private func update(_ p: Vector, _ g: Vector, offset: Int, rate: Float) {
        func moment(_ buffer: AlignedBuffer) -> Vector { buffer.vector(from: offset, count: p.count) }
        switch kind {
        case .sgd, .nesterov:
            UpdateKernels.SGD(
                rate: rate, momentum: momentum, weightDecay: weightDecay, isNesterov: kind == .nesterov
            ).update(p, g, velocity: first.count > 0 ? moment(first) : nil)
        case .rmsprop:
            UpdateKernels.ScaledDescent(
                rate: rate, retain: 0.99, gain: Float(1 - 0.99), epsilon: 1e-8, weightDecay: weightDecay
            ).update(p, g, squares: moment(first))
        case .adagrad:
            UpdateKernels.ScaledDescent(rate: rate, retain: 1, gain: 1, epsilon: 1e-10, weightDecay: weightDecay)
                .update(p, g, squares: moment(first))
        case .adam, .adamw:
            UpdateKernels.Adam(
                rate: rate, betas: (Float(Self.beta1), Float(Self.beta2)), epsilon: 1e-8,
                corrections: (Float(1 - beta1Power), Float(1 - beta2Power)), weightDecay: weightDecay,
                isDecoupled: kind == .adamw
            ).update(p, g, moments: (moment(first), moment(second)))
        }
    }

    /// The moments, for a checkpoint.
    package func tensors() -> [NamedTensor] {
        [first, second].enumerated().filter { $0.element.count > 0 }.map { index, buffer in
            NamedTensor(name: "optimizer.moment\(index + 1)", shape: [buffer.count], values: buffer.array)
        }
    }

    /// Takes a checkpoint back.
    ///
    /// - Throws: `ModelError` when a moment is missing or of another length.
    package func restore(tensors: [NamedTensor], step: Int) throws(ModelError) {
        for (index, buffer) in [first, second].enumerated() where buffer.count > 0 {
            let name = "optimizer.moment\(index + 1)"
            guard let tensor = tensors.first(where: { $0.name == name }) else { throw .missingTensor(name) }
            guard tensor.values.count == buffer.count else {
                throw .wrongShape(name: name, expected: [buffer.count], found: tensor.shape)
            }
            for (position, value) in tensor.values.enumerated() { buffer[position] = value }
        }
        self.step = step
        (beta1Power, beta2Power) = (1, 1)
        for _ in 0..<step { decayPowers() }
    }

    /// The next power of each β. One below 1e-30 makes no difference to 1, and is zero before it is subnormal.
    private func decayPowers() {
        beta1Power = beta1Power < 1e-30 ? 0 : beta1Power * Self.beta1
        beta2Power = beta2Power < 1e-30 ? 0 : beta2Power * Self.beta2
    }
}
