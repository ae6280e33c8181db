import Kernels

/// How fast level and season of a series follow what comes.
package struct SmoothingCoefficients: Codable, Sendable, Equatable {
    /// Share of an error that the level learns, 0 to 1.
    package var level: Double
    /// Share that the longest season learns, 0 to 1 less `level`; shorter ones learn less of each of their more errors.
    package var season: Double
    /// Share of what the level learns that its trend learns, 0 to 1.
    package var trend: Double

    /// As the members say.
    package init(level: Double, season: Double, trend: Double) {
        self.level = level
        self.season = season
        self.trend = trend
    }

    var isSound: Bool {
        0...1 ~= level && 0...1 ~= season && level + season <= 1 + 1e-9 && 0...1 ~= trend
    }

    /// How much of a trend is left a step later (Gardner & McKenzie 1985).
    static let damping = 0.9

    /// What a trend comes to over so many steps, in units of its first.
    static func reach(_ steps: Int) -> Double {
        damping * (1 - PortableMath.exp(Double(steps) * PortableMath.log(damping))) / (1 - damping)
    }
}

/// Level and seasons that the network's answers are distances from: which seasons, and what the series of a training
/// say of coefficients.
package struct ForecastSmoothing: Codable, Sendable, Equatable {
    /// Coefficients, and how they did on all series.
    package struct Candidate: Codable, Sendable, Equatable {
        /// As they are tried.
        package var coefficients: SmoothingCoefficients
        /// Mean logarithm of the error, less that of the best.
        package var cost: Double

        /// By cost, then in any order that is the same everywhere.
        fileprivate func precedes(_ other: Candidate) -> Bool {
            (cost, coefficients.level, coefficients.season, coefficients.trend) < (
                other.cost, other.coefficients.level, other.coefficients.season, other.coefficients.trend
            )
        }
    }

    /// S of each season, ascending; empty for none.
    package var seasons: [Int]
    /// By cost, the best first; at least one.
    package var candidates: [Candidate]
    /// Steps ahead at which coefficients are compared.
    package var ahead: [Int]

    /// Values of one series that coefficients are chosen by, at most: the newest.
    private static let valuesLeast = 1_000
    /// Cycles that are enough of a longer season.
    private static let cyclesMax = 8
    private var valuesMax: Int { max(Self.valuesLeast, Self.cyclesMax * (seasons.last ?? 0)) }
    /// Values of all series, times coefficients tried.
    private static let workMax = 10_000_000
    /// Candidates that are kept, and what one more must be worth, as the logarithm of a likelihood.
    private static let candidatesMax = 12, gainMin = 0.5
    /// Independent errors that weigh as much as what all series say.
    private static let presumed = 8.0

    /// What is wrong with one from a file; nil for a sound one.
    package var fault: String? {
        guard seasons.allSatisfy({ 2...ModelLimits.lagMax ~= $0 }), seasons == seasons.sorted(), seasons.count <= 8
        else { return "seasons are steps from 2 in ascending order" }
        guard !candidates.isEmpty, candidates.count <= 64,
            candidates.allSatisfy({ $0.coefficients.isSound && $0.cost.isFinite })
        else { return "candidates have coefficients from 0 to 1, whose sum is at most 1, and a cost" }
        guard !ahead.isEmpty, ahead.allSatisfy({ 1...ModelLimits.horizonMax ~= $0 }) else {
            return "steps ahead are from 1"
        }
        return nil
    }
}

extension ForecastSmoothing {
    /// Coefficients that are tried: from nearly a mean of all values to the last value, from nearly one season for ever
    /// to the last. None forgets nothing: no level stays for ever.
    private static func grid(isSeasonal: Bool) -> [SmoothingCoefficients] {
        let levels = [0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1]
        let seasons = isSeasonal ? [0, 0.05, 0.1, 0.2, 0.4, 0.7, 0.95] : [0]
        return levels.flatMap { level in
            seasons.filter { level + $0 <= 1 + 1e-9 }.map {
                SmoothingCoefficients(level: level, season: $0, trend: 0)
            }
        }
    }

    /// Trends that are tried of coefficients that did well without.
    private static let trends = [0.1, 0.3]
    /// Coefficients that are tried with trends.
    private static let trendedMax = 10

    /// What the series say.
    /// - Parameters:
    ///   - series: `[T, C]` in the model's space, NaN missing, with the steps that may be looked at.
    ///   - slopes: change of a step, by series and channel.
    package init(
        _ series: [(z: [Double], end: Int)], channels: Int, seasons: [Int], horizon: Int, slopes: [[Double]]
    ) {
        self.seasons = seasons
        ahead = Set([4, 2, 1].map { max(1, (horizon + $0 - 1) / $0) }).sorted()
        candidates = Self.grid(isSeasonal: !seasons.isEmpty).map { Candidate(coefficients: $0, cost: 0) }
        let columns = columns(series, slopes, channels: channels)
        guard !compare(columns).isEmpty else {
            // Nothing to tell them apart by: half of what is new is learned.
            let middle = SmoothingCoefficients(level: 0.5, season: seasons.isEmpty ? 0 : 0.2, trend: 0)
            candidates = [Candidate(coefficients: middle, cost: 0)]
            return
        }
        candidates += candidates.prefix(Self.trendedMax).flatMap { one in
            Self.trends.map { trend in
                var coefficients = one.coefficients
                coefficients.trend = trend
                return Candidate(coefficients: coefficients, cost: 0)
            }
        }
        keepUseful(compare(columns))
    }

    /// What a series says of each candidate.
    private struct Costs {
        /// In the order of the candidates: logarithm of the error, relative to any one of them.
        var values: [Double]
        /// Independent errors.
        var weight: Double
    }

    /// Brings the candidates into the order of what they cost in all series.
    /// - Returns: by series, in the new order; nothing where there is nothing to compare them by.
    private mutating func compare(_ columns: [(column: [Double], slope: Double)]) -> [Costs] {
        var found = columns.compactMap { costs($0.column, slope: $0.slope) }
        let weights = found.reduce(0) { $0 + $1.weight }
        guard weights > 0 else { return [] }
        // Summed in an order that does not depend on that of the series, for sums of rounded numbers do.
        found.sort { ($0.weight, $0.values.last ?? 0, $0.values[1]) < ($1.weight, $1.values.last ?? 0, $1.values[1]) }
        for place in candidates.indices {
            candidates[place].cost = found.reduce(0) { $0 + $1.weight * $1.values[place] } / weights
        }
        let order = candidates.indices.sorted { candidates[$0].precedes(candidates[$1]) }
        let least = candidates[order[0]].cost
        candidates = order.map {
            Candidate(coefficients: candidates[$0].coefficients, cost: candidates[$0].cost - least)
        }
        return found.map { one in Costs(values: order.map { one.values[$0] }, weight: one.weight) }
    }

    /// Keeps the best of all, and one by one those that the series that are unlike the others gain most by.
    private mutating func keepUseful(_ costs: [Costs]) {
        var kept = [0]
        var best = costs.map { $0.weight * $0.values[0] }
        func sum(_ one: Costs, _ place: Int) -> Double {
            one.weight * one.values[place] + Self.presumed * candidates[place].cost
        }
        while kept.count < Self.candidatesMax {
            let gains = candidates.indices.map { place in
                zip(costs, best).reduce(0) { $0 + max(0, $1.1 - sum($1.0, place)) }
            }
            guard let next = gains.indices.max(by: { gains[$0] < gains[$1] }), gains[next] > Self.gainMin else { break }
            kept.append(next)
            best = zip(costs, best).map { min($1, sum($0, next)) }
        }
        candidates = kept.sorted().map { candidates[$0] }
    }

    /// Every channel of every series on its own; of many a sample that depends on their values only.
    private func columns(
        _ series: [(z: [Double], end: Int)], _ slopes: [[Double]], channels: Int
    ) -> [(column: [Double], slope: Double)] {
        let most = max(1, Self.workMax / candidates.count)
        let all = series.indices.flatMap { index in (0..<channels).map { (index: index, channel: $0) } }
        func column(_ place: (index: Int, channel: Int)) -> (column: [Double], slope: Double) {
            let (z, end) = series[place.index]
            return (
                Self.column(z, place.channel, channels: channels, end: end, most: valuesMax),
                slopes[place.index][place.channel]
            )
        }
        if series.reduce(0, { $0 + min($1.end, valuesMax) }) * channels <= most { return all.map(column) }
        let signed = all.map { place in (place: place, signature: SeasonColumn(column(place).column)?.signature ?? 0) }
        var values = 0
        return signed.sorted { $0.signature < $1.signature }.lazy.map { column($0.place) }.prefix { one in
            defer { values += one.column.count }
            return values < most
        }
    }

    private static func column(
        _ z: [Double], _ channel: Int, channels: Int, end: Int, most: Int
    ) -> [Double] {
        (max(0, end - most)..<end).map { z[$0 * channels + channel] }
    }

    /// Of one series by channel: what does best on it, as far as it tells more than all.
    /// - Parameters: as `init`.
    package func coefficients(_ z: [Double], channels: Int, end: Int, slope: [Double]) -> [SmoothingCoefficients] {
        (0..<channels).map { channel in
            guard candidates.count > 1,
                let own = costs(
                    Self.column(z, channel, channels: channels, end: end, most: valuesMax), slope: slope[channel])
            else { return candidates[0].coefficients }
            let sums = zip(own.values, candidates).map { own.weight * $0 + Self.presumed * $1.cost }
            let best = sums.indices.min { sums[$0] < sums[$1] } ?? 0
            return candidates[best].coefficients
        }
    }

    /// By candidate the logarithm of the mean error some steps ahead, relative to that of the first one, and how many
    /// independent errors that is of; nil where nothing can be compared.
    private func costs(_ column: [Double], slope: Double) -> Costs? {
        var errors: [Double] = [], count = 0
        for candidate in candidates {
            let found = error(column, candidate.coefficients, slope: slope)
            guard found.count > 0 else { return nil }
            (count, errors) = (found.count, errors + [found.mean])
        }
        guard let most = errors.max(), most > 0, most.isFinite else { return nil }
        let middle = Double(ahead.reduce(0, +)) / Double(ahead.count)
        // No error is so small that it decides alone.
        let values = errors.map { PortableMath.log(max($0, 1e-3 * most)) }
        return Costs(
            values: values.map { $0 - values[0] }, weight: max(1, Double(count) / middle.squareRoot()))
    }

    /// Mean absolute error of what was expected some steps before.
    private func error(_ column: [Double], _ coefficients: SmoothingCoefficients, slope: Double) -> (
        mean: Double, count: Int
    ) {
        var state = SmoothingState(seasons: seasons, coefficients: [coefficients], slope: [slope])
        var levels: [Double] = [], trends: [Double] = [], sum = 0.0, count = 0, errors = 0.0
        levels.reserveCapacity(column.count)
        let start = max(seasons.first ?? 1, 1)
        for (step, value) in column.enumerated() {
            if step >= start, !value.isNaN {
                let base = state.expected(0)
                var any = false
                for distance in ahead where step - distance >= start - 1 {
                    // The season was known then as it is now, nearly; the level was not.
                    let then =
                        base - state.level[0] + levels[step - distance] + slope * Double(distance - 1)
                        + trends[step - distance] * SmoothingCoefficients.reach(distance) - state.trend(0)
                    errors += abs(value - then)
                    sum += 1
                    any = true
                }
                if any { count += 1 }
            }
            state.append(CollectionOfOne(value))
            levels.append(state.level[0])
            trends.append(state.trend(0) / SmoothingCoefficients.damping)
        }
        return (sum > 0 ? errors / sum : 0, count)
    }
}
