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
        var candidates: Set<Int> = []
        for season in frequency?.seasons ?? [] {
            let steps = Int(season.rounded())
            if steps >= 2, steps <= ModelLimits.lagMax, steps * 5 / 2 <= longest { candidates.insert(steps) }
        }
        let seen = candidates.filter { Self.isSeen(columns, lag: $0) }
        if let season = request.seasonality {
            self.season = season
            others = seen.filter { $0 != season && season > 1 }.sorted()
            note = "season of \(season) steps, as requested" + Self.text(others)
            return
        }
        guard let shortest = seen.min() else {
            // A long search, which nothing else needs.
            let found = SeasonalityDetector.season(of: columns)
            (season, others) = (found, [])
            note = found > 1 ? "season of \(found) steps, found by autocorrelation" : "no season found"
            return
        }
        // The shortest is the base: the network sees the longer ones as lags and by the calendar, and a base that lies
        // near has less noise in it.
        season = shortest
        others = seen.filter { $0 != shortest }.sorted()
        note = "season of \(shortest) steps, of the frequency" + Self.text(others)
    }

    private static func text(_ others: [Int]) -> String {
        others.isEmpty ? "" : "; " + others.map { "\($0)" }.joined(separator: " and ") + " steps ago are inputs, too"
    }

    /// Correlation of the changes a season apart, below which there is none; of few pairs it must be more than chance,
    /// whose deviation is 1 / √pairs.
    private static let likenessMin = 0.15, deviationsMin = 2.0
    /// Series that are looked at, evenly chosen, and their newest points.
    private static let columnsMax = 64, pointsMax = 20_000

    private static func chosen(_ columns: [[Double]], lag: Int) -> [ArraySlice<Double>] {
        let long = columns.filter { $0.count > 2 * lag }
        let count = min(columnsMax, long.count)
        return (0..<count).map { long[$0 * long.count / count].suffix(max(pointsMax, 3 * lag)) }
    }

    /// Whether changes are like those a lag before: by the mean of their correlation over the columns.
    private static func isSeen(_ columns: [[Double]], lag: Int) -> Bool {
        var sum = 0.0, count = 0.0, pairs = 0.0
        for column in chosen(columns, lag: lag) {
            let changes = zip(column.dropFirst(), column).map { $0 - $1 }
            var products = 0.0, before = 0.0, after = 0.0
            for (now, then) in zip(changes.dropFirst(lag), changes) where !(now * then).isNaN {
                products += now * then
                before += then * then
                after += now * now
                pairs += 1
            }
            guard before > 0, after > 0 else { continue }
            sum += products / (before * after).squareRoot()
            count += 1
        }
        guard count > 0 else { return false }
        return sum / count >= max(likenessMin, deviationsMin / pairs.squareRoot())
    }
}
