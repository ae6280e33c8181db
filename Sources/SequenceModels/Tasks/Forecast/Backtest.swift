import Kernels
import RecurrentLayers

/// Real multi-step forecasts from several origins within a part of series that was not learned, beside simple ones.
struct Backtest<Network: SequenceNetwork> {
    /// Steps `first ..< end` of each are to be forecast.
    let series: [ForecastData.Item]
    let predictor: ForecastPredictor<Network>
    /// Steps of one forecast, at most.
    var horizon: Int
    /// S of the simple forecasts and of the unit of MASE; 1 for none.
    let season: Int
    /// The last values that are looked at beside simple forecasts, and the season whose phases they are of.
    let recent: (count: Int, season: Int)
    /// Draws the sample, where not all series are measured.
    let seed: UInt64

    /// Forecasts of all series, at most; steps of their sample paths together, at least 64 forecasts.
    private static var casesMax: Int { 2_000 }
    private static var pathStepsMax: Int { 2_000_000 }
    /// Origins of a series where there are many, and of all together where there are few.
    var originsEach = 3
    var originsOfFew = 32

    /// Whether of some forecasts the recursion is measured beside direct decoding.
    var comparesDecodings = false
    /// Forecasts that are measured so, of what could be afforded: enough to tell which is better.
    private static var comparedShare: Double { 0.25 }

    private struct Origin {
        var index: Int
        /// Steps known.
        var at: Int
        var horizon: Int
    }

    /// - Parameter methods: simple ones to compare with.
    func cases(_ methods: [SimpleForecast], pool: ComputePool, budget: EvaluationBudget = .unlimited) -> [BacktestCase]
    {
        let origins = origins()
        let compared = max(Self.casesMin, Int(Self.comparedShare * Double(casesMax(rowsEach: Self.paths))))
        let apart = max(1, (origins.count + compared - 1) / compared)
        budget.begin(cases: origins.count)
        return budget.map(origins.count, pool) { place in
            measure(origins[place], methods, comparesDecodings: comparesDecodings && place % apart == 0)
        }.map(\.result)
    }

    /// Sample paths of a forecast.
    private static var paths: Int { 100 }
    private static var casesMin: Int { 64 }

    /// - Parameter rowsEach: of the network that one forecast takes.
    private func casesMax(rowsEach: Int) -> Int {
        max(Self.casesMin, min(Self.casesMax, Self.pathStepsMax / max(1, horizon * rowsEach)))
    }

    // MARK: Origins

    private func origins() -> [Origin] {
        let casesMax = casesMax(rowsEach: predictor.isDirect(horizon: horizon) ? 1 : Self.paths)
        let chosen = RandomStream.sample(
            of: series.count, most: casesMax, seed: seed, stream: RandomStream.backtest)
        let most = max(
            1,
            min(
                casesMax / max(1, chosen.count),
                chosen.count < originsOfFew / originsEach
                    ? originsOfFew / max(1, chosen.count) : originsEach))
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

    private func measure(
        _ origin: Origin, _ methods: [SimpleForecast], comparesDecodings: Bool
    ) -> BacktestCase {
        let item = series[origin.index], channels = item.path.channels
        let history = item.values[..<(origin.at * channels)]
        var subject = ForecastSubject(pastEnd: origin.at, clock: item.clock)
        (subject.inputs, subject.layout) = (item.inputs, item.inputs?.layout)
        let known = NumericSeries(values: Array(history), channels: channels)
        let (forecast, smoothed) = predictor.forecast(known, subject, horizon: origin.horizon)
        var points = [[BacktestCase.Point]](repeating: [], count: origin.horizon)
        for channel in 0..<channels {
            let past = stride(from: channel, to: history.count, by: channels).map { history[$0] }
            let unit = NaiveForecast.error(past, lag: season)
            let lines = methods.map { $0.line(past, season: season) }
            for step in 0..<origin.horizon {
                points[step].append(
                    BacktestCase.Point(
                        target: item.values[(origin.at + step) * channels + channel], unit: unit,
                        mean: forecast.mean[step][channel],
                        samples: forecast.samples.map { $0[step][channel] }.sorted(),
                        simple: lines.map { $0.value(step) }, smoothed: smoothed.map { $0[channel][step] },
                        recent: recent.count > 0
                            ? RecentValues.newest(past, season: recent.season, ahead: step, count: recent.count)
                            : []))
            }
        }
        // Of one series, origins within a horizon see the same values to come. Counted from the end, whatever was held
        // back.
        var result = BacktestCase(
            series: origin.index, group: (item.path.steps - origin.at - 1) / max(1, horizon), points: points)
        if comparesDecodings {
            let other = predictor.forecast(known, subject, horizon: origin.horizon, isRecursive: true).forecast
            result.recursive = points.enumerated().map { step, channels in
                channels.enumerated().map { channel, point in
                    var point = point
                    point.mean = other.mean[step][channel]
                    point.samples = other.samples.map { $0[step][channel] }.sorted()
                    return point
                }
            }
        }
        return result
    }
}
