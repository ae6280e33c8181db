import CKernels

/// The rules of optimisers, applied to some parameters p and their gradients g.
package enum UpdateKernels {
    /// v = momentum · v + g; p −= rate · v, or p −= rate · (g + momentum · v) by Nesterov.
    package struct SGD {
        let rate, momentum, weightDecay: Float
        let isNesterov: Bool

        /// A rule; the decay is added to the gradient.
        package init(rate: Float, momentum: Float, weightDecay: Float, isNesterov: Bool) {
            (self.rate, self.momentum, self.weightDecay, self.isNesterov) = (rate, momentum, weightDecay, isNesterov)
        }

        /// One update; the three have the same length. Without a velocity, as if it were zero.
        package func update(_ p: Vector, _ g: Vector, velocity v: Vector?) {
            assert(p.count == g.count && (v.map { p.count == $0.count } ?? true), "\(g.count) gradients of \(p.count)")
            InstructionSet.kernels.sgd(
                p.count, p.pointer, g.pointer, v?.pointer, rate, momentum, weightDecay, isNesterov ? 1 : 0)
        }
    }

    /// v = retain · v + gain · g²; p −= rate · g / (√v + epsilon): RMSProp (Hinton 2012), with retain = gain = 1
    /// Adagrad (Duchi et al. 2011).
    package struct ScaledDescent {
        let rate, retain, gain, epsilon, weightDecay: Float

        /// A rule; the decay is added to the gradient.
        package init(rate: Float, retain: Float, gain: Float, epsilon: Float, weightDecay: Float) {
            (self.rate, self.retain, self.gain) = (rate, retain, gain)
            (self.epsilon, self.weightDecay) = (epsilon, weightDecay)
        }

        /// One update; the three have the same length.
        package func update(_ p: Vector, _ g: Vector, squares v: Vector) {
            assert(p.count == g.count && p.count == v.count, "\(g.count) gradients of \(p.count)")
            InstructionSet.kernels.scaled_descent(
                p.count, p.pointer, g.pointer, v.pointer, rate, retain, gain, epsilon, weightDecay)
        }
    }

    /// Adam (Kingma & Ba 2015), or with a decoupled decay AdamW (Loshchilov & Hutter 2019).
    package struct Adam {
        let rate, epsilon, weightDecay: Float
        let betas, corrections: (Float, Float)
        let isDecoupled: Bool

        /// A rule; `corrections` are 1 − β^step.
        package init(
            rate: Float, betas: (Float, Float), epsilon: Float, corrections: (Float, Float), weightDecay: Float,
            isDecoupled: Bool
        ) {
            (self.rate, self.betas, self.epsilon) = (rate, betas, epsilon)
            (self.corrections, self.weightDecay, self.isDecoupled) = (corrections, weightDecay, isDecoupled)
        }

        /// One update; all have the same length.
        package func update(_ p: Vector, _ g: Vector, moments: (first: Vector, second: Vector)) {
            assert(p.count == g.count && p.count == moments.second.count, "\(g.count) gradients of \(p.count)")
            InstructionSet.kernels.adam(
                p.count, p.pointer, g.pointer, moments.first.pointer, moments.second.pointer, rate, betas.0, betas.1,
                epsilon, corrections.0, corrections.1, weightDecay, isDecoupled ? 1 : 0)
        }
    }
}
