import Kernels
import RecurrentLayers

/// Real multi-step forecasts from several origins within the held-back part, beside the naive ones.
struct ForecastEvaluation<Network: SequenceNetwork> {
    let data: ForecastData
    let predictor: ForecastPredictor<Network>

    private static var originsMax: Int { 32 }

    private struct Origin {
        var item: ForecastData.Item
        /// Steps known.
        var at: Int
        var horizon: Int
    }

    private struct Scores {
        var model = ForecastMetrics()
        var last = ForecastMetrics()
        var seasonal = ForecastMetrics()
    }

    func run(pool: ComputePool, budget: EvaluationBudget) -> Evaluation {
        let origins = origins()
        budget.begin(cases: origins.count)
        let parts = budget.map(origins.count, pool) { score(origins[$0]) }.map(\.result)
        var total = Scores()
        for part in parts {
            total.model += part.model
            total.last += part.last
            total.seasonal += part.seasonal
        }
        var baselines = ["last_value": total.last.values]
        if data.facts.seasonality > 1 { baselines["seasonal_naive"] = total.seasonal.values }
        let metrics = total.model.values
        // MASE where it exists: a constant series has no unit for it.
        let leading = metrics["mase"] != nil ? "mase" : "mae"
        let best = baselines.compactMap { name, values in values[leading].map { (name, $0) } }.min {
            ($0.1, $0.0) < ($1.1, $1.0)
        }
        var skill: Double?
        if let best, let own = metrics[leading], best.1 > 0 { skill = 1 - own / best.1 }
        let names = ["last_value": "the last value", "seasonal_naive": "seasonal naive"]
        return Evaluation(
            metrics: metrics, baselines: baselines, skill: skill,
            verdict: Evaluation.verdict(skill: skill, against: best.flatMap { names[$0.0] } ?? "the last value"))
    }

    private func origins() -> [Origin] {
        let most = max(1, Self.originsMax / max(1, data.validation.count))
        var origins: [Origin] = []
        for item in data.validation {
            let length = item.end - item.first
            let horizon = min(data.facts.horizon, length)
            let room = length - horizon
            let count = min(most, room + 1)
            for index in 0..<count {
                origins.append(
                    Origin(item: item, at: item.first + (count > 1 ? room * index / (count - 1) : 0), horizon: horizon))
            }
        }
        let limit = 2 * Self.originsMax
        return origins.count <= limit ? origins : (0..<limit).map { origins[$0 * origins.count / limit] }
    }

    private func score(_ origin: Origin) -> Scores {
        var scores = Scores()
        let channels = data.channels
        let history = origin.item.values[..<(origin.at * channels)]
        let series = NumericSeries(values: Array(history), channels: channels)
        var subject = ForecastSubject(pastEnd: origin.at, clock: origin.item.clock)
        (subject.inputs, subject.layout) = (origin.item.inputs, origin.item.inputs?.layout)
        let forecast = predictor.forecast(series, subject, horizon: origin.horizon)
        for channel in 0..<channels {
            let past = stride(from: channel, to: history.count, by: channels).map { history[$0] }
            let unit = NaiveForecast.error(past, lag: data.facts.seasonality)
            let last = NaiveForecast.run(past, lag: 1, steps: origin.horizon)
            let seasonal = NaiveForecast.run(past, lag: data.facts.seasonality, steps: origin.horizon)
            for step in 0..<origin.horizon {
                let target = origin.item.values[(origin.at + step) * channels + channel]
                let samples = forecast.samples.map { $0[step][channel] }
                scores.model.add(target: target, mean: forecast.mean[step][channel], naiveError: unit, samples: samples)
                scores.last.add(target: target, mean: last[step], naiveError: unit, samples: [])
                scores.seasonal.add(target: target, mean: seasonal[step], naiveError: unit, samples: [])
            }
        }
        return scores
    }
}

/// What needs no model: the last value, or last season's.
package enum NaiveForecast {
    /// - Parameters: past: NaN missing, at least one observed. - lag: 1 for the last value, S for last season's.
    package static func run(_ past: [Double], lag: Int, steps: Int) -> [Double] {
        var filled: [Double] = []
        filled.reserveCapacity(past.count + steps)
        let first = past.first { !$0.isNaN } ?? 0
        for value in past + [Double](repeating: .nan, count: steps) {
            let t = filled.count
            filled.append(!value.isNaN ? value : t >= lag ? filled[t - lag] : filled.last ?? first)
        }
        return Array(filled.suffix(steps))
    }

    /// Mean absolute change over `lag` steps, over one step where that is 0: the unit of MASE (Hyndman & Koehler 2006).
    package static func error(_ past: [Double], lag: Int) -> Double {
        let changes = zip(past.dropFirst(lag), past).map { abs($0 - $1) }.filter { !$0.isNaN }
        let mean = changes.isEmpty ? 0 : changes.reduce(0, +) / Double(changes.count)
        return mean == 0 && lag > 1 ? error(past, lag: 1) : mean
    }
}
