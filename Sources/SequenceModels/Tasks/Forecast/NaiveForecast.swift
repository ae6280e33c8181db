/// What needs no model: the last value, or last season's.
package enum NaiveForecast {
    /// - Parameters: past: NaN missing, at least one observed. - lag: 1 for the last value, S for last season's.
    package static func run(_ past: [Double], lag: Int, steps: Int) -> [Double] {
        var filled: [Double] = []
        filled.reserveCapacity(past.count + steps)
        let first = past.first { !$0.isNaN } ?? 0
        for value in past + [Double](repeating: .nan, count: steps) {
            let t = filled.count
            filled.append(!value.isNaN ? value : t >= lag ? filled[t - lag] : filled.last ?? first)
        }
        return Array(filled.suffix(steps))
    }

    /// Mean absolute change over `lag` steps, over one step where that is 0: the unit of MASE (Hyndman & Koehler 2006).
    package static func error(_ past: [Double], lag: Int) -> Double {
        let changes = zip(past.dropFirst(lag), past).map { abs($0 - $1) }.filter { !$0.isNaN }
        let mean = changes.isEmpty ? 0 : changes.reduce(0, +) / Double(changes.count)
        return mean == 0 && lag > 1 ? error(past, lag: 1) : mean
    }
}
