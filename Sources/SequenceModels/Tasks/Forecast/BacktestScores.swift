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
    package private(set) var total = BacktestScores()
    /// By step of the horizon.
    package private(set) var steps: [BacktestScores] = []
    /// By series, those that were measured.
    package private(set) var series: [(index: Int, scores: BacktestScores)] = []
    /// By independent case: a series, or of few series a part of one.
    private var groups: [BacktestScores] = []
    /// Origins over all series.
    package private(set) var origins = 0
    /// Series that could have been measured.
    package let seriesAll: Int

    /// Fewer series are not taken for one independent case each.
    static let seriesMin = 8

    /// - Parameters:
    ///   - cases: in the order of their series.
    ///   - methods: the simple ones of the cases.
    ///   - answer: what the model answers in a case, at a point and its step: mean and samples.
    init(
        _ cases: [BacktestCase], methods: [SimpleForecast], seriesAll: Int,
        answer: (Int, BacktestCase.Point, Int) -> (mean: Double, samples: [Double])
    ) {
        self.seriesAll = seriesAll
        origins = cases.count
        var byGroup: [[Int]: BacktestScores] = [:], bySeries: [Int: BacktestScores] = [:]
        for (index, one) in cases.enumerated() {
            var sum = BacktestScores()
            for (step, channels) in one.points.enumerated() {
                var scores = BacktestScores()
                for point in channels {
                    let said = answer(index, point, step)
                    scores.model.add(
                        target: point.target, mean: said.mean, naiveError: point.unit, samples: said.samples)
                    for (method, value) in zip(methods, point.simple) {
                        scores.simple[method, default: ForecastMetrics()].add(
                            target: point.target, mean: value, naiveError: point.unit, samples: [])
                    }
                }
                if steps.count <= step { steps.append(BacktestScores()) }
                steps[step] += scores
                sum += scores
            }
            total += sum
            bySeries[one.series, default: BacktestScores()] += sum
            byGroup[[one.series, one.group], default: BacktestScores()] += sum
        }
        series = bySeries.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        groups =
            series.count >= Self.seriesMin
            ? series.map(\.scores)
            : byGroup.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
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
        let isSparse = total.simple[.zero] != nil
        // Of mostly zeros the least absolute error is made by whoever answers 0: what counts is the distribution.
        let leading = isSparse ? "crps" : metrics["mase"] != nil ? "mase" : "mae"
        let methods = total.simple.keys.sorted { $0.rawValue < $1.rawValue }
        let best = methods.compactMap { method in total.simple[method]?.values[leading].map { (method, $0) } }
            .min { $0.1 < $1.1 }?.0
        let comparison = best.flatMap { best in
            Comparison(
                model: groups.map { $0.model.sum(leading) },
                other: groups.map { $0.simple[best]?.sum(leading) ?? 0 })
        }
        return Evaluation(
            metrics: metrics,
            baselines: Dictionary(uniqueKeysWithValues: methods.map { ($0.rawValue, total.simple[$0]?.values ?? [:]) }),
            comparison: comparison, against: (best ?? .lastValue).words, basis: basis)
    }
}
