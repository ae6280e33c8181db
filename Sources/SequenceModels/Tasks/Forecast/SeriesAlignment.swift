package import SeriesTime

/// Places series in time, and brings what they say into one order: of records as clients send them it makes what a
/// forecast can be learned from.
///
/// Every fault has the place of what is wrong in the request.
package enum SeriesAlignment {
    /// All series of a training, on one frequency and with the same inputs in the same order.
    ///
    /// - Parameters:
    ///   - examples: numeric.
    ///   - forecast: as asked for; the frequency that a parent model has is here, too.
    ///   - root: where the series are in the request: `/sequences`.
    /// - Returns: the frequency and zone asked for, otherwise those of the timestamps; the zone is nil where the
    ///   timestamps of the series are of several.
    /// - Throws: at most about `ModelLimits.faultsMax` faults.
    package static func training(
        _ examples: [TrainingExample], _ forecast: ForecastRequest, under root: String
    ) throws(Faults) -> (series: [AlignedSeries], frequency: Frequency?, zone: Zone?) {
        var checks = SettingsChecks()
        let options = TimeOptions(
            frequency: forecast.frequency, zone: forecast.zone, merge: forecast.merge, resample: forecast.resample,
            at: "/forecast", &checks)
        let roles = roles(examples, forecast, &checks)
        try checks.finish()
        var training = TrainingAlignment(examples, roles, options, under: root)
        return try training.align(channels: forecast.channels)
    }

    /// Makes the series of one grid.
    ///
    /// - Parameters:
    ///   - order: columns of `values` that are forecast.
    ///   - inputs: those that are inputs up to now, with their names.
    static func aligned(
        _ values: NumericSeries, _ record: SeriesRecord, order: [Int], inputs: [(column: Int, name: String)],
        on grid: SeriesGrid
    ) -> AlignedSeries {
        var aligned = AlignedSeries(targets: grid.channels(order, of: values))
        aligned.id = record.id
        aligned.future = record.future.map(grid.covariate)
        aligned.past =
            inputs.map { column, name in
                let place = record.channels == nil ? "" : "/target/" + Fault.escaped(name)
                return Covariate(name: name, values: .numbers(grid.channel(column, of: values)), place: place)
            } + record.past.map(grid.covariate)
        aligned.fixed = record.fixed
        aligned.clock = grid.clock
        aligned.gapSteps = grid.gapSteps
        aligned.mergedRows = grid.mergedRows
        aligned.disorderedRows = grid.disorderedRows
        return aligned
    }
}
