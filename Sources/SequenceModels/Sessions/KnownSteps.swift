import SeriesTime

/// What is known beside the values of the steps that a session holds, and of those ahead. Steps are numbered from the
/// beginning of the session.
struct KnownSteps: Sendable {
    private let inputs: ForecastInputs
    private let layout: StepLayout
    private let series: AlignedSeries
    /// Number of the first step of `series`.
    private let offset: Int

    /// - Parameters:
    ///   - inputs: of the model; nil where there are none.
    ///   - place: with the new steps.
    ///   - new: what was said of them, and of those ahead.
    init?(_ inputs: ForecastInputs?, _ layout: StepLayout, _ place: SeriesPlace, ahead new: AlignedSeries) {
        guard let inputs else { return nil }
        self.inputs = inputs
        self.layout = layout
        series = place.series(ahead: new)
        offset = place.firstStep
    }

    /// Before the first of some steps, measured on them.
    func covariates(measuredOn steps: Range<Int>, like path: SeriesPath) -> CovariatePlace {
        CovariatePlace(
            layout, series, steps.lowerBound - offset..<steps.upperBound - offset, offset: offset, like: path)
    }

    /// Inputs of some steps; `covariates`, which stand before them, stand behind them afterwards.
    /// - Throws: `TimeError.beyondCalendar`.
    func read(
        _ steps: Range<Int>, _ covariates: inout CovariatePlace?, _ shape: PathShape
    ) throws(TimeError) -> StepInputs? {
        guard let before = covariates else { return nil }
        let own = steps.lowerBound - offset..<steps.upperBound - offset
        let result = try StepInputs(inputs, layout, series, shape: shape, steps: own, from: before, offset: offset)
        covariates?.read(series, until: own.upperBound, offset: offset)
        return result
    }
}
