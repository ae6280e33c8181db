/// Errors of predicted values, summed by target; missing truths do not count.
package struct RegressionErrors: Sendable {
    /// `[D]` each.
    private var squares: [Double]
    private var absolutes: [Double]
    private var counts: [Int]
    /// Truths, for their variance.
    private var truths: [[Double]]

    /// No errors yet.
    /// - Parameter width: D, values of one target.
    package init(width: Int) {
        squares = [Double](repeating: 0, count: width)
        absolutes = squares
        counts = [Int](repeating: 0, count: width)
        truths = [[Double]](repeating: [], count: width)
    }

    /// - Parameters: `[D]` each, NaN for a missing truth.
    package mutating func add(guesses: [Double], truths values: [Double]) {
        for index in squares.indices where !values[index].isNaN {
            let error = guesses[index] - values[index]
            squares[index] += error * error
            absolutes[index] += abs(error)
            counts[index] += 1
            truths[index].append(values[index])
        }
    }

    /// `rmse` and `mae` over all values, `r2` as the mean over the targets that vary (absent when none does).
    package var metrics: [String: Double] {
        let count = Double(counts.reduce(0, +))
        guard count > 0 else { return [:] }
        var metrics = ["rmse": (squares.reduce(0, +) / count).squareRoot(), "mae": absolutes.reduce(0, +) / count]
        var shares: [Double] = []
        for index in squares.indices where !truths[index].isEmpty {
            let mean = truths[index].reduce(0, +) / Double(truths[index].count)
            let variation = truths[index].reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            if variation > 0 { shares.append(1 - squares[index] / variation) }
        }
        if !shares.isEmpty { metrics["r2"] = shares.reduce(0, +) / Double(shares.count) }
        return metrics
    }
}
