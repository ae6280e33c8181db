/// The theta method (Assimakopoulos & Nikolopoulos 2000): simple exponential smoothing with half the slope of the
/// straight line as drift (Hyndman & Billah 2003), on what a season leaves.
enum ThetaForecast {
    /// Fewer values tell no slope.
    private static let valuesMin = 4
    /// Newest values that are looked at.
    private static let valuesMax = 5_000
    private static let smoothings = 50

    /// - Parameters: past: NaN missing, at least one observed. - season: S, 1 for none.
    static func line(_ past: [Double], season: Int) -> LineForecast {
        let recent = Array(past.suffix(max(valuesMax, 3 * season)))
        let shape = SeasonShape(recent, season: season)
        let level = filled(shape?.removed(from: recent) ?? recent)
        let count = Double(level.count)
        guard level.count >= valuesMin else { return SimpleForecast.lastValue.line(past, season: season) }
        let (smoothing, last) = smoothed(level)
        let middle = (count - 1) / 2
        let mean = level.reduce(0, +) / count
        var products = 0.0, squares = 0.0
        for (step, value) in level.enumerated() {
            products += (Double(step) - middle) * (value - mean)
            squares += (Double(step) - middle) * (Double(step) - middle)
        }
        let drift = products / squares / 2
        var rest = 1.0
        for _ in level { rest *= 1 - smoothing }
        return LineForecast(
            level: last + drift * (1 - rest) / smoothing, slope: drift, season: shape?.ahead(of: recent.count) ?? [],
            isFactor: shape?.isFactor ?? false)
    }

    /// The coefficient of the least squared error one step ahead, and the level it ends at.
    private static func smoothed(_ values: [Double]) -> (smoothing: Double, level: Double) {
        var best = (smoothing: 1.0, level: values[values.count - 1], error: Double.infinity)
        for step in 1...smoothings {
            let smoothing = Double(step) / Double(smoothings)
            var level = values[0], error = 0.0
            for value in values.dropFirst() {
                let miss = value - level
                error += miss * miss
                level += smoothing * miss
            }
            if error < best.error { best = (smoothing, level, error) }
        }
        return (best.smoothing, best.level)
    }

    /// From the first observed value on, gaps filled by the value before.
    private static func filled(_ values: [Double]) -> [Double] {
        var last = values.first { !$0.isNaN } ?? 0
        return values.map { value in
            if !value.isNaN { last = value }
            return last
        }
    }
}
