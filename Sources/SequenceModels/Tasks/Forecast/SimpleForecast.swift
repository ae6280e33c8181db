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
        case .zero: "zero"
        }
    }

    /// Those that mean something.
    /// - Parameters: season: S, 1 for none. - zeroShare: of all values.
    package static func useful(season: Int, zeroShare: Double) -> [SimpleForecast] {
        allCases.filter { method in
            switch method {
            case .lastValue, .theta: true
            case .seasonalNaive, .seasonalProfile: season > 1
            case .zero: zeroShare >= 0.5
            }
        }
    }

    /// - Parameters: past: NaN missing, at least one observed. - season: S, 1 for none.
    package func run(_ past: [Double], season: Int, steps: Int) -> [Double] {
        switch self {
        case .lastValue: NaiveForecast.run(past, lag: 1, steps: steps)
        case .seasonalNaive: NaiveForecast.run(past, lag: season, steps: steps)
        case .seasonalProfile: Self.profile(past, season: season, steps: steps)
        case .theta: ThetaForecast.run(past, season: season, steps: steps)
        case .zero: [Double](repeating: 0, count: steps)
        }
    }

    private static func profile(_ past: [Double], season: Int, steps: Int) -> [Double] {
        let recent = Array(past.suffix(seasonsMax * season))
        guard let shape = SeasonShape(recent, season: season) else {
            return NaiveForecast.run(past, lag: season, steps: steps)
        }
        let level = shape.removed(from: recent).suffix(season).filter { !$0.isNaN }
        guard !level.isEmpty else { return NaiveForecast.run(past, lag: season, steps: steps) }
        let mean = level.reduce(0, +) / Double(level.count)
        return (0..<steps).map { shape.added(to: mean, at: recent.count + $0) }
    }
}

/// The shape of a season by classical decomposition: factors where all values are positive, otherwise distances.
struct SeasonShape {
    /// `[S]` by phase.
    private let index: [Double]
    private let isFactor: Bool

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

    func added(to level: Double, at step: Int) -> Double {
        isFactor ? level * index[step % index.count] : level + index[step % index.count]
    }
}
