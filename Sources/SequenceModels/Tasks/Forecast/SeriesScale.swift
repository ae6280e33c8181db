/// Scale and drift of one series by channel, measured on its (seasonal) changes.
struct SeriesScale: Sendable, Equatable {
    /// σ by channel, positive, in the transformed space.
    var scale: [Double]
    /// Mean change over a season (or a step), by channel.
    var drift: [Double]
}

/// What a series says about its own scale.
struct ChangeStatistics: Sendable {
    var count = 0.0
    var mean = 0.0
    var deviation = 0.0
    /// Mean magnitude of the values; 1 for logarithms, whose changes are relative already.
    var level = 1.0
    /// The same, 0 where all values are 0.
    private(set) var magnitude = 0.0
    /// Standard deviation of the values about their mean.
    private var spread = 0.0

    /// - Parameters:
    ///   - z: `[T, C]` transformed, NaN missing. - lag: S. - end: steps that may be looked at.
    init(_ z: [Double], channel: Int, channels: Int, lag: Int, end: Int, isLog: Bool) {
        var there = 0.0, sum = 0.0, total = 0.0
        var changes: [Double] = []
        for t in 0..<end {
            let value = z[t * channels + channel]
            guard !value.isNaN else { continue }
            magnitude += abs(value)
            total += value
            there += 1
            guard t >= lag else { continue }
            let change = value - z[(t - lag) * channels + channel]
            if !change.isNaN {
                changes.append(change)
                sum += change
            }
        }
        if there > 0 {
            magnitude /= there
            if !isLog && magnitude > 0 { level = magnitude }
            let center = total / there
            let squares = stride(from: channel, to: end * channels, by: channels).reduce(0) { sum, index in
                z[index].isNaN ? sum : sum + (z[index] - center) * (z[index] - center)
            }
            spread = (squares / there).squareRoot()
        }
        count = Double(changes.count)
        guard count > 0 else { return }
        mean = sum / count
        deviation = (changes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    }

    /// The least scale: small beside the spread of the values, however far they all lie from 0; of constant values,
    /// beside their level.
    var floor: Double { 1e-6 * (spread > 1e-13 * level ? spread : max(level, 1e-6)) }

    /// The drift, shrunk towards 0 as far as it may be chance; S overlapping changes count as one.
    func shrunkDrift(lag: Int) -> Double {
        let error = deviation / (max(1, count / Double(lag))).squareRoot()
        let square = mean * mean
        return square > 0 ? mean * square / (square + error * error) : 0
    }
}

extension SeriesScale {
    /// Of one series, leaning on the pooled scale while its own changes are few.
    init(_ z: [Double], channels: Int, end: Int, facts: ForecastFacts) {
        let isLog = facts.scaling == .log
        scale = []
        drift = []
        for channel in 0..<channels {
            let own = ChangeStatistics(
                z, channel: channel, channels: channels, lag: facts.seasonality, end: end, isLog: isLog)
            switch facts.scaling {
            case .none:
                scale.append(1)
                drift.append(0)
            case .mean:
                // Counts by ν = 1 + mean, as DeepAR scales them: a series of zeros has a scale, too.
                scale.append(facts.isCount == true ? 1 + own.magnitude : max(own.level, 1e-6))
                drift.append(0)
            case .standard, .log:
                let weight = own.count / (own.count + Double(max(4, facts.seasonality)))
                let pooled = facts.pooledScale[channel] * own.level
                let variance = weight * own.deviation * own.deviation + (1 - weight) * pooled * pooled
                scale.append(max(variance.squareRoot(), own.floor))
                let ownDrift = own.shrunkDrift(lag: facts.seasonality)
                drift.append(weight * ownDrift + (1 - weight) * facts.pooledDrift[channel] * own.level)
            }
        }
    }

    /// Change of the level from step to step, by channel.
    func slope(season: Int) -> [Double] { drift.map { $0 / Double(season) } }

    /// With the errors of smoothing as its unit in place of the changes.
    /// - Parameter smoothing: before the first step.
    func measured(
        by smoothing: SmoothingState, _ z: [Double], channels: Int, end: Int, facts: ForecastFacts
    ) -> SeriesScale {
        guard facts.scaling == .standard || facts.scaling == .log else { return self }
        var result = self
        let errors = SmoothingErrors(smoothing, z, channels: channels, end: end, from: facts.seasonality)
        for channel in 0..<channels {
            let own = ChangeStatistics(
                z, channel: channel, channels: channels, lag: facts.seasonality, end: end,
                isLog: facts.scaling == .log)
            let count = errors.counts[channel], pooled = facts.pooledScale[channel] * own.level
            let weight = count / (count + Double(max(4, facts.seasonality)))
            let variance = weight * errors.squares[channel] + (1 - weight) * pooled * pooled
            result.scale[channel] = max(variance.squareRoot(), own.floor)
        }
        return result
    }

    /// Pooled error of smoothing of many series, by channel, relative to their levels.
    /// - Parameter slopes: by series and channel.
    static func pooledErrors(
        _ series: [(z: [Double], end: Int)], _ smoothing: ForecastSmoothing, slopes: [[Double]], channels: Int,
        lag: Int, isLog: Bool
    ) -> [Double] {
        var squares = [Double](repeating: 0, count: channels), counts = squares
        for (item, slope) in zip(series, slopes) {
            let state = SmoothingState(smoothing, item.z, channels: channels, end: item.end, slope: slope)
            let errors = SmoothingErrors(state, item.z, channels: channels, end: item.end, from: lag)
            for channel in 0..<channels where errors.counts[channel] > 1 {
                let level = ChangeStatistics(
                    item.z, channel: channel, channels: channels, lag: lag, end: item.end, isLog: isLog
                ).level
                squares[channel] += errors.squares[channel] / (level * level)
                counts[channel] += 1
            }
        }
        return zip(squares, counts).map { $1 > 0 ? ($0 / $1).squareRoot() : 0.1 }
    }

    /// Pooled relative scale and drift of many series, by channel.
    static func pooled(_ series: [(z: [Double], end: Int)], channels: Int, lag: Int, isLog: Bool) -> SeriesScale {
        var result = SeriesScale(scale: [], drift: [])
        for channel in 0..<channels {
            var squares = 0.0, drift = 0.0, count = 0.0
            for item in series {
                let own = ChangeStatistics(
                    item.z, channel: channel, channels: channels, lag: lag, end: item.end, isLog: isLog)
                guard own.count > 1 else { continue }
                squares += own.deviation * own.deviation / (own.level * own.level)
                drift += own.shrunkDrift(lag: lag) / own.level
                count += 1
            }
            result.scale.append(count > 0 ? (squares / count).squareRoot() : 0.1)
            result.drift.append(count > 0 ? drift / count : 0)
        }
        return result
    }
}
