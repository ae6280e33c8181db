/// What all series of one model have in common: which inputs are made of the values before a step.
struct PathShape: Sendable, Equatable {
    /// C.
    let channels: Int
    /// S; 1 means none.
    let season: Int
    /// Whether inputs carry an indicator of missing values.
    let indicators: Bool
    /// Counts are predicted themselves, in units of scale, and their levels are inputs, too.
    let isCount: Bool
    /// Whether the base is of exponential smoothing.
    let isSmoothed: Bool
    /// Whether inputs tell how far the step lies behind the last value that was read.
    let isDirect: Bool
    /// Steps behind which other values lie that are inputs, beside those of the season.
    let lags: [Int]

    init(_ facts: ForecastFacts, channels: Int) {
        self.channels = channels
        season = facts.seasonality
        indicators = facts.indicators
        isCount = facts.isCount ?? false
        isSmoothed = facts.smoothing != nil
        isDirect = facts.direct != nil
        lags = facts.inputs?.lags ?? []
    }

    /// Numbers of one step.
    var width: Int {
        let levels = (isCount ? (season > 1 ? 3 : 2) : 0) + (isSmoothed && season > 1 ? 1 : 0)
        return channels * ((season > 1 ? 4 : 3) + levels + (indicators ? 1 : 0) + lags.count) + phaseWidth
            + (isDirect ? 2 : 0)
    }

    /// Numbers that tell where in the season a step is.
    private var phaseWidth: Int { season > 1 ? (season > 3 ? 4 : 2) : 0 }

    /// Steps that features can reach back.
    var reach: Int { max(2 * season + max(8, season), lags.max() ?? 0) + 2 }

    /// Steps that a path holds at most while it grows by `append`.
    var drawnStepsMax: Int { 2 * reach }

    /// How many steps before step t its naive expectation lies: a season, or one.
    func baseDistance(_ t: Int) -> Int { t >= season ? season : 1 }
}
