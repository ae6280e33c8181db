/// Errors of a model and of simple forecasts on the same cases.
package struct BacktestScores: Sendable {
    /// What the network predicted, with its samples.
    package var model = ForecastMetrics()
    /// By method.
    package var simple: [SimpleForecast: ForecastMetrics] = [:]

    /// None yet.
    package init() {}

    /// Adds those of other cases.
    package static func += (a: inout BacktestScores, b: BacktestScores) {
        a.model += b.model
        for (method, metrics) in b.simple { a.simple[method, default: ForecastMetrics()] += metrics }
    }
}

/// What a backtest found.
package struct BacktestResult: Sendable {
    /// Of all cases.
    package var total = BacktestScores()
    /// By step of the horizon.
    package var steps: [BacktestScores] = []
    /// By series, those that were measured.
    package var series: [(index: Int, scores: BacktestScores)] = []
    /// By case: a series, or of few series a part of one.
    private var cases: [BacktestScores] = []
    /// Whether cases that follow one another may be alike.
    private var areOrdered = false
    /// Origins over all series.
    package var origins = 0
    /// Series that could have been measured.
    package var seriesAll = 0

    /// None yet.
    package init() {}

    /// What significance is judged by.
    mutating func setCases(_ cases: [BacktestScores], areOrdered: Bool) {
        (self.cases, self.areOrdered) = (cases, areOrdered)
    }

    /// On what it was measured, in words.
    package var basis: String {
        let each = Double(origins) / Double(max(1, series.count))
        let times = each == each.rounded() ? "\(Int(each))" : "\((each * 10).rounded() / 10)"
        let count = series.count == 1 ? "1 series" : "\(series.count) series"
        let sample = series.count < seriesAll ? ", a sample of \(seriesAll)" : ""
        return "\(count) × \(times) \(each == 1 ? "origin" : "origins")\(sample)"
    }

    /// Beside the best of the simple forecasts.
    var evaluation: Evaluation {
        let metrics = total.model.values
        // MASE where it exists: a constant series has no unit for it.
        let leading = metrics["mase"] != nil ? "mase" : "mae"
        let methods = total.simple.keys.sorted { $0.rawValue < $1.rawValue }
        let best = methods.compactMap { method in total.simple[method]?.values[leading].map { (method, $0) } }
            .min { $0.1 < $1.1 }?.0
        let comparison = best.flatMap { best in
            Comparison(
                model: cases.map { $0.model.sum(leading) },
                other: cases.map { $0.simple[best]?.sum(leading) ?? 0 }, areOrdered: areOrdered)
        }
        return Evaluation(
            metrics: metrics,
            baselines: Dictionary(uniqueKeysWithValues: methods.map { ($0.rawValue, total.simple[$0]?.values ?? [:]) }),
            comparison: comparison, against: (best ?? .lastValue).words, basis: basis)
    }
}
