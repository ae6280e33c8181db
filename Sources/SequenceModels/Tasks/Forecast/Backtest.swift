import Kernels
import RecurrentLayers

/// Real multi-step forecasts from several origins within a part of series that was not learned, beside simple ones on
/// the same cases.
struct Backtest<Network: SequenceNetwork> {
    /// Steps `first ..< end` of each are to be forecast.
    let series: [ForecastData.Item]
    let predictor: ForecastPredictor<Network>
    /// Steps of one forecast, at most.
    let horizon: Int
    /// S of the simple forecasts and of the unit of MASE; 1 for none.
    let season: Int
    /// Draws the sample, where not all series are measured.
    let seed: UInt64

    /// Forecasts of all series, at most; steps of their sample paths together, at least 64 forecasts.
    private static var casesMax: Int { 2_000 }
    private static var pathStepsMax: Int { 2_000_000 }
    /// Origins of a series where there are many, and of all together where there are few.
    private static var originsEach: Int { 3 }
    private static var originsOfFew: Int { 32 }
    /// Fewer series, or parts of them, are not enough to take each as one independent case.
    private static var independentMin: Int { 8 }

    private struct Origin {
        var index: Int
        /// Steps known.
        var at: Int
        var horizon: Int
    }

    func run(pool: ComputePool) -> BacktestResult {
        let origins = origins()
        let useful = SimpleForecast.useful(season: season, zeroShare: zeroShare())
        let parts = FixedOrder.map(origins.count, pool) { score(origins[$0], useful) }
        var result = BacktestResult()
        result.seriesAll = series.count
        result.origins = origins.count
        result.steps = [BacktestScores](repeating: BacktestScores(), count: horizon)
        for (origin, part) in zip(origins, parts) {
            var sum = BacktestScores()
            for (step, scores) in part.enumerated() {
                sum += scores
                result.steps[step] += scores
            }
            result.total += sum
            if result.series.last?.index != origin.index {
                result.series.append((origin.index, BacktestScores()))
            }
            result.series[result.series.count - 1].scores += sum
        }
        result.setCases(cases(origins, parts, result), areOrdered: result.series.count < Self.independentMin)
        return result
    }

    // MARK: Origins

    private func origins() -> [Origin] {
        let perForecast = max(1, horizon * 100)
        let casesMax = max(64, min(Self.casesMax, Self.pathStepsMax / perForecast))
        let chosen = sample(casesMax)
        let most = max(
            1,
            min(
                casesMax / max(1, chosen.count),
                chosen.count < Self.independentMin ? Self.originsOfFew / max(1, chosen.count) : Self.originsEach))
        var origins: [Origin] = []
        for index in chosen {
            let item = series[index]
            let length = item.end - item.first
            let horizon = min(horizon, length)
            let room = length - horizon
            let count = min(most, room + 1)
            for place in 0..<count {
                origins.append(
                    Origin(
                        index: index, at: item.first + (count > 1 ? room * place / (count - 1) : 0), horizon: horizon))
            }
        }
        return origins
    }

    /// All series, or so many drawn at random.
    private func sample(_ most: Int) -> [Int] {
        guard series.count > most else { return Array(series.indices) }
        let random = CounterRandom(seed: seed, stream: RandomStream.backtest)
        let drawn = series.indices.map { (key: random.bits(UInt64($0)), index: $0) }.sorted { $0.key < $1.key }
        return drawn.prefix(most).map(\.index).sorted()
    }

    private func zeroShare() -> Double {
        var zeros = 0.0, all = 0.0
        for item in series {
            for value in item.values where !value.isNaN {
                all += 1
                if value == 0 { zeros += 1 }
            }
        }
        return all > 0 ? zeros / all : 0
    }

    // MARK: Scores

    /// By step of the horizon.
    private func score(_ origin: Origin, _ useful: [SimpleForecast]) -> [BacktestScores] {
        let item = series[origin.index], channels = item.path.channels
        let history = item.values[..<(origin.at * channels)]
        var subject = ForecastSubject(pastEnd: origin.at, clock: item.clock)
        (subject.inputs, subject.layout) = (item.inputs, item.inputs?.layout)
        let forecast = predictor.forecast(
            NumericSeries(values: Array(history), channels: channels), subject, horizon: origin.horizon)
        var scores = [BacktestScores](repeating: BacktestScores(), count: origin.horizon)
        for channel in 0..<channels {
            let past = stride(from: channel, to: history.count, by: channels).map { history[$0] }
            let unit = NaiveForecast.error(past, lag: season)
            let simple = useful.map { ($0, $0.run(past, season: season, steps: origin.horizon)) }
            for step in 0..<origin.horizon {
                let target = item.values[(origin.at + step) * channels + channel]
                scores[step].model.add(
                    target: target, mean: forecast.mean[step][channel], naiveError: unit,
                    samples: forecast.samples.map { $0[step][channel] })
                for (method, values) in simple {
                    scores[step].simple[method, default: ForecastMetrics()].add(
                        target: target, mean: values[step], naiveError: unit, samples: [])
                }
            }
        }
        return scores
    }

    /// What can be taken for independent: each series; of few series each part of a horizon's length; of few parts each
    /// step that is forecast, in order.
    private func cases(_ origins: [Origin], _ parts: [[BacktestScores]], _ result: BacktestResult) -> [BacktestScores] {
        guard result.series.count < Self.independentMin else { return result.series.map(\.scores) }
        var blocks: [[Int]: BacktestScores] = [:], steps = blocks
        for (origin, part) in zip(origins, parts) {
            let from = origin.at - series[origin.index].first
            for (step, scores) in part.enumerated() {
                blocks[[origin.index, from / max(1, horizon)], default: BacktestScores()] += scores
                steps[[origin.index, from + step], default: BacktestScores()] += scores
            }
        }
        let chosen = blocks.count < Self.independentMin ? steps : blocks
        return chosen.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }
}
