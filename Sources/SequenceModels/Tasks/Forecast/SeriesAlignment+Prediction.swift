import SeriesTime

extension SeriesAlignment {
    /// One history, and what is known ahead of it, in the order of a model.
    ///
    /// - Parameters:
    ///   - values: of the history, `[T, C]`; T may be 0.
    ///   - horizon: steps to forecast; 0 where the history itself is scored.
    ///   - options: as asked for; of them frequency, zone, merge and resample are read here.
    ///   - model: what it calls its inputs, and when its steps are.
    /// - Throws: all that is wrong with the names; or with the times; or with the lengths.
    package static func prediction(
        _ values: NumericSeries, _ record: SeriesRecord, horizon: Int, options: PredictionRequest, model: SeriesNames
    ) throws(Faults) -> AlignedSeries {
        var alignment = PredictionAlignment(values, record, horizon: horizon, model)
        return try alignment.align(options)
    }
}

/// Aligns one history with what its model knows: names first, then times, then lengths.
struct PredictionAlignment {
    private let values: NumericSeries
    private var record: SeriesRecord
    private let horizon: Int
    private let model: SeriesNames
    private var checks = SettingsChecks()

    /// Where a history stands in a request for a prediction.
    private static let place = "/sequence"

    /// - Parameter horizon: steps to forecast.
    init(_ values: NumericSeries, _ record: SeriesRecord, horizon: Int, _ model: SeriesNames) {
        (self.values, self.record, self.horizon, self.model) = (values, record, horizon, model)
    }

    /// - Throws: all that is wrong with the names; or with the times; or with the lengths.
    mutating func align(_ request: PredictionRequest) throws(Faults) -> AlignedSeries {
        let options = timeOptions(request), columns = columns()
        let channels = record.channels ?? (columns.inputs.isEmpty ? model.forecast : model.channels) ?? []
        SeriesAlignment.check(record, channels: channels, at: Self.place, &checks)
        known(\.future, model.future, "future")
        known(\.past, model.needsPast, "past")
        known(\.fixed, model.fixed, "static")
        for name in model.fixed where !record.fixed.contains(where: { $0.name == name }) {
            fault("/static", "'\(name)' is needed; null stands for what is not known")
        }
        try finish()
        let rows = rows(request, options)
        try finish()
        let grid = grid(rows, options)
        try finish()
        checkLengths(grid)
        checkMissing(grid, columns.inputs.map(\.name))
        try finish()
        var aligned = SeriesAlignment.aligned(values, record, order: columns.targets, inputs: columns.inputs, on: grid)
        aligned.channels = model.forecast
        inOrder(&aligned)
        return aligned
    }

    private func finish() throws(Faults) {
        if !checks.faults.isEmpty { throw Faults(list: Array(checks.faults.prefix(ModelLimits.faultsMax))) }
    }

    private mutating func fault(_ pointer: String, _ detail: String) { checks.fault(Self.place + pointer, detail) }

    // MARK: Names

    /// Where the channels are among the values: those to forecast, and those that are inputs, in the model's order.
    private mutating func columns() -> (targets: [Int], inputs: [(column: Int, name: String)]) {
        guard let names = model.channels, let targets = model.forecast else {
            if record.channels != nil {
                fault("/target", "the channels of this model have no names: send their values as lists")
            }
            return (Array(0..<values.channels), [])
        }
        if let own = record.channels {
            let known = Set(names), there = Set(own)
            for name in own where !known.contains(name) {
                fault(
                    "/target/" + Fault.escaped(name),
                    "no channel '\(name)'; the model has \(SeriesAlignment.list(names, "channel"))")
            }
            let missing = targets.filter { !there.contains($0) }
            if !missing.isEmpty { fault("/target", "\(SeriesAlignment.list(missing, "channel")) is needed") }
            return columns(own, targets)
        }
        if values.values.isEmpty || values.channels == targets.count { return (Array(targets.indices), []) }
        guard values.channels == names.count else {
            fault(
                "",
                "\(SeriesAlignment.count(values.channels, "channel")), the model has \(names.count): "
                    + SeriesAlignment.list(names, "channel"))
            return ([], [])
        }
        return columns(names, targets)
    }

    private func columns(_ own: [String], _ targets: [String]) -> (
        targets: [Int], inputs: [(column: Int, name: String)]
    ) {
        let columns = Dictionary(zip(own, own.indices)) { first, _ in first }, forecast = Set(targets)
        return (
            targets.compactMap { columns[$0] },
            own.enumerated().filter { !forecast.contains($0.element) }.map { ($0.offset, $0.element) }
        )
    }

    /// Refuses inputs that the model has not, or not of that kind.
    private mutating func known<Input: NamedInput>(
        _ list: WritableKeyPath<SeriesRecord, [Input]>, _ names: [String], _ member: String
    ) {
        for index in record[keyPath: list].indices {
            let input = record[keyPath: list][index]
            guard names.contains(input.name) else {
                fault(input.place, unknown(input.name, names, member))
                continue
            }
            guard let wanted = model.kinds[input.name] else { continue }
            if let kind = input.kind, kind != wanted {
                fault(input.place, "\(kind.plural), the model has learned '\(input.name)' as \(wanted.plural)")
            } else if input.kind == nil {
                record[keyPath: list][index] = input.unknown(as: wanted)
            }
        }
    }

    private func unknown(_ name: String, _ names: [String], _ member: String) -> String {
        let others = [("future", model.future), ("past", model.needsPast), ("static", model.fixed)]
        if let other = others.first(where: { $0.1.contains(name) }) {
            return "'\(name)' belongs into '\(other.0)', as in the training"
        }
        return "the model does not know '\(name)'"
            + (names.isEmpty
                ? "; it has no '\(member)'"
                : "; its '\(member)' has \(SeriesAlignment.list(names, "covariate"))")
    }

    private func inOrder(_ aligned: inout AlignedSeries) {
        for name in model.needsPast where values.steps == 0 && !aligned.past.contains(where: { $0.name == name }) {
            let none: CovariateValues = model.kinds[name] == .categories ? .categories([]) : .numbers([])
            aligned.past.append(Covariate(name: name, values: none, place: "/past"))
        }
        aligned.future = ordered(aligned.future, model.future)
        aligned.past = ordered(aligned.past, model.needsPast)
        aligned.fixed = ordered(aligned.fixed, model.fixed)
    }

    private func ordered<Input: NamedInput>(_ inputs: [Input], _ names: [String]) -> [Input] {
        names.compactMap { name in inputs.first { $0.name == name } }
    }

    // MARK: Times

    private mutating func timeOptions(_ request: PredictionRequest) -> SeriesAlignment.TimeOptions {
        var options = SeriesAlignment.TimeOptions(
            frequency: request.frequency, zone: request.zone, merge: request.merge, resample: request.resample, at: "",
            &checks)
        if let asked = options.frequency, let own = model.frequency, asked != own {
            checks.fault("/frequency", "\(asked), the model has learned \(own)")
        }
        // Nobody chose a constant offset: it is what the timestamps of the training happened to have.
        let zone: Zone? =
            switch model.zone {
            case .named(let rules)?: .named(rules)
            case .fixed(0)?: .fixed(offsetSeconds: 0)
            case .fixed?, .floating?, nil: nil
            }
        if let asked = options.zone, let zone, asked != zone {
            checks.fault("/zone", "\(request.zone ?? ""), the model has learned by that of \(zone.name ?? "no zone")")
        }
        options.frequency = options.frequency ?? model.frequency
        options.zone = options.zone ?? zone
        return options
    }

    private mutating func rows(
        _ request: PredictionRequest, _ options: SeriesAlignment.TimeOptions
    ) -> SeriesAlignment.SeriesRows {
        let ahead = record.future.map(\.values.count).max() ?? 0
        let rows = SeriesAlignment.SeriesRows(
            count: values.steps, record.times, zone: options.zone,
            countsAllowed: ahead > values.steps ? [values.steps, ahead] : [values.steps], at: Self.place, &checks)
        if rows.isStart, options.frequency == nil {
            fault("/start", "needs a 'frequency', such as \"h\" or \"D\": the model has none of its own")
        }
        if record.times == nil {
            if request.frequency != nil { checks.fault("/frequency", "has no effect without 'start' or 'timestamps'") }
            if request.zone != nil { checks.fault("/zone", "has no effect without 'start' or 'timestamps'") }
        }
        if rows.isStart || record.times == nil {
            if request.merge != nil { checks.fault("/merge", "has no effect without 'timestamps'") }
            if request.resample == true { checks.fault("/resample", "has no effect without 'timestamps'") }
        }
        return rows
    }

    private mutating func grid(
        _ rows: SeriesAlignment.SeriesRows, _ options: SeriesAlignment.TimeOptions
    ) -> SeriesGrid {
        do throws(TimeError) {
            if rows.isStart, let frequency = options.frequency {
                return try rows.started(frequency, resamples: options.rules.resamples, ahead: horizon)
            }
            guard let column = rows.column, let placement = try rows.placement(options.frequency, options.rules) else {
                return SeriesGrid(rows: rows.count)
            }
            var gaps = 0
            SeriesAlignment.countGaps(
                placement, columns: values.channels + record.future.count + record.past.count, total: &gaps,
                totalMax: SeriesAlignment.predictionGapsMax, at: Self.place, &checks)
            let grid = SeriesGrid(rows: rows.count, placement, style: column.style)
            _ = try placement.axis.stamp(grid.steps + horizon - 1)
            if let row = grid.firstRowNotAhead {
                fault(
                    "/timestamps/\(row)",
                    "the value of row \(row) is only known ahead, so its time must lie behind those of the "
                        + "\(rows.count) steps of the target")
            }
            return grid
        } catch {
            checks.fault(error, ofStart: rows.isStart, isGiven: model.frequency != nil, at: Self.place)
            return SeriesGrid(rows: rows.count)
        }
    }

    // MARK: Lengths

    private mutating func checkLengths(_ grid: SeriesGrid) {
        for covariate in record.past where covariate.values.count != grid.rows {
            fault(
                covariate.place,
                "\(covariate.name): \(count(covariate.values.count, "value")), the history has "
                    + "\(count(grid.rows, "step")): one for each is needed")
        }
        for covariate in record.future {
            if let detail = lengthFault(covariate.values.count, grid) {
                fault(covariate.place, covariate.name + ": " + detail)
            }
        }
    }

    private func count(_ count: Int, _ noun: String) -> String { SeriesAlignment.count(count, noun) }

    /// What is wrong with the length of a list that is known ahead.
    private func lengthFault(_ found: Int, _ grid: SeriesGrid) -> String? {
        if horizon == 0, found != grid.rows {
            return "\(count(found, "value")), \(grid.rows) are needed: one for each step that is scored"
        }
        if found < grid.rows {
            return "\(count(found, "value")), \(grid.rows + horizon) are needed: one for each of the "
                + "\(count(grid.rows, "step")) of the history, then those of the \(count(horizon, "step")) to forecast"
        }
        if found > grid.rows, grid.timedRows > grid.rows, found != grid.timedRows {
            return "\(count(found, "value")), \(grid.timedRows) timestamps: one for each is needed"
        }
        let ahead = grid.stepCount(ofValues: found) - grid.steps
        let known = "known for \(count(ahead, "step")) behind the history, \(horizon) "
        if ahead < horizon {
            return known + "are needed: \(horizon - ahead) more, " + span(grid.steps + ahead, horizon - ahead, grid)
        }
        if ahead > horizon {
            return known + "are to be forecast: \(ahead - horizon) too many, "
                + span(grid.steps + horizon, ahead - horizon, grid) + "; leave them out, or send a longer 'horizon'"
        }
        return nil
    }

    /// `from 2026-01-05 to 2026-01-07`, or by the number of the step to forecast.
    private func span(_ first: Int, _ count: Int, _ grid: SeriesGrid) -> String {
        guard let clock = grid.clock, let from = try? clock.axis.stamp(first),
            let to = try? clock.axis.stamp(first + count - 1)
        else {
            let step = first - grid.steps + 1
            return count == 1
                ? "step \(step) of the forecast" : "steps \(step) to \(step + count - 1) of the forecast"
        }
        func text(_ stamp: Stamp) -> String { clock.style.value(stamp, clock.axis.zone).description }
        return count == 1 ? "of \(text(from))" : "from \(text(from)) to \(text(to))"
    }

    /// - Parameter inputs: channels that are inputs and are there.
    private mutating func checkMissing(_ grid: SeriesGrid, _ inputs: [String]) {
        for name in model.future where !record.future.contains(where: { $0.name == name }) {
            if horizon == 0 {
                fault("/future", "'\(name)' is needed: \(count(grid.rows, "value")), one for each step")
                continue
            }
            fault(
                "/future",
                "'\(name)' is needed: \(count(grid.rows + horizon, "value")), for the "
                    + "\(count(grid.rows, "step")) of the history and the \(horizon) to forecast, "
                    + span(grid.steps, horizon, grid))
        }
        let past = Set(record.past.map(\.name) + inputs)
        for name in model.needsPast where !past.contains(name) && grid.rows > 0 {
            let channel = model.channels?.contains(name) == true ? ", here or as a channel of the target" : ""
            fault(
                "/past",
                "'\(name)' is needed: \(count(grid.rows, "value")), one for each step of the history\(channel)")
        }
    }
}
