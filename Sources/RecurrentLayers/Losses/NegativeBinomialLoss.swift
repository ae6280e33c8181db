import Kernels

/// −log likelihood of counts under a negative binomial distribution whose parameters the head gives, in units of the
/// series (Salinas et al. 2020, "DeepAR", 3.3): with s the scale of the series and outputs `[C][2]` a, b of one
/// channel,
///
///     μ = s · softplus(a)        α = softplus(b) / √s
package enum NegativeBinomialLoss {
    /// Outputs of the head for each predicted count: a and b.
    package static let parametersPerValue = 2

    /// Keeps μ / s and α above 0; r = 1 / α stays where its logarithms are exact.
    private static let least = 1e-6

    /// - Parameters: outputs: a, b of one channel. - scale: s > 0.
    package static func distribution(_ outputs: UnsafePointer<Float>, scale: Double) -> NegativeBinomial {
        NegativeBinomial(
            mean: scale * (PortableMath.softplus(Double(outputs[0])) + least),
            shape: PortableMath.softplus(Double(outputs[1])) / scale.squareRoot() + least)
    }

    /// - Parameters:
    ///   - outputs: `[N, C·2]`.
    ///   - targets: `[N, C]` counts; NaN is masked.
    ///   - scales: `[N, C]`, s of each target.
    ///   - gradients: `[N, C·2]`, replaced by dL/doutputs · scale; zero where masked.
    /// - Returns: the sum over targets in nats, and how many count.
    package static func evaluate(
        outputs: UnsafePointer<Float>, channels: Int, targets: UnsafePointer<Double>, scales: UnsafePointer<Double>,
        rows: Int,
        gradients: UnsafeMutablePointer<Float>?, scale: Float
    ) -> LossSum {
        var sum = LossSum()
        for index in 0..<rows * channels {
            let out = outputs + 2 * index
            let gradient = gradients.map { $0 + 2 * index }
            guard !targets[index].isNaN else {
                gradient?.update(repeating: 0, count: 2)
                continue
            }
            let s = scales[index]
            let loss = distribution(out, scale: s).loss(targets[index])
            sum.loss += loss.value
            sum.count += 1
            gradient?[0] = Float(loss.byMean * s * PortableMath.sigmoid(Double(out[0]))) * scale
            gradient?[1] = Float(loss.byShape / s.squareRoot() * PortableMath.sigmoid(Double(out[1]))) * scale
        }
        return sum
    }
}
