import SeriesTime

extension SeriesAlignment {
    /// What is asked of times, besides the times themselves.
    struct TimeOptions {
        /// Nil to find it.
        var frequency: Frequency?
        /// Nil for that of the timestamps.
        var zone: Zone?
        var rules: PlacementRules

        /// - Parameter place: where the options stand, as a JSON Pointer.
        init(
            frequency: String?, zone: String?, merge: MergeRule?, resample: Bool?, at place: String,
            _ checks: inout SettingsChecks
        ) {
            rules = PlacementRules(
                merge: merge, resamples: resample ?? false, stepsMax: ModelLimits.sequenceStepsMax)
            do throws(TimeError) {
                self.frequency = if let frequency { try Frequency(frequency) } else { nil }
            } catch { checks.fault(place + "/frequency", error.description) }
            do throws(TimeError) {
                self.zone = if let zone { try Zone(name: zone) } else { nil }
            } catch { checks.fault(place + "/zone", error.description) }
        }
    }

    /// When the rows of one series are, as they were sent.
    struct SeriesRows {
        /// Of the target.
        var count: Int
        /// Nil where no time is known.
        var column: TimestampColumn?
        /// The one time is that of the first row.
        var isStart = false

        /// Whether there are timestamps to place.
        var isStamped: Bool { !isStart && column?.stamps.isEmpty == false }

        /// Rows without a time.
        init(count: Int) { self.count = count }

        /// - Parameters:
        ///   - countsAllowed: how many timestamps there may be.
        ///   - place: that of the record.
        init(
            count: Int, _ times: SeriesTimes?, zone: Zone?, countsAllowed: [Int], at place: String,
            _ checks: inout SettingsChecks
        ) {
            self.count = count
            switch times {
            case .start(let value)?:
                isStart = true
                column = Self.column([value], zone, isStart: true, place, &checks)
            case .stamps(let values)?:
                guard countsAllowed.contains(values.count) else {
                    let found = SeriesAlignment.count(values.count, "timestamp")
                    let allowed = countsAllowed.map(String.init).joined(separator: " or ")
                    let ahead = countsAllowed.count > 1 ? ", with those of what is known ahead the larger number" : ""
                    checks.fault(
                        place + "/timestamps", "\(found), \(allowed) needed: one for each step of the target\(ahead)")
                    return
                }
                column = Self.column(values, zone, isStart: false, place, &checks)
            case nil: break
            }
        }

        private static func column(
            _ values: [TimestampValue], _ zone: Zone?, isStart: Bool, _ place: String, _ checks: inout SettingsChecks
        ) -> TimestampColumn? {
            do throws(TimeError) { return try TimestampColumn(values, zone: zone) } catch {
                checks.fault(error, ofStart: isStart, at: place)
                return nil
            }
        }

        /// Where the timestamps are on an axis.
        ///
        /// - Parameter frequency: nil to infer it.
        func placement(_ frequency: Frequency?, _ rules: PlacementRules) throws(TimeError) -> SeriesPlacement? {
            guard isStamped, let column else { return nil }
            return try SeriesPlacement(column.stamps, frequency: frequency, zone: column.zone, rules: rules)
        }

        /// The grid of rows that follow a start.
        ///
        /// - Parameter ahead: steps behind the last row.
        func started(_ frequency: Frequency, resamples: Bool, ahead: Int = 0) throws(TimeError) -> SeriesGrid {
            guard isStart, let column, let stamp = column.stamps.first else { return SeriesGrid(rows: count) }
            let axis =
                resamples
                ? try TimeAxis(covering: stamp, frequency: frequency, zone: column.zone)
                : try TimeAxis(start: stamp, frequency: frequency, zone: column.zone)
            _ = try axis.stamp(max(0, count + ahead - 1))
            return SeriesGrid(rows: count, clock: SeriesClock(axis: axis, style: column.style.covering(frequency)))
        }
    }

    /// Values that steps without a row may make in one training, and in one prediction, of which many run at once.
    static let trainingGapsMax = 10_000_000, predictionGapsMax = 1_000_000

    /// Counts the values that gaps make; a fault when they become too many.
    ///
    /// - Parameters:
    ///   - columns: channels and covariates.
    ///   - total: of the series before, then of this one, too.
    ///   - totalMax: what that may be.
    static func countGaps(
        _ placement: SeriesPlacement, columns: Int, total: inout Int, totalMax: Int, at place: String,
        _ checks: inout SettingsChecks
    ) {
        total += placement.missingCount * columns
        guard total > totalMax else { return }
        checks.fault(
            place + "/timestamps",
            "frequency \(placement.axis.frequency) makes \(placement.missingCount) steps without a row of "
                + "\(placement.stepCount), which would be more than \(totalMax) missing values in all; send a coarser "
                + "'frequency', or only the rows since the last long gap")
    }
}

extension SettingsChecks {
    /// What is wrong with the times of a record.
    ///
    /// - Parameters:
    ///   - isStart: the one time that is said is the `start`.
    ///   - isGiven: the frequency is that of a model, so that no other may be sent.
    ///   - place: that of the record.
    mutating func fault(_ error: TimeError, ofStart isStart: Bool = false, isGiven: Bool = false, at place: String) {
        var row: Int?, detail = error.description
        switch error {
        case .invalidTimestamp(let place, let text, let reason): (row, detail) = (place, "'\(text)': \(reason)")
        case .mixedTimestamps(let place, let reason): (row, detail) = (place, reason)
        case .offGrid(let places, let count, let frequency):
            row = places.first
            if isGiven {
                let which = count == 1 ? "it does" : "this and \(count - 1) more do"
                detail =
                    "\(which) not follow the first timestamp at the model's frequency \(frequency); correct what is "
                    + "wrong, or ask for resampling"
            }
        case .irregular(let places, _, _), .duplicates(let places, _, _), .disorder(let places, _):
            row = places.first
        case .tooManySteps(_, _, let place): row = place
        case .startOffGrid(let start, let frequency, let next, _):
            if isGiven {
                detail = "\(start) is not a stamp of the model's frequency \(frequency); the next one is \(next)"
            }
        case .invalidFrequency, .unknownZone, .beyondCalendar, .tooFewTimestamps: break
        }
        fault(place + (isStart ? "/start" : row.map { "/timestamps/\($0)" } ?? "/timestamps"), detail)
    }
}
