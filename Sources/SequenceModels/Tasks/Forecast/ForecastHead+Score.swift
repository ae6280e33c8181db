package import Kernels
import RecurrentLayers

/// How likely an observed value was under the distribution that was predicted of it; every number is finite.
package struct ValueScore: Sendable, Equatable {
    /// Natural logarithm of the density at the value; of counts, of their probability.
    package var logDensity: Double
    /// Both tail probabilities at the value; of counts, half of its own probability is in each.
    package var tails: LogTails

    /// The probability integral transform: the distribution function at the value, uniform where the distribution is
    /// the true one.
    package var pit: Double { tails.probability }
    /// −log of the two-sided tail probability, ≥ 0; exponential of mean 1 where the distribution is the true one.
    package var surprise: Double { tails.surprise }
}

extension ForecastHead {
    /// How likely a value of one channel was.
    /// - Parameters:
    ///   - outputs: `[P]` of the channel and step.
    ///   - base: what the residual is a distance from, in the model's space (`SeriesPath.base`); counts have none.
    ///   - unit: of that distance (`SeriesScale.scale`), positive.
    ///   - value: finite, in the model's space; the logarithm of the density there lacks that of the transform's
    ///     derivative (`SeriesTransform.logSlope`).
    ///   - errors: how residuals of a point head lie about its outputs; nil where that is not known.
    /// - Returns: nil of a point head whose errors are not known.
    package func score(
        _ outputs: UnsafePointer<Float>, base: Double, unit: Double, value: Double, errors: ErrorQuantiles? = nil
    ) -> ValueScore? {
        let distance = min(max((value - base) / unit, -Self.residualMax), Self.residualMax)
        switch self {
        case .residual(let loss):
            let (location, scale, freedom) = loss.distribution(outputs)
            guard scale > 0 else { return errors?.score(distance - location, unit: unit) }
            let z = (distance - location) / scale
            let tails = LogTails.student(z, degreesOfFreedom: freedom)
            let density = Self.logDensity(z, degreesOfFreedom: freedom)
            return ValueScore(logDensity: density - PortableMath.log(scale) - PortableMath.log(unit), tails: tails)
        case .quantiles(let function):
            let outputs = UnsafeBufferPointer(start: outputs, count: function.levels.count).map { Double($0) }
            return function.score(distance, values: outputs, unit: unit)
        case .counts:
            let distribution = NegativeBinomialLoss.distribution(outputs, scale: unit)
            return ValueScore(logDensity: distribution.logMass(value), tails: distribution.midTails(value))
        }
    }

    /// Natural logarithm of the density of a value in the model's space; parameters as of `score`.
    package func logDensity(
        _ outputs: UnsafePointer<Float>, base: Double, unit: Double, value: Double, errors: ErrorQuantiles? = nil
    ) -> Double? { score(outputs, base: base, unit: unit, value: value, errors: errors)?.logDensity }

    /// The distribution function at a value; of counts P(Z < z) + ½ P(Z = z). Parameters as of `score`.
    package func pit(
        _ outputs: UnsafePointer<Float>, base: Double, unit: Double, value: Double, errors: ErrorQuantiles? = nil
    ) -> Double? { score(outputs, base: base, unit: unit, value: value, errors: errors)?.pit }

    /// What was to be expected, in the model's space: the median, of counts the mean. Parameters as of `score`.
    func middle(_ outputs: UnsafePointer<Float>, base: Double, unit: Double) -> Double {
        switch self {
        case .residual(let loss): base + unit * loss.distribution(outputs).location
        case .quantiles(let function):
            base + unit
                * function.value(
                    atLogit: 0, outputs: UnsafeBufferPointer(start: outputs, count: function.levels.count))
        case .counts: NegativeBinomialLoss.distribution(outputs, scale: unit).mean
        }
    }

    /// The square of a residual is finite up to here, in units of the least scale, too.
    private static let residualMax = 1e140

    /// Of Student's distribution of scale 1, normal where ν is infinite.
    private static func logDensity(_ z: Double, degreesOfFreedom freedom: Double) -> Double {
        guard freedom < .infinity else { return -z * z / 2 - 0.9189385332046727 }
        let half = freedom / 2
        // log(Γ(ν/2 + ½) / Γ(ν/2)) of large ν by its series, where the difference would lose digits.
        let ratio =
            freedom < 1e4
            ? PortableMath.logGamma(half + 0.5) - PortableMath.logGamma(half)
            : PortableMath.log(half) / 2 - 1 / (8 * half)
        return ratio - PortableMath.log(freedom * .pi) / 2 - (half + 0.5) * PortableMath.log1p(z * z / freedom)
    }
}

extension QuantileFunction {
    /// How likely a residual was where the quantiles are these: linear over the logit of the level between them and
    /// beyond, so that the tails fall exponentially.
    /// - Parameters: values: one for each of `levels`; put in order where they cross. - unit: of the residual.
    func score(_ residual: Double, values: [Double], unit: Double) -> ValueScore {
        let (logit, slope) = place(of: residual, values: values)
        let tails = LogTails(lower: -PortableMath.softplus(-logit), upper: -PortableMath.softplus(logit))
        return ValueScore(
            logDensity: tails.lower + tails.upper - PortableMath.log(slope) - PortableMath.log(unit), tails: tails)
    }
}
