package import RecurrentLayers

/// What a training makes small. Forecasts name theirs by `forecast.distribution`.
package enum LossKind: String, Codable, Sendable, CaseIterable {
    /// −log of the probability of the right label.
    case crossEntropy = "cross_entropy"
    /// By how much a wrong label comes within a margin of the right one: classification only.
    case hinge
    /// Squared, absolute, and Huber's error of standardised targets: regression only.
    case mse, mae, huber

    /// The losses of a task, the default first; empty where none can be chosen.
    static func choices(of task: TaskKind) -> [LossKind] { task.task.losses }

    /// As the losses over numbers know it.
    package var regression: RegressionLoss? {
        switch self {
        case .crossEntropy, .hinge: nil
        case .mse: .mse
        case .mae: .mae
        case .huber: .huber
        }
    }
}
