import Kernels

/// Forecasts of small data from origins that no training saw: for each origin, the network is trained once more on what
/// lies before it (Tashman 2000, rolling origins).
///
/// The part that is held back has chosen the epochs; errors on it are those of the luckiest weights.
struct RollingOrigins {
    let settings: EffectiveSettings
    let forecast: EffectiveSettings.Forecast
    /// With its tails held back.
    let data: ForecastData
    /// Of each training.
    let epochs: Int

    /// Steps to learn from which the part that is held back has origins enough.
    private static let pointsMax = 400
    /// Trainings.
    private static let originsMax = 8
    /// Steps that are left to learn from, at least: a share of the series, and so many.
    private static let shareMin = 0.5, stepsMin = 4

    /// Steps of the longest series that are not learned, by origin: at least a horizon, at most half of it.
    private var heldBack: [Int] {
        let longest = data.longestSteps
        let horizon = data.facts.horizon
        let most = longest - max(Self.stepsMin, Int(Self.shareMin * Double(longest)))
        guard most >= horizon, data.points < Self.pointsMax else { return [] }
        let count = min(Self.originsMax, most - horizon + 1)
        // Apart by a horizon where there is room: then they are independent.
        let apart = count > 1 ? min(horizon, (most - horizon) / (count - 1)) : 0
        return (0..<count).map { horizon + $0 * max(1, apart) }.filter { $0 <= most }
    }

    /// - Parameters:
    ///   - budget: is told of each training, and may stop them.
    ///   - measure: forecasts with a trained network from the origins of its data.
    func cases<Network: SequenceNetwork>(
        _ pool: ComputePool, _ budget: EvaluationBudget, _ measure: (Network, ForecastData) -> [BacktestCase]
    ) -> [BacktestCase] {
        var cases: [BacktestCase] = []
        let heldBack = heldBack
        budget.begin(cases: heldBack.count)
        for held in heldBack where !budget.isStopped {
            defer { _ = budget.goesOn(after: 1, until: .infinity) }
            guard let part = data.withoutLast(held) else { continue }
            var learning = part
            learning.validation = []
            var settings = settings
            settings.training.epochs = epochs
            settings.training.maxSeconds = nil
            let task = ForecastTask<Network>(
                settings: settings, forecast: forecast, data: learning, complete: nil, isFresh: false)
            guard let tensors = try? Trainer.weights(of: task, settings: settings, pool: pool),
                let network = try? task.network(tensors: tensors)
            else { continue }
            cases += measure(network, part)
        }
        return cases.sorted { ($0.series, $0.group) < ($1.series, $1.group) }
    }
}
