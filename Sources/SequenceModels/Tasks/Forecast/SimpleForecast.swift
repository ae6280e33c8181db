import Kernels

/// Forecasts that need no training: what a model must beat.
package enum SimpleForecast: String, Sendable, CaseIterable {
    /// The last value.
    case lastValue = "last_value"
    /// Last season's values.
    case seasonalNaive = "seasonal_naive"
    /// The level of the last season times (or plus) the mean shape of the last ones.
    case seasonalProfile = "seasonal_profile"
    /// The theta method.
    case theta
    /// The last value with the mean change of the history, a season taken out and put back.
    case drift
    /// Nothing, for series that are mostly zero.
    case zero

    /// Seasons whose shape is averaged.
    private static let seasonsMax = 6

    /// In a sentence: "better than …".
    package var words: String {
        switch self {
        case .lastValue: "the last value"
        case .seasonalNaive: "seasonal naive"
        case .seasonalProfile: "the mean season"
        case .theta: "the theta method"
        case .drift: "the last value with drift"
        case .zero: "zero"
        }
    }

    /// Those that mean something.
    /// - Parameters: season: S, 1 for none. - zeroShare: of all values.
    package static func useful(season: Int, zeroShare: Double) -> [SimpleForecast] {
        allCases.filter { method in
            switch method {
            case .lastValue, .theta, .drift: true
            case .seasonalNaive, .seasonalProfile: season > 1
            case .zero: zeroShare >= 0.5
            }
        }
    }

    /// - Parameters: past: NaN missing, at least one observed. - season: S, 1 for none.
    package func run(_ past: [Double], season: Int, steps: Int) -> [Double] {
        let line = line(past, season: season)
        return (0..<steps).map { line.value($0) }
    }

    /// The same in closed form.
    func line(_ past: [Double], season: Int) -> LineForecast {
        switch self {
        case .lastValue: LineForecast(level: past.last { !$0.isNaN } ?? 0)
        case .seasonalNaive: Self.naive(past, season: season)
        case .seasonalProfile: Self.profile(past, season: season)
        case .theta: ThetaForecast.line(past, season: season)
        case .drift: Self.drift(past, season: season)
        case .zero: LineForecast(level: 0)
        }
    }

    private static func naive(_ past: [Double], season: Int) -> LineForecast {
        LineForecast(level: 0, season: NaiveForecast.run(past, lag: season, steps: season))
    }

    private static func drift(_ past: [Double], season: Int) -> LineForecast {
        let shape = SeasonShape(past, season: season)
        let level = shape?.removed(from: past) ?? past
        let first = level.firstIndex { !$0.isNaN } ?? 0, last = level.lastIndex { !$0.isNaN } ?? 0
        guard last > first else { return lastValue.line(past, season: season) }
        let slope = (level[last] - level[first]) / Double(last - first)
        return LineForecast(
            level: level[last] + slope * Double(level.count - last), slope: slope,
            season: shape?.ahead(of: past.count) ?? [], isFactor: shape?.isFactor ?? false)
    }

    private static func profile(_ past: [Double], season: Int) -> LineForecast {
        let recent = Array(past.suffix(seasonsMax * season))
        guard let shape = SeasonShape(recent, season: season) else { return naive(past, season: season) }
        let level = shape.removed(from: recent).suffix(season).filter { !$0.isNaN }
        guard !level.isEmpty else { return naive(past, season: season) }
        let mean = level.reduce(0, +) / Double(level.count)
        return LineForecast(level: mean, season: shape.ahead(of: recent.count), isFactor: shape.isFactor)
    }
}

/// The shape of a season by classical decomposition: factors where all values are positive, otherwise distances.
struct SeasonShape {
    /// `[S]` by phase.
    private let index: [Double]
    let isFactor: Bool

    /// - Returns: nil for fewer than two seasons, and where a phase was never observed.
    init?(_ values: [Double], season: Int) {
        guard season > 1, values.count >= 2 * season else { return nil }
        let isFactor = values.allSatisfy { $0.isNaN || $0 > 0 }
        var sums = [Double](repeating: 0, count: season), counts = sums
        let half = season / 2
        for step in half..<values.count - half {
            var level = 0.0, weight = 0.0
            for other in step - half...step + half where !values[other].isNaN {
                // Of an even length, the two outer steps count half.
                let share = season % 2 == 0 && abs(other - step) == half ? 0.5 : 1
                level += share * values[other]
                weight += share
            }
            guard !values[step].isNaN, weight > 0, level > 0 || !isFactor else { continue }
            level /= weight
            sums[step % season] += isFactor ? values[step] / level : values[step] - level
            counts[step % season] += 1
        }
        guard counts.allSatisfy({ $0 > 0 }) else { return nil }
        let means = zip(sums, counts).map { $0 / $1 }
        let mean = means.reduce(0, +) / Double(season)
        guard mean > 0 || !isFactor else { return nil }
        self.isFactor = isFactor
        index = means.map { isFactor ? $0 / mean : $0 - mean }
        if isFactor, !index.allSatisfy({ $0 > 0 && $0.isFinite }) { return nil }
    }

    func removed(from values: [Double]) -> [Double] {
        values.enumerated().map { isFactor ? $1 / index[$0 % index.count] : $1 - index[$0 % index.count] }
    }

    /// The season that begins at a step.
    func ahead(of step: Int) -> [Double] { index.indices.map { index[(step + $0) % index.count] } }
}
