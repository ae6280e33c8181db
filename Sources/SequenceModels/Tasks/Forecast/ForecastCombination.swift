import Kernels

/// How an answer is made of what the network and simple forecasts say: what forecasts of values that no training saw
/// showed to be best.
package struct ForecastCombination: Codable, Sendable, Equatable {
    /// Shares of the simple forecasts in the mean, by method; the network has what is left to 1.
    package var shares: [String: Double]
    /// Share of what exponential smoothing lets expect (`ForecastFacts.smoothing`); absent for none.
    package var smoothing: Double?
    /// S of the simple forecasts; 1 for none.
    package var season: Int
    /// Factors of the distances from the mean, by part of the horizon: `[parts]`, all of one length.
    package var spread: [Double]
    /// Steps of the horizon that the parts are of; beyond them the last factor holds.
    package var horizon: Int
    /// Below it no value ever was; nil where there is no such bound.
    package var minimum: Double?
    /// Whether nothing was measured: then no interval is narrower than the values' own changes. Absent means no.
    package var isPresumed: Bool?
    /// Of counts that are mostly zero, what the last values have of the answer; absent for nothing.
    package var recent: RecentShare?
    /// Whether values are whole numbers; absent means no.
    package var isRounded: Bool?
    /// Whether the network goes on from what it drew, though it has learned to decode directly; absent means no.
    package var isRecursive: Bool?
    /// Of direct decoding, how much the distance from the mean at one step has of that at the step before, 0 to 1;
    /// absent where that was not measured.
    package var correlation: Double?

    enum CodingKeys: String, CodingKey {
        case shares, smoothing, season, spread, horizon, minimum, recent
        case isPresumed = "is_presumed"
        case isRounded = "is_rounded"
        case isRecursive = "is_recursive"
        case correlation
    }

    /// As the members say.
    package init(shares: [String: Double], season: Int, spread: [Double], horizon: Int, minimum: Double?) {
        self.shares = shares
        self.season = season
        self.spread = spread
        self.horizon = horizon
        self.minimum = minimum
    }

    /// Share of the network.
    package var network: Double { max(0, 1 - shares.values.reduce(smoothing ?? 0, +)) }

    /// The factor of a step, from 0.
    func factor(_ step: Int) -> Double {
        guard let last = spread.last, horizon > 0 else { return 1 }
        let part = step * spread.count / horizon
        return part < spread.count ? spread[part] : last
    }

    /// In the order of their names, so that sums of rounded numbers are the same everywhere.
    var members: [(method: SimpleForecast, share: Double)] {
        shares.sorted { $0.key < $1.key }.compactMap { name, share in
            SimpleForecast(rawValue: name).map { ($0, share) }
        }
    }

    /// A mean of means: of what a line may say that has no logarithm, the network has the share.
    /// - Parameter simple: shares and values.
    static func mean(_ network: Double, _ simple: some Sequence<(share: Double, value: Double)>, isLog: Bool) -> Double
    {
        var sum = 0.0, total = 0.0
        for (share, value) in simple where value.isFinite && (!isLog || value > 0) {
            sum += share * value
            total += share
        }
        return sum + (1 - total) * network
    }

    /// Where a value that a path drew about the network's mean lies about another one; of logarithms, distances are
    /// ratios.
    static func value(_ value: Double, about network: Double, mean: Double, factor: Double, isLog: Bool) -> Double {
        guard isLog, network > 0, value > 0, mean > 0 else { return mean + factor * (value - network) }
        let distance = factor * (PortableMath.log(value) - PortableMath.log(network))
        return mean * PortableMath.exp(min(max(distance, -690), 690))
    }

    /// What is wrong with one from a file; nil for a sound one.
    package var fault: String? {
        let sum = shares.values.reduce(smoothing ?? 0, +)
        guard shares.keys.allSatisfy({ SimpleForecast(rawValue: $0) != nil }) else { return "a method is not known" }
        guard shares.values.allSatisfy({ $0 >= 0 }), smoothing ?? 0 >= 0, sum <= 1 + 1e-9 else {
            return "the shares are not of one whole"
        }
        guard 1...ModelLimits.seasonalityMax ~= season, 1...ModelLimits.horizonMax ~= horizon else {
            return "season or horizon is out of range"
        }
        guard !spread.isEmpty, spread.count <= ModelLimits.horizonMax,
            spread.allSatisfy({ $0 > 0 && $0 <= ForecastCombination.factorMax })
        else { return "the factors are not above 0, or too large" }
        if let fault = recent?.fault { return "recent: " + fault }
        guard correlation.map({ 0...1 ~= $0 }) ?? true else { return "the correlation is not from 0 to 1" }
        return minimum.map { $0.isFinite } ?? true ? nil : "the minimum is not a number"
    }

    /// No interval grows by more.
    static let factorMax = 20.0
}

/// A combination at work on one series.
struct CombinedForecast: Sendable {
    let combination: ForecastCombination
    /// `[C][member]`
    private let lines: [[(share: Double, line: LineForecast)]]
    /// Whether the model works on logarithms: distances are ratios.
    private let isLog: Bool
    /// By channel: whether the minimum holds.
    private let isBounded: [Bool]
    /// By channel: no deviation of the paths is less; in logarithms where the model works on those.
    private let leastDeviations: [Double]
    /// By channel; empty where nothing is drawn from them.
    private let recent: [RecentValues]
    /// `[C][horizon]` of exponential smoothing; empty where it takes no part.
    private let smoothed: [[Double]]

    /// - Parameters:
    ///   - history: `[T, C]`, data units, NaN missing.
    ///   - smoothed: `[C][horizon]`, data units; empty where it takes no part.
    init(_ combination: ForecastCombination, history: [Double], smoothed: [[Double]], channels: Int, isLog: Bool) {
        self.combination = combination
        self.smoothed = combination.smoothing == nil ? [] : smoothed
        self.isLog = isLog
        var lines: [[(share: Double, line: LineForecast)]] = [], isBounded: [Bool] = [], least: [Double] = []
        var recent: [RecentValues] = []
        for channel in 0..<channels {
            let past = stride(from: channel, to: history.count, by: channels).map { index in
                isLog && history[index] <= 0 ? .nan : history[index]
            }
            let isEmpty = past.allSatisfy(\.isNaN)
            lines.append(
                isEmpty
                    ? [] : combination.members.map { ($0.share, $0.method.line(past, season: combination.season)) })
            isBounded.append(combination.minimum.map { low in past.allSatisfy { $0.isNaN || $0 >= low } } ?? false)
            least.append(combination.isPresumed == true ? Self.change(past, isLog: isLog) : 0)
            if let share = combination.recent {
                recent.append(RecentValues(past, season: share.season, count: share.values))
            }
        }
        (self.lines, self.isBounded, leastDeviations, self.recent) = (lines, isBounded, least, recent)
    }

    /// Root of the mean square of the changes from step to step.
    private static func change(_ past: [Double], isLog: Bool) -> Double {
        let values = isLog ? past.map { PortableMath.log($0) } : past
        let squares = zip(values.dropFirst(), values).map { ($0 - $1) * ($0 - $1) }.filter { !$0.isNaN }
        return squares.isEmpty ? 0 : (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    }

    /// Bytes that it holds.
    var sizeBytes: Int {
        lines.reduce(0) { $0 + $1.reduce(64) { $0 + 16 + $1.line.sizeBytes } } + recent.reduce(0) { $0 + $1.sizeBytes }
            + smoothed.reduce(0) { $0 + 32 + $1.count * MemoryLayout<Double>.size }
    }

    /// The mean of a step in place of the network's.
    func mean(_ network: Double, step: Int, channel: Int) -> Double {
        var simple = lines[channel].map { (share: $0.share, value: $0.line.value(step)) }
        if let share = combination.smoothing, smoothed.indices.contains(channel), step < smoothed[channel].count {
            simple.append((share, smoothed[channel][step]))
        }
        let mean = bounded(ForecastCombination.mean(network, simple, isLog: isLog), channel)
        guard let share = combination.recent?.share else { return mean }
        let values = recent[channel].values(step)
        return values.isEmpty
            ? mean : share * values.reduce(0, +) / Double(values.count) + (1 - share) * mean
    }

    /// Moves what the paths drew about the network's mean to lie about the combined one.
    /// - Parameters:
    ///   - values: of the paths; those moved come back.
    ///   - basis: paths that mean and quantiles are taken over.
    func move(_ values: inout [Double], about network: Double, mean: Double, step: Int, channel: Int, basis: Int) {
        if let share = combination.recent {
            return RecentValues.mix(&values, recent[channel].values(step), share: share, step: step, basis: basis)
        }
        let factor = factor(values, about: network, step: step, channel: channel)
        for index in values.indices {
            let moved = ForecastCombination.value(
                values[index], about: network, mean: mean, factor: factor, isLog: isLog)
            values[index] = bounded(combination.isRounded == true ? moved.rounded() : moved, channel)
        }
    }

    private func factor(_ values: [Double], about network: Double, step: Int, channel: Int) -> Double {
        let factor = combination.factor(step), least = leastDeviations[channel]
        guard least > 0, values.count > 1 else { return factor }
        let isRatio = isLog && network > 0
        let squares = values.reduce(0) { sum, value in
            let distance = isRatio && value > 0 ? PortableMath.log(value / network) : value - network
            return sum + distance * distance
        }
        let deviation = (squares / Double(values.count)).squareRoot()
        return deviation > 0 ? max(factor, min(Self.factorMax, least / deviation)) : factor
    }

    /// Paths that hardly differ are not drawn further apart.
    private static let factorMax = 1e12

    private func bounded(_ value: Double, _ channel: Int) -> Double {
        guard isBounded[channel], let minimum = combination.minimum else { return value }
        return max(minimum, value)
    }

    func write(to writer: inout StateWriter) {
        for (channel, members) in lines.enumerated() {
            writer.count(members.count)
            writer.count(isBounded[channel] ? 1 : 0)
            writer.number(leastDeviations[channel])
            for (share, line) in members {
                writer.number(share)
                line.write(to: &writer)
            }
            if combination.recent != nil { recent[channel].write(to: &writer) }
            let ahead = smoothed.indices.contains(channel) ? smoothed[channel] : []
            writer.count(ahead.count)
            writer.numbers(ahead)
        }
    }

    init(
        from reader: inout StateReader, _ combination: ForecastCombination, channels: Int, isLog: Bool
    ) throws(StreamStateError) {
        self.combination = combination
        self.isLog = isLog
        var lines: [[(share: Double, line: LineForecast)]] = [], isBounded: [Bool] = [], least: [Double] = []
        var recent: [RecentValues] = [], smoothed: [[Double]] = []
        for _ in 0..<channels {
            let count = try reader.count("simple forecasts", 0...SimpleForecast.allCases.count)
            isBounded.append(try reader.count("bounds", 0...1) == 1)
            least.append(try reader.number())
            var members: [(share: Double, line: LineForecast)] = []
            for _ in 0..<count { members.append((try reader.number(), try LineForecast(from: &reader))) }
            lines.append(members)
            if combination.recent != nil { recent.append(try RecentValues(from: &reader)) }
            smoothed.append(try reader.numbers(try reader.count("steps of smoothing", 0...ModelLimits.horizonMax)))
        }
        (self.lines, self.isBounded, leastDeviations, self.recent) = (lines, isBounded, least, recent)
        self.smoothed = smoothed
    }
}
