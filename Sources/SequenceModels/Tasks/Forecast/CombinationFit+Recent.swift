import Kernels

/// Of counts that are mostly zero: how much of the answer is drawn from the last values of a series.
extension CombinationFit {
    static let recentPresumed = 0.5
    static let recentValuesPresumed = 12
    /// Standard errors by which another share must be better than what is presumed.
    private static let deviationsMin = 2.0
    /// Never the network alone: it has chosen its epochs on the cases that are looked at here.
    private static let sharesTried = [0.25, 0.5, 0.75]
    /// Quantiles that answers are compared by.
    private static let levels = stride(from: 0.05, to: 1, by: 0.1).map { $0 }

    func sparse(_ recent: RecentShare) -> ForecastCombination {
        var combination = ForecastCombination(
            shares: [:], season: season, spread: [1], horizon: horizon, minimum: minimum)
        combination.recent = recent
        return combination
    }

    func recent(_ share: Double, _ values: Int) -> RecentShare {
        RecentShare(share: share, values: values, season: phases)
    }

    /// What loses least of the quantiles.
    func bestRecent(_ chosen: [Int]) -> RecentShare {
        let points = chosen.flatMap { cases[$0].points.joined() }.filter { !$0.target.isNaN && !$0.samples.isEmpty }
        let apart = max(1, points.count / Self.pointsMax)
        let some = stride(from: 0, to: points.count, by: apart).map { points[$0] }
        func losses(_ recent: RecentShare) -> [Double] {
            some.map { Self.loss(mixed($0, recent).samples, $0.target) }
        }
        let presumed = recent(Self.recentPresumed, Self.recentValuesPresumed), known = losses(presumed)
        var best: (gain: Double, recent: RecentShare) = (0, presumed)
        for share in Self.sharesTried {
            for values in RecentShare.counts {
                let recent = self.recent(share, values)
                let gains = zip(known, losses(recent)).map { $0 - $1 }
                let gain = gains.reduce(0, +)
                // What is no more than chance changes nothing.
                let error = gains.reduce(0) { $0 + $1 * $1 }.squareRoot()
                if gain > Self.deviationsMin * error, gain > best.gain { best = (gain, recent) }
            }
        }
        return best.recent
    }

    /// Mean and sorted samples of a point, with some of them taken from the last values.
    func mixed(_ point: BacktestCase.Point, _ recent: RecentShare?) -> (mean: Double, samples: [Double]) {
        guard let recent, !point.recent.isEmpty, point.samples.count > 1 else { return (point.mean, point.samples) }
        let values = point.recent.prefix(recent.values).sorted()
        let count = point.samples.count
        let taken = Int((recent.share * Double(count)).rounded()), kept = count - taken
        func even(_ sorted: [Double], _ count: Int) -> [Double] {
            (0..<count).map { RecentValues.even(sorted, $0, of: count) }
        }
        let mean = values.reduce(0, +) / Double(values.count)
        return (
            recent.share * mean + (1 - recent.share) * point.mean,
            (even(point.samples, kept) + even(values, taken)).sorted()
        )
    }

    /// What the quantiles of samples lose of a value (Koenker & Bassett 1978).
    private static func loss(_ samples: [Double], _ target: Double) -> Double {
        levels.reduce(0) { sum, level in
            let distance = target - Quantile.of(sorted: samples, level: level)
            return sum + max(level * distance, (level - 1) * distance)
        }
    }
}
