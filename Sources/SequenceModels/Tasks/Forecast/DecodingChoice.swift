import Kernels

/// Which way to decode did better on a backtest that measured both.
package struct DecodingChoice {
    /// Whether to go on from what was drawn.
    package let isRecursive: Bool
    /// What the answer is combined and judged by.
    package let cases: [BacktestCase]
    /// Of direct decoding; nil where nothing tells it.
    package let correlation: Double?

    /// How many standard errors the recursion must be better by: it costs a hundred times as much.
    private static let errorsMin = 2.0

    /// - Parameter cases: with `recursive` where both were measured.
    package init(_ cases: [BacktestCase]) {
        let differences = cases.compactMap { one -> Double? in
            guard let recursive = one.recursive, let direct = Self.error(one.points), let other = Self.error(recursive)
            else { return nil }
            return direct - other
        }
        let count = Double(differences.count)
        let mean = differences.reduce(0, +) / max(1, count)
        let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = count > 1 ? (squares / (count - 1) / count).squareRoot() : .infinity
        isRecursive = mean > Self.errorsMin * deviation && mean > 0
        guard !isRecursive else {
            self.cases = cases.compactMap { one in
                one.recursive.map { BacktestCase(series: one.series, group: one.group, points: $0) }
            }
            correlation = nil
            return
        }
        self.cases = cases
        correlation = Self.correlation(cases)
    }

    /// Mean CRPS in units of the series; nil where nothing came, or no series has a unit.
    private static func error(_ points: [[BacktestCase.Point]]) -> Double? {
        var sum = 0.0, count = 0.0
        for point in points.joined() where !point.target.isNaN && point.unit > 0 {
            let error =
                point.samples.count > 1
                ? ForecastMetrics.crps(sorted: point.samples, target: point.target) : abs(point.mean - point.target)
            sum += error / point.unit
            count += 1
        }
        return count > 0 ? sum / count : nil
    }

    /// Of the normal scores of what came, among what was said of it, from one step to the next.
    private static func correlation(_ cases: [BacktestCase]) -> Double? {
        var products = 0.0, squares = 0.0
        for one in cases {
            var before: [Double?] = []
            for channels in one.points {
                let scores = channels.map(score)
                for (score, last) in zip(scores, before) {
                    guard let score, let last else { continue }
                    products += score * last
                    squares += (score * score + last * last) / 2
                }
                before = scores
            }
        }
        return squares > 0 ? min(correlationMax, max(0, products / squares)) : nil
    }

    /// Paths that never cross tell nothing of what lies between.
    private static let correlationMax = 0.99

    private static func score(_ point: BacktestCase.Point) -> Double? {
        guard !point.target.isNaN, point.samples.count > 1 else { return nil }
        let below = Double(point.samples.count { $0 < point.target })
        let equal = Double(point.samples.count { $0 == point.target })
        return Quantiles.normal((below + equal / 2 + 0.5) / (Double(point.samples.count) + 1))
    }
}
