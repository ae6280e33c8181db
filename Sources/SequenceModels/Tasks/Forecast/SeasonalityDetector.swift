import Kernels

/// Finds the season of series by autocorrelation.
package enum SeasonalityDetector {
    /// Points of a series that are looked at, the latest.
    private static let pointsMax = 20_000
    private static let lagMax = 400
    private static let seriesMax = 32

    /// The length of the season in steps, or 1 when there is none.
    ///
    /// A season is a peak of the autocorrelation of the detrended values that also stands out among the changes from
    /// step to step; a random walk has the former by chance, never the latter. Of equally good peaks the shortest wins,
    /// not its multiples.
    /// - Parameter series: NaN is missing; several series (or channels) vote by the mean of their autocorrelations.
    /// - Complexity: O(points · lags) for at most 32 series.
    package static func season(of series: [[Double]]) -> Int {
        let usable = series.filter { $0.count >= 6 }.sorted { $0.count > $1.count }.prefix(seriesMax)
        guard let longest = usable.first else { return 1 }
        let middle = usable[usable.count / 2].count
        let lags = min(lagMax, min(longest.count, middle) * 2 / 5)
        guard lags >= 2 else { return 1 }
        var levels = [Double](repeating: 0, count: lags + 2), changes = levels
        var points = 0
        var votes = 0.0
        for values in usable where values.count > lags + 2 {
            let recent = Array(values.suffix(pointsMax))
            guard let level = autocorrelation(detrended(recent), lags: lags + 1) else { continue }
            let steps = zip(recent.dropFirst(), recent).map { $0 - $1 }
            guard let change = autocorrelation(steps, lags: lags + 1) else { continue }
            for lag in levels.indices {
                levels[lag] += level[lag]
                changes[lag] += change[lag]
            }
            points += recent.count
            votes += 1
        }
        guard votes > 0 else { return 1 }
        return peak(levels.map { $0 / votes }, changes.map { $0 / votes }, lags: lags, points: points)
    }

    private static func peak(_ levels: [Double], _ changes: [Double], lags: Int, points: Int) -> Int {
        // What the largest of `lags` correlations of noise may reach (variance 1 / n, of changes 1.5 / n).
        let chance = (3 * PortableMath.log(2 * Double(lags)) / Double(points)).squareRoot()
        let least = max(0.15, chance)
        var candidates: [(lag: Int, score: Double)] = []
        for lag in 2...lags {
            let isPeak = changes[lag] >= changes[lag - 1] && changes[lag] >= changes[lag + 1]
            guard isPeak, changes[lag] > least else { continue }
            // The level must come back near this lag, having fallen in between.
            let near = max(levels[lag - 1], levels[lag], levels[lag + 1])
            let valley = levels[1...lag].min() ?? 1
            guard near > max(0.1, 0.75 * chance), near - valley > min(0.1, least) else { continue }
            candidates.append((lag, changes[lag]))
        }
        guard let best = candidates.map(\.score).max() else { return 1 }
        return candidates.first { $0.score >= 0.8 * best }?.lag ?? 1
    }

    /// Residuals of a straight line.
    private static func detrended(_ values: [Double]) -> [Double] {
        // From the first value on, so that a large level costs no digits.
        let origin = values.first { !$0.isNaN } ?? 0
        var n = 0.0, sx = 0.0, sy = 0.0, sxx = 0.0, sxy = 0.0
        for (index, value) in values.enumerated() where !value.isNaN {
            let x = Double(index) / Double(values.count), y = value - origin
            n += 1; sx += x; sy += y; sxx += x * x; sxy += x * y
        }
        let denominator = n * sxx - sx * sx
        let slope = denominator > 0 ? (n * sxy - sx * sy) / denominator : 0
        let start = n > 0 ? (sy - slope * sx) / n : 0
        return values.enumerated().map { $1 - origin - start - slope * Double($0) / Double(values.count) }
    }

    /// Autocorrelation by lag from 0 on, over pairs that are both there; nil for a constant series.
    package static func autocorrelation(_ values: [Double], lags: Int) -> [Double]? {
        let there = values.filter { !$0.isNaN }
        guard there.count >= 4 else { return nil }
        let count = Double(there.count)
        let mean = there.reduce(0, +) / count
        let variance = there.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        guard variance > 1e-20 * max(1, mean * mean) else { return nil }
        // Few pairs weigh less, as in the biased estimator.
        return [1.0]
            + products(values.map { $0 - mean }, lags: lags).enumerated().map { index, found in
                found.pairs > 0 ? found.sum / variance / count * (count / (count - Double(index + 1) / 2)) : 0
            }
    }

    /// The sum of the products of pairs and their number, for each lag from 1 on.
    ///
    /// Each sum is taken in the order of the series. Those of four lags are taken together: so none of them waits for
    /// the addition before, and a value is read once for four.
    private static func products(_ values: [Double], lags: Int) -> [(sum: Double, pairs: Double)] {
        var found: [(sum: Double, pairs: Double)] = []
        found.reserveCapacity(lags)
        if values.allSatisfy(\.isFinite) {
            while found.count + 4 <= lags, found.count + 4 < values.count {
                let sums = fourProducts(values, lag: found.count + 1)
                for sum in [sums.0, sums.1, sums.2, sums.3] {
                    found.append((sum, Double(values.count - found.count - 1)))
                }
            }
        }
        while found.count < lags {
            let lag = found.count + 1
            var sum = 0.0, pairs = 0.0
            for index in lag..<max(lag, values.count) {
                let product = values[index] * values[index - lag]
                if !product.isNaN { sum += product; pairs += 1 }
            }
            found.append((sum, pairs))
        }
        return found
    }

    /// The sums of the products of pairs at `lag` to `lag + 3`, which is less than the number of values.
    private static func fourProducts(_ values: [Double], lag: Int) -> (Double, Double, Double, Double) {
        func sum(_ lag: Int, below end: Int) -> Double {
            (lag..<end).reduce(0) { $0 + values[$1] * values[$1 - lag] }
        }
        // Pairs that the longer lags do not have come first.
        var sums = (sum(lag, below: lag + 3), sum(lag + 1, below: lag + 3), sum(lag + 2, below: lag + 3), 0.0)
        values.withUnsafeBufferPointer { values in
            for index in lag + 3..<values.count {
                let value = values[index]
                sums.0 += value * values[index - lag]
                sums.1 += value * values[index - lag - 1]
                sums.2 += value * values[index - lag - 2]
                sums.3 += value * values[index - lag - 3]
            }
        }
        return sums
    }
}
