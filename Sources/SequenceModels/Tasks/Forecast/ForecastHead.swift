import Kernels
package import RecurrentLayers

/// What the outputs of one step mean: the loss that trains them and the values drawn from them.
package enum ForecastHead: Sendable {
    /// Of residuals in units of the series' scale.
    case residual(RegressionLoss)
    /// Quantiles of such residuals.
    case quantiles(QuantileFunction)
    /// Of the counts themselves.
    case counts

    init(_ forecast: EffectiveSettings.Forecast) {
        if let loss = forecast.distribution.regression {
            self = .residual(loss)
        } else if forecast.distribution == .quantile {
            self = .quantiles(QuantileFunction(levels: forecast.quantiles ?? ModelLimits.quantilesDefault))
        } else {
            self = .counts
        }
    }

    /// P, outputs of one channel.
    var parametersPerValue: Int {
        switch self {
        case .residual(let loss): loss.parametersPerValue
        case .quantiles(let function): function.levels.count
        case .counts: NegativeBinomialLoss.parametersPerValue
        }
    }

    /// Whether samples can be drawn.
    var isDistribution: Bool { if case .residual(let loss) = self { loss.isDistribution } else { true } }

    /// Levels between which quantiles can be answered.
    var levels: ClosedRange<Double>? {
        guard case .quantiles(let function) = self, let first = function.levels.first, let last = function.levels.last
        else { return nil }
        return first...last
    }

    /// Levels that an answer lists unless others are asked for.
    var levelsDefault: [Double] {
        switch self {
        case .residual(let loss) where !loss.isDistribution: []
        case .quantiles(let function): function.levels
        case .residual, .counts: [0.1, 0.5, 0.9]
        }
    }

    /// `[P]` initial biases: the naive forecast with a spread of 1 (and ν about 6); for counts, the mean of the series.
    var bias: [Float] {
        switch self {
        case .residual(.studentT): [0, Self.one, 4]
        case .residual(.gaussian): [0, Self.one]
        case .residual(.mse), .residual(.mae), .residual(.huber): [0]
        // A logistic distribution of deviation 1 has the scale √3 / π.
        case .quantiles(let function): function.levels.map { Float(QuantileFunction.logit($0) * 0.5513) }
        case .counts: [Self.one, Self.one]
        }
    }

    /// softplus(one) = 1.
    private static let one: Float = 0.5413

    /// - Parameters: as `RegressionLoss.evaluate`; `targets` as `ForecastWindow.fill` wrote them.
    func evaluate(
        outputs: UnsafePointer<Float>, channels: Int, targets: ShardTargets, rows: Int,
        gradients: UnsafeMutablePointer<Float>?, scale: Float
    ) -> LossSum {
        switch self {
        case .residual(let loss):
            loss.evaluate(
                outputs: outputs, channels: channels, targets: targets.numbers, rows: rows, gradients: gradients,
                scale: scale)
        case .quantiles(let function):
            QuantileLoss(levels: function.levels).evaluate(
                outputs: outputs, channels: channels, targets: targets.numbers, rows: rows, gradients: gradients,
                scale: scale)
        case .counts:
            NegativeBinomialLoss.evaluate(
                outputs: outputs, channels: channels, targets: targets.counts, scales: targets.scales, rows: rows,
                gradients: gradients,
                scale: scale)
        }
    }

    /// A value of step t of a path, drawn from one channel's outputs, and what is expected of it; in the transformed
    /// space.
    /// - Parameter index: of the draw within the path.
    func draw(
        _ outputs: UnsafePointer<Float>, path: SeriesPath, t: Int, channel: Int, noise: PathNoise, row: Int, index: Int
    ) -> (value: Double, expected: Double) {
        let unit = path.scale.scale[channel]
        switch self {
        case .residual(let loss):
            let (location, scale, freedom) = loss.distribution(outputs)
            let draw = scale > 0 ? scale * noise.draw(path: row, index: index, degreesOfFreedom: freedom) : 0
            let value = path.base(t, channel) + (location + draw) * unit
            return (value, value)
        case .quantiles(let function):
            let logit = noise.logistic(path: row, index: index)
            let residual = function.value(
                atLogit: logit, outputs: UnsafeBufferPointer(start: outputs, count: function.levels.count))
            let value = path.base(t, channel) + residual * unit
            return (value, value)
        case .counts:
            let distribution = NegativeBinomialLoss.distribution(outputs, scale: unit)
            return (noise.count(distribution, path: row, index: index), distribution.mean)
        }
    }
}
