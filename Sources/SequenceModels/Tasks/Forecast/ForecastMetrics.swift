/// Errors of forecasts, gathered over windows and channels.
package struct ForecastMetrics: Sendable {
    /// Of the unit of a series: less than single precision tells apart.
    private static let negligible = 1e-6

    private var count = 0.0
    private var absolute = 0.0
    private var squares = 0.0
    private var symmetric = 0.0
    private var scaled = 0.0
    private var scaledCount = 0.0
    private var crps = 0.0
    private var covered = 0.0, coveredWidely = 0.0
    private var intervals = 0.0
    private var coverageCount = 0.0
    private var quantileLoss = 0.0
    private var size = 0.0

    /// No errors yet.
    package init() {}

    /// One forecast value; a NaN target is skipped.
    /// - Parameters:
    ///   - naiveError: mean absolute (seasonal) change of the series before the forecast, the unit of MASE; 0 leaves
    ///     MASE out.
    ///   - samples: sample values of this step, empty for a point forecast.
    package mutating func add(target: Double, mean: Double, naiveError: Double, samples: [Double]) {
        guard !target.isNaN else { return }
        let error = abs(target - mean)
        count += 1
        absolute += error
        squares += error * error
        size += abs(target)
        // What single precision leaves of a zero does not count as an error of 200 %. A series of zeros has no unit.
        let unit = max(naiveError, abs(target)), both = abs(target) + abs(mean)
        if error > Self.negligible * (unit > 0 ? unit : 1) { symmetric += 200 * error / both }
        if naiveError > 0 {
            scaled += error / naiveError
            scaledCount += 1
        }
        guard !samples.isEmpty else {
            crps += error
            quantileLoss += error
            return
        }
        let sorted = samples.sorted()
        crps += Self.crps(sorted: sorted, target: target)
        let low = Quantile.of(sorted: sorted, level: 0.1), high = Quantile.of(sorted: sorted, level: 0.9)
        covered += target >= low && target <= high ? 1 : 0
        // Width, and ten times what it misses by (Winkler 1972).
        intervals += high - low + 10 * max(0, low - target, target - high)
        let lowest = Quantile.of(sorted: sorted, level: 0.05), highest = Quantile.of(sorted: sorted, level: 0.95)
        coveredWidely += target >= lowest && target <= highest ? 1 : 0
        coverageCount += 1
        for level in Self.levels {
            let rest = target - Quantile.of(sorted: sorted, level: level)
            quantileLoss += 2 * max(level * rest, (level - 1) * rest) / Double(Self.levels.count)
        }
    }

    /// Of the weighted quantile loss.
    private static let levels = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    /// Sum of the errors that `mae`, `mase` or `crps` is the mean of.
    func sum(_ name: String) -> Double { name == "mase" ? scaled : name == "crps" ? crps : absolute }

    /// Adds the errors of other windows or channels.
    package static func += (a: inout ForecastMetrics, b: ForecastMetrics) {
        a.count += b.count
        a.absolute += b.absolute
        a.squares += b.squares
        a.symmetric += b.symmetric
        a.scaled += b.scaled
        a.scaledCount += b.scaledCount
        a.crps += b.crps
        a.covered += b.covered
        a.coveredWidely += b.coveredWidely
        a.intervals += b.intervals
        a.quantileLoss += b.quantileLoss
        a.size += b.size
        a.coverageCount += b.coverageCount
    }

    /// `mase`, `smape` (%), `rmse`, `mae`, `crps` (data units), `wql`, `coverage_0.8`, `coverage_0.9` and `winkler_0.8`
    /// (data units); those without data are absent.
    package var values: [String: Double] {
        guard count > 0 else { return [:] }
        var result = [
            "mae": absolute / count, "rmse": (squares / count).squareRoot(), "smape": symmetric / count,
            "crps": crps / count,
        ]
        if scaledCount > 0 { result["mase"] = scaled / scaledCount }
        // The quantile loss over the sum of the values, as the M5 and GluonTS have it.
        if size > 0 { result["wql"] = quantileLoss / size }
        if coverageCount > 0 {
            result["coverage_0.8"] = covered / coverageCount
            result["coverage_0.9"] = coveredWidely / coverageCount
            result["winkler_0.8"] = intervals / coverageCount
        }
        return result.filter { $0.value.isFinite }
    }

    /// Continuous ranked probability score of an empirical distribution: E|X − y| − E|X − X′| / 2 (Gneiting & Raftery
    /// 2007).
    /// - Complexity: O(n).
    package static func crps(sorted: [Double], target: Double) -> Double {
        let n = Double(sorted.count)
        var distance = 0.0, spread = 0.0
        for (index, value) in sorted.enumerated() {
            distance += abs(value - target)
            spread += (2 * Double(index) + 1 - n) * value
        }
        return distance / n - spread / (n * n)
    }
}

/// Quantiles of samples.
package enum Quantile {
    /// Linear interpolation between order statistics (Hyndman & Fan's type 7).
    /// - Parameter sorted: ascending, at least one.
    package static func of(sorted: [Double], level: Double) -> Double {
        let place = level * Double(sorted.count - 1)
        let below = max(0, min(sorted.count - 1, Int(place)))
        let above = min(sorted.count - 1, below + 1)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
}
