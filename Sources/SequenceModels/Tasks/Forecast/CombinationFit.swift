import Kernels

/// Chooses how a forecast is combined, by what a backtest showed.
package struct CombinationFit {
    /// Simple forecasts that may take part.
    private static let candidates: [SimpleForecast] = [.theta, .seasonalProfile, .drift]
    /// Share of the network where nothing was measured: alone with the values, and where it knows more than they say.
    private static let networkPrior = 0.4, informedPrior = 0.85
    /// Share of the theta method where there is nothing to measure by.
    private static let simplePresumed = 0.9
    /// Independent cases that weigh as much as what is presumed.
    private static let sharePresumed = 2.0, spreadPresumed = 3.0
    /// Factor of the distances where nothing was measured: of few values, intervals are too narrow.
    private static let spreadPrior = 2.2
    /// Coverage at which the factor is measured.
    private static let level = 0.8
    private static let gridSteps = 10
    /// Values that the shares are chosen by, at most.
    static let pointsMax = 4_000
    /// Parts of the horizon, and independent cases that each must have.
    private static let partsMax = 8, casesPerPart = 40
    /// Independent cases that do not tell the best method from the luckiest.
    private static let casesFew = 1
    /// Parts of the cases, each judged by what the others show.
    private static let folds = 5

    /// What answers may be made of beside the network's.
    package enum Kind: Sendable {
        /// Simple forecasts, with another spread.
        case values
        /// The same, as whole numbers.
        case counts
        /// The last values of the series, where most are 0.
        case sparse
    }

    let cases: [BacktestCase]
    private let methods: [SimpleForecast]
    let season: Int
    let horizon: Int
    private let isLog: Bool
    /// Whether the network knows more than the values: covariates or the calendar.
    private let isInformed: Bool
    let minimum: Double?
    private let kind: Kind
    let phases: Int
    /// Those of the methods that take part; every point asks for them.
    private let members: [Int]
    /// Whether exponential smoothing takes part, behind the members.
    private let isSmoothed: Bool
    /// By case: those of one unit are judged together.
    private let units: [Int]

    /// - Parameters:
    ///   - cases: in the order of their series.
    ///   - methods: simple ones, of the cases.
    ///   - season: S of those; 1 for none.
    ///   - horizon: steps of the longest case.
    ///   - isLog: the model works on logarithms.
    ///   - isInformed: the network knows more than the values, as the calendar.
    ///   - minimum: below which no value ever was; nil for no such bound.
    ///   - kind: of what answers may be made.
    ///   - phases: S whose phases differ in the last values; 1 for none.
    ///   - outdone: of the methods that may take part those that something else showed to be worse; asked where one
    ///     case at most was measured.
    package init(
        _ cases: [BacktestCase], methods: [SimpleForecast], season: Int, horizon: Int, isLog: Bool, isInformed: Bool,
        minimum: Double?, kind: Kind, phases: Int = 1, outdone: ([SimpleForecast]) -> Set<SimpleForecast> = { _ in [] }
    ) {
        self.cases = cases
        self.methods = methods
        self.season = season
        self.horizon = horizon
        self.isLog = isLog
        self.isInformed = isInformed
        self.minimum = minimum
        self.kind = kind
        self.phases = phases
        isSmoothed = cases.first?.points.first?.first?.smoothed != nil
        let bySeries = Set(cases.map(\.series)).count >= BacktestResult.seriesMin
        var places: [[Int]: Int] = [:]
        units = cases.map { one in
            let key = bySeries ? [one.series] : [one.series, one.group]
            if let place = places[key] { return place }
            places[key] = places.count
            return places.count - 1
        }
        let candidates = methods.filter { Self.candidates.contains($0) }
        let outdone = kind != .sparse && places.count <= Self.casesFew ? outdone(candidates) : []
        members = methods.indices.filter { candidates.contains(methods[$0]) && !outdone.contains(methods[$0]) }
    }

    /// Of all cases; without any, of what is presumed.
    package func combination() -> ForecastCombination {
        guard cases.isEmpty else { return combination(of: Array(cases.indices)) }
        if kind == .sparse {
            return sparse(recent(Self.recentPresumed, Self.recentValuesPresumed))
        }
        // Two changes are no evidence for a third.
        var combination = ForecastCombination(
            shares: [SimpleForecast.theta.rawValue: Self.simplePresumed], season: season, spread: [Self.spreadPrior],
            horizon: horizon, minimum: minimum)
        combination.isPresumed = true
        return combination
    }

    /// What the combination of the other cases makes of each: what it is worth on what it has not seen.
    /// - Parameter seriesAll: series that could have been measured.
    package func result(seriesAll: Int) -> BacktestResult {
        let count = (units.max() ?? -1) + 1
        let folds = min(Self.folds, count)
        let combinations = (0..<max(1, folds)).map { fold in
            combination(of: cases.indices.filter { units[$0] % max(1, folds) != fold })
        }
        return BacktestResult(cases, methods: methods, seriesAll: seriesAll) { index, point, step in
            let used = combinations[units[index] % max(1, folds)]
            return kind == .sparse ? mixed(point, used.recent) : answer(point, step, used)
        }
    }

    private func answer(
        _ point: BacktestCase.Point, _ step: Int, _ combination: ForecastCombination
    ) -> (mean: Double, samples: [Double]) {
        let shares = members.map { combination.shares[methods[$0].rawValue] ?? 0 }
        let mean = mean(point, shares: shares + [combination.smoothing ?? 0])
        let bounded = bounded(mean)
        let factor = combination.factor(step)
        let samples = point.samples.map {
            self.bounded(
                ForecastCombination.value($0, about: point.mean, mean: bounded, factor: factor, isLog: isLog))
        }
        return (bounded, samples)
    }

    // MARK: The choice

    private func combination(of chosen: [Int]) -> ForecastCombination {
        if kind == .sparse { return sparse(bestRecent(chosen)) }
        let count = Double(Set(chosen.map { units[$0] }).count)
        let weight = count / (count + Self.sharePresumed)
        let best = count > 0 ? bestShares(chosen) : presumedShares
        let shares = zip(best, presumedShares).map { weight * $0 + (1 - weight) * $1 }
        var named: [String: Double] = [:]
        for (member, share) in zip(members, shares) where share > 0.005 { named[methods[member].rawValue] = share }
        var combination = ForecastCombination(
            shares: named, season: season, spread: spread(chosen, shares, count: count), horizon: horizon,
            minimum: minimum)
        if isSmoothed, let share = shares.last, share > 0.005 { combination.smoothing = share }
        if kind == .counts { combination.isRounded = true }
        return combination
    }

    private var presumedShares: [Double] {
        let network = isInformed ? Self.informedPrior : Self.networkPrior
        return [Double](repeating: (1 - network) / Double(max(1, partners)), count: partners)
    }

    /// What the network shares the mean with.
    private var partners: Int { members.count + (isSmoothed ? 1 : 0) }

    /// Values of those of a point.
    private func values(_ point: BacktestCase.Point, _ index: Int) -> Double {
        index < members.count ? point.simple[members[index]] : point.smoothed ?? point.mean
    }

    /// The shares, in tenths, of the least absolute error in units of the series.
    private func bestShares(_ chosen: [Int]) -> [Double] {
        var best: (error: Double, shares: [Double]) = (.infinity, presumedShares)
        let points = chosen.flatMap { cases[$0].points.joined() }.filter { !$0.target.isNaN && $0.unit > 0 }
        let apart = max(1, points.count / Self.pointsMax)
        let some = stride(from: 0, to: points.count, by: apart).map { points[$0] }
        for shares in grid(partners, left: Self.gridSteps) {
            let error = some.reduce(0) { $0 + abs($1.target - bounded(mean($1, shares: shares))) / $1.unit }
            if error < best.error { best = (error, shares) }
        }
        return best.shares
    }

    private func grid(_ count: Int, left: Int) -> [[Double]] {
        guard count > 0 else { return [[]] }
        return (0...left).flatMap { share in
            grid(count - 1, left: left - share).map { [Double(share) / Double(Self.gridSteps)] + $0 }
        }
    }

    // MARK: The spread

    /// By part of the horizon, the factor at which so many of the values are within the interval of 80 %.
    private func spread(_ chosen: [Int], _ shares: [Double], count: Double) -> [Double] {
        let steps = max(1, horizon)
        let parts = max(1, min(Self.partsMax, steps, Int(count) / Self.casesPerPart))
        var ratios = [[Double]](repeating: [], count: parts)
        for index in chosen {
            for (step, channels) in cases[index].points.enumerated() where step < steps {
                for point in channels where !point.target.isNaN {
                    if let ratio = ratio(point, shares) { ratios[step * parts / steps].append(ratio) }
                }
            }
        }
        return ratios.map { ratios in
            guard !ratios.isEmpty, count > 0 else { return Self.spreadPrior }
            // Values of one case are neither one nor independent.
            let each = min(Double(horizon), Double(ratios.count) / count)
            let count = count * max(1, each).squareRoot()
            // Few cases may all have been easy ones (conformal prediction, Vovk et al. 2005).
            let level = min(1, Self.level * (1 + 1 / count))
            let found = Quantile.of(sorted: ratios.sorted(), level: level)
            let weight = count / (count + Self.spreadPresumed)
            let log = weight * PortableMath.log(max(0.2, found)) + (1 - weight) * PortableMath.log(Self.spreadPrior)
            return min(ForecastCombination.factorMax, PortableMath.exp(log))
        }
    }

    /// How many times as far as the end of its interval of 80 % a value came to lie; nil where there is no interval.
    private func ratio(_ point: BacktestCase.Point, _ shares: [Double]) -> Double? {
        guard point.samples.count > 1 else { return nil }
        let mean = bounded(mean(point, shares: shares))
        let isAbove = point.target >= mean
        let end = Quantile.of(sorted: point.samples, level: isAbove ? 0.9 : 0.1)
        let (reach, distance): (Double, Double)
        if isLog, end > 0, point.mean > 0, point.target > 0, mean > 0 {
            reach = abs(PortableMath.log(end) - PortableMath.log(point.mean))
            distance = abs(PortableMath.log(point.target) - PortableMath.log(mean))
        } else {
            (reach, distance) = (abs(end - point.mean), abs(point.target - mean))
        }
        if distance == 0 { return 0 }
        // Below a bound the interval ends there, whatever the factor.
        return reach > 0 ? distance / reach : ForecastCombination.factorMax
    }

    // MARK: As an answer has it

    private func mean(_ point: BacktestCase.Point, shares: [Double]) -> Double {
        let simple = shares.indices.lazy.map { (share: shares[$0], value: values(point, $0)) }
        return ForecastCombination.mean(point.mean, simple, isLog: isLog)
    }

    private func bounded(_ value: Double) -> Double { minimum.map { max($0, value) } ?? value }
}
