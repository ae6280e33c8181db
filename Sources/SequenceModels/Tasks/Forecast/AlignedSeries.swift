package import SeriesTime

/// A series with all that is known of it, on the steps of its time axis: what `SeriesAlignment` makes of a record.
package struct AlignedSeries: Sendable {
    /// Whose series it is.
    package var id: String?
    /// Names of the targets, C of them; nil where they have none.
    package var channels: [String]?
    /// `[T, C]`: the channels to forecast, NaN where there is nothing.
    package var targets: NumericSeries
    /// Known ahead: T values each in a training, T + horizon for a prediction.
    package var future: [Covariate] = []
    /// Known up to now: T values each.
    package var past: [Covariate] = []
    /// Of the whole series.
    package var fixed: [StaticCovariate] = []
    /// When its steps are; nil where that is not known.
    package var clock: SeriesClock?
    /// Steps without a row, of T.
    package var gapSteps = 0
    /// Rows that were merged into the step of another one.
    package var mergedRows = 0
    /// Rows that came after a later one.
    package var disorderedRows = 0
}

/// When the steps of a series are, and how its timestamps are written.
package struct SeriesClock: Sendable {
    /// Step 0 is that of the first value.
    package var axis: TimeAxis
    /// As the client wrote them, and fine enough for the frequency.
    package var style: TimestampStyle

    /// Where in a season of so many steps the first one is: the same for all series of a frequency whose clocks show
    /// the same.
    func phase(season: Int) -> Int {
        let ordinal = axis.firstOrdinal % season
        return ordinal < 0 ? ordinal + season : ordinal
    }
}
