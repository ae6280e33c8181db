import Kernels
import RecurrentLayers

extension ForecastHead {
    /// Values of one channel at evenly spread levels, (i + ½) / n, ascending, and what is expected; in the transformed
    /// space.
    /// - Parameters:
    ///   - outputs: of the channel.
    ///   - base: what the answer is a distance from. - unit: of that distance.
    ///   - count: n; 1 of a point head.
    func values(
        _ outputs: UnsafePointer<Float>, base: Double, unit: Double, count: Int
    ) -> (values: [Double], expected: Double?) {
        let levels = (0..<count).map { (Double($0) + 0.5) / Double(count) }
        switch self {
        case .residual(let loss):
            let (location, scale, freedom) = loss.distribution(outputs)
            guard scale > 0 else { return ([Double](repeating: base + location * unit, count: count), nil) }
            // Both halves mirror each other.
            let upper = levels.suffix((count + 1) / 2).map {
                min(Self.distanceMax, Quantiles.student($0, degreesOfFreedom: freedom))
            }
            let lower = upper.suffix(count / 2).reversed().map { -$0 }
            return ((lower + upper).map { base + (location + scale * $0) * unit }, nil)
        case .quantiles(let function):
            let outputs = UnsafeBufferPointer(start: outputs, count: function.levels.count)
            return (
                levels.map { base + function.value(atLogit: QuantileFunction.logit($0), outputs: outputs) * unit }, nil
            )
        case .counts:
            let distribution = NegativeBinomialLoss.distribution(outputs, scale: unit)
            return (distribution.quantiles(levels), distribution.mean)
        }
    }

    /// As far as drawn values lie from the location, in units of the spread.
    private static let distanceMax = 10.0
}
