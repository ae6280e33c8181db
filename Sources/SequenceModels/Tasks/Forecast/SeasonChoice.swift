import SeriesTime

/// The season that is the base of a forecast, and the others that the frequency of the series has.
struct SeasonChoice {
    /// S of the naive expectation; 1 means none.
    let season: Int
    /// Other seasons that are seen in the series, in steps, ascending.
    let others: [Int]
    /// Seasons that explain what the shorter ones do not: those of level and seasons, ascending; empty for none.
    let layers: [Int]
    /// In words.
    let note: String

    /// - Parameter columns: every channel of every series on its own, NaN missing.
    init(_ columns: [[Double]], longest: Int, frequency: Frequency?, _ request: ForecastRequest) {
        var candidates: Set<Int> = []
        for season in frequency?.seasons ?? [] {
            let steps = Int(season.rounded())
            let cyclesMin = SeasonColumn.cyclesMin
            if 2...ModelLimits.lagMax ~= steps, Double(longest) >= cyclesMin * Double(steps) {
                candidates.insert(steps)
            }
        }
        if let season = request.seasonality {
            self.season = season
            let search = candidates.isEmpty ? nil : SeasonSearch(columns)
            others = candidates.filter { $0 != season && season > 1 && search?.isSeen($0) == true }.sorted()
            layers = Self.layers(season, others, search)
            note = "season of \(season) steps, as requested" + Self.text(others)
            return
        }
        let search = SeasonSearch(columns)
        let seen = candidates.sorted().filter { search.isSeen($0) }
        let sample =
            search.columnsSeen < search.columnsAll
            ? ", by a sample of \(search.columnsSeen) of \(search.columnsAll) series" : ""
        guard let shortest = seen.first else {
            // A long search, which nothing else needs.
            let found = search.season()
            (season, others) = (found, [])
            layers = Self.layers(found, [], search)
            note = (found > 1 ? "season of \(found) steps, found by what it explains" : "no season found") + sample
            return
        }
        // The shortest is the base: the network sees the longer ones as lags and by the calendar, and a base that lies
        // near has less noise in it.
        season = shortest
        others = seen.filter { $0 != shortest }
        layers = Self.layers(shortest, others, search)
        note = "season of \(shortest) steps, of the frequency" + Self.text(others) + sample
    }

    private static func layers(_ season: Int, _ others: [Int], _ search: SeasonSearch?) -> [Int] {
        guard season > 1 else { return [] }
        var layers = [season]
        for other in others.sorted() where other > season {
            if let search, let longest = layers.last, search.isSeen(other, beyond: longest) { layers.append(other) }
        }
        return layers
    }

    private static func text(_ others: [Int]) -> String {
        others.isEmpty ? "" : "; " + others.map { "\($0)" }.joined(separator: " and ") + " steps ago are inputs, too"
    }
}
