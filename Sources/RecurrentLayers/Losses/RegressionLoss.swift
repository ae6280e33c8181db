import Kernels

/// Losses over numbers: likelihoods whose parameters the head gives, and plain errors.
///
/// The head's outputs of one channel lie side by side, `[C][P]`:
///
/// | loss | P | outputs |
/// |---|---|---|
/// | `student_t` | 3 | μ, raw σ, raw ν: σ = softplus + 1e-4, ν = 2 + softplus |
/// | `gaussian` | 2 | μ, raw σ |
/// | `mse`, `mae`, `huber` (δ = 1) | 1 | the value |
package enum RegressionLoss: String, Codable, Sendable, CaseIterable {
    case studentT = "student_t"
    case gaussian, mse, mae, huber

    /// P.
    package var parametersPerValue: Int {
        switch self {
        case .studentT: 3
        case .gaussian: 2
        case .mse, .mae, .huber: 1
        }
    }

    /// Whether the head gives a distribution, from which samples can be drawn.
    package var isDistribution: Bool { parametersPerValue > 1 }

    private static let scaleMin = 1e-4

    /// μ, σ and ν of one channel's P outputs; σ is 0 and ν infinite where the loss has none.
    package func distribution(_ outputs: UnsafePointer<Float>) -> (
        location: Double, scale: Double, degreesOfFreedom: Double
    ) {
        switch self {
        case .studentT:
            (
                Double(outputs[0]), PortableMath.softplus(Double(outputs[1])) + Self.scaleMin,
                2 + PortableMath.softplus(Double(outputs[2]))
            )
        case .gaussian: (Double(outputs[0]), PortableMath.softplus(Double(outputs[1])) + Self.scaleMin, .infinity)
        case .mse, .mae, .huber: (Double(outputs[0]), 0, .infinity)
        }
    }

    /// - Parameters:
    ///   - outputs: `[N, C·P]`.
    ///   - targets: `[N, C]`; NaN is masked.
    ///   - gradients: `[N, C·P]`, replaced by dL/doutputs · scale; zero where masked.
    /// - Returns: the sum over targets, and how many count.
    package func evaluate(
        outputs: UnsafePointer<Float>, channels: Int, targets: UnsafePointer<Float>, rows: Int,
        gradients: UnsafeMutablePointer<Float>?, scale: Float
    ) -> LossSum {
        let width = parametersPerValue
        var sum = LossSum()
        for index in 0..<rows * channels {
            let y = Double(targets[index])
            let out = outputs + index * width
            guard !y.isNaN else {
                if let gradients { for p in 0..<width { gradients[index * width + p] = 0 } }
                continue
            }
            let (loss, d0, d1, d2) = element(out, y)
            sum.loss += loss
            sum.count += 1
            guard let gradients else { continue }
            let g = gradients + index * width
            g[0] = Float(d0) * scale
            if width > 1 { g[1] = Float(d1) * scale }
            if width > 2 { g[2] = Float(d2) * scale }
        }
        return sum
    }

    /// Loss of one target, and its derivatives by the P outputs.
    private func element(_ out: UnsafePointer<Float>, _ y: Double) -> (Double, Double, Double, Double) {
        let error = Double(out[0]) - y
        switch self {
        case .mse: return (error * error, 2 * error, 0, 0)
        case .mae: return (abs(error), error > 0 ? 1 : error < 0 ? -1 : 0, 0, 0)
        case .huber:
            return abs(error) <= 1 ? (error * error / 2, error, 0, 0) : (abs(error) - 0.5, error > 0 ? 1 : -1, 0, 0)
        case .gaussian:
            let (_, sigma, _) = distribution(out)
            let z = error / sigma
            let slope = PortableMath.sigmoid(Double(out[1]))
            return (0.9189385332046727 + PortableMath.log(sigma) + z * z / 2, z / sigma, (1 - z * z) / sigma * slope, 0)
        case .studentT:
            let (_, sigma, nu) = distribution(out)
            let z = error / sigma
            let q = 1 + z * z / nu
            let logQ = PortableMath.log(q)
            let half = (nu + 1) / 2
            let loss =
                PortableMath.logGamma(nu / 2) - PortableMath.logGamma(half) + PortableMath.log(nu * .pi) / 2
                + PortableMath.log(sigma) + half * logQ
            let common = (nu + 1) * z / (nu * q)
            let dNu =
                (PortableMath.digamma(nu / 2) - PortableMath.digamma(half) + 1 / nu + logQ - half * 2 * z * z
                    / (nu * nu * q)) / 2
            return (
                loss, common / sigma, (1 - common * z) / sigma * PortableMath.sigmoid(Double(out[1])),
                dNu * PortableMath.sigmoid(Double(out[2]))
            )
        }
    }
}
