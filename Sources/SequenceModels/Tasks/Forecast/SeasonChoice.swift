import SeriesTime

/// The season that is the base of a forecast, and the others that the frequency of the series has.
struct SeasonChoice {
    /// S of the naive expectation; 1 means none.
    let season: Int
    /// Other seasons that are seen in the series, in steps, ascending.
    let others: [Int]
    /// In words.
    let note: String

    /// - Parameter columns: every channel of every series on its own, NaN missing.
    init(_ columns: [[Double]], longest: Int, frequency: Frequency?, _ request: ForecastRequest) {
        let found = SeasonalityDetector.season(of: columns)
        var candidates: Set<Int> = []
        for season in frequency?.seasons ?? [] {
            let steps = Int(season.rounded())
            if steps >= 2, steps <= ModelLimits.lagMax, steps * 5 / 2 <= longest { candidates.insert(steps) }
        }
        let seen = candidates.filter { Self.likeness(columns, lag: $0) >= Self.likenessMin }
        if let season = request.seasonality {
            self.season = season
            others = seen.filter { $0 != season && season > 1 }.sorted()
            note = "season of \(season) steps, as requested" + Self.text(others)
            return
        }
        guard !seen.isEmpty else {
            (season, others) = (found, [])
            note = found > 1 ? "season of \(found) steps, found by autocorrelation" : "no season found"
            return
        }
        // The shortest is the base: the network sees the longer ones as lags and by the calendar, and a base that lies
        // near has less noise in it.
        let shortest = seen.min() ?? 1
        season = shortest
        others = seen.filter { $0 != shortest }.sorted()
        note = "season of \(shortest) steps, of the frequency" + Self.text(others)
    }

    private static func text(_ others: [Int]) -> String {
        others.isEmpty ? "" : "; " + others.map { "\($0)" }.joined(separator: " and ") + " steps ago are inputs, too"
    }

    /// Correlation of the changes a season apart, below which there is none.
    private static let likenessMin = 0.15
    /// Series that are looked at, evenly chosen, and their newest points.
    private static let columnsMax = 64, pointsMax = 20_000

    private static func chosen(_ columns: [[Double]], lag: Int) -> [ArraySlice<Double>] {
        let long = columns.filter { $0.count > 2 * lag }
        let count = min(columnsMax, long.count)
        return (0..<count).map { long[$0 * long.count / count].suffix(max(pointsMax, 3 * lag)) }
    }

    /// Mean over the columns of the correlation of changes from step to step with those a lag before.
    private static func likeness(_ columns: [[Double]], lag: Int) -> Double {
        var sum = 0.0, count = 0.0
        for column in chosen(columns, lag: lag) {
            let changes = zip(column.dropFirst(), column).map { $0 - $1 }
            var products = 0.0, before = 0.0, after = 0.0
            for (now, then) in zip(changes.dropFirst(lag), changes) where !(now * then).isNaN {
                products += now * then
                before += then * then
                after += now * now
            }
            guard before > 0, after > 0 else { continue }
            sum += products / (before * after).squareRoot()
            count += 1
        }
        return count > 0 ? sum / count : 0
    }
}
