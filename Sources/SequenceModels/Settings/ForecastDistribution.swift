package import RecurrentLayers

/// `forecast.distribution`: what a forecaster learns about the next value.
package enum ForecastDistribution: String, Codable, Sendable, CaseIterable {
    case studentT = "student_t"
    case gaussian
    /// Of counts: whole numbers from 0.
    case negativeBinomial = "negative_binomial"
    /// Quantiles at levels chosen for the training; no shape is assumed.
    case quantile
    /// A single value.
    case mse, mae, huber

    /// Whether samples can be drawn from it.
    package var isDistribution: Bool { regression?.isDistribution ?? true }

    /// As the losses over scaled numbers know it.
    package var regression: RegressionLoss? {
        switch self {
        case .studentT: .studentT
        case .gaussian: .gaussian
        case .negativeBinomial, .quantile: nil
        case .mse: .mse
        case .mae: .mae
        case .huber: .huber
        }
    }
}
