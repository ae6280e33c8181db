import Kernels
import RecurrentLayers
import SeriesTime

/// Reads histories and begins forecasts.
struct ForecastPredictor<Network: SequenceNetwork>: NetworkPredictor {
    let network: Network
    let contextSteps: Int
    let facts: ForecastFacts
    let channels: Int
    let head: ForecastHead
    let shape: PathShape
    /// What the network reads beside the values; nil for nothing.
    let layout: StepLayout?
    /// A path of the model, whose shape others have.
    let template: SeriesPath
    /// What clients call its inputs; where that cannot be read on this machine, why.
    let names: Result<SeriesNames, TimeError>

    init(network: Network, contextSteps: Int, facts: ForecastFacts, channels: Int, head: ForecastHead) {
        shape = PathShape(facts, channels: channels)
        layout = facts.inputs.map { StepLayout($0) }.flatMap { $0.isEmpty ? nil : $0 }
        do throws(TimeError) { names = .success(try facts.inputs?.names() ?? SeriesNames()) } catch {
            names = .failure(error)
        }
        self.network = network
        self.contextSteps = contextSteps
        self.facts = facts
        self.channels = channels
        self.head = head
        template = SeriesPath(
            [Double](repeating: 1, count: channels), facts: facts, channels: channels, end: 1, phase: 0)
    }

    init(description: ModelDescription, network: Network) throws(ModelError) {
        guard let facts = description.forecast, let forecast = description.settings.forecast,
            let channels = description.channels,
            channels > 0, facts.seasonality > 0, facts.pooledScale.count == channels,
            facts.pooledDrift.count == channels,
            facts.profile.count == (facts.seasonality > 1 ? facts.seasonality : 0),
            facts.profile.allSatisfy({ $0.count == channels })
        else { throw .unfitDescription(member: "forecast") }
        let head = ForecastHead(forecast)
        let input = facts.networkInput(channels: channels)
        let outputs = channels * head.parametersPerValue
        guard network.input == input, network.outputs == outputs else {
            throw .wrongShape(name: "head.weight", expected: [outputs], found: [network.outputs])
        }
        self.init(
            network: network, contextSteps: description.context ?? facts.context, facts: facts, channels: channels,
            head: head)
    }

    var vocabulary: Vocabulary? { nil }

    func start(_ request: PredictionRequest) throws(Faults) -> any PredictionStream {
        if request.session != nil { return try readOn(request) }
        if request.score == true { return try startScore(request) }
        let horizon = request.horizon ?? facts.horizon
        let samples = request.samples ?? basis(horizon: horizon)
        try check(request, horizon: horizon, samples: samples)
        let series: AlignedSeries
        switch (request.sequence, request.state) {
        case (.numeric(let given)?, nil): series = try aligned(given, request, horizon: horizon)
        case (nil, .some):
            // Nothing of it is read.
            series = AlignedSeries(
                targets: NumericSeries(values: [Double](repeating: 1, count: channels), channels: channels))
        case (_, nil): throw Faults("/sequence", "a numeric series is needed")
        case (.some, .some):
            throw Faults("/sequence", "a forecast that goes on has read its history already: leave it out")
        }
        let quantiles = request.quantiles ?? head.levelsDefault
        let keepsSamples = request.keeping == .everything || request.keeping == .whatIsAsked && request.samples != nil
        var subject = request.state == nil ? try subject(of: series, horizon: horizon) : ForecastSubject(layout: layout)
        let path = path(of: series.targets, subject)
        if request.state == nil { subject.inputs = try inputs(of: series, path, horizon: horizon) }
        let stream = stream(
            series.targets, path, subject, horizon: horizon, quantiles: quantiles, samples: samples,
            seed: request.seed ?? 0,
            keeping: ForecastKeeping(answer: request.keeping != .nothing, samples: keepsSamples),
            isDirect: isDirect(horizon: horizon), explains: request.explain ?? false)
        _ = try request.resuming { state, _ throws(StreamStateError) in try stream.resume(state) }
        return stream
    }

    /// A history with what is known of it, on its time axis.
    func aligned(
        _ given: NumericSeries, _ request: PredictionRequest, horizon: Int
    ) throws(Faults) -> AlignedSeries {
        let series = try placed(given, request, horizon: horizon)
        try check(series.targets)
        return series
    }

    /// The same, whatever the values are.
    func placed(
        _ given: NumericSeries, _ request: PredictionRequest, horizon: Int
    ) throws(Faults) -> AlignedSeries {
        let names: SeriesNames
        do throws(TimeError) { names = try self.names.get() } catch {
            throw Faults("/model", "its times cannot be read here: \(error)")
        }
        var series = AlignedSeries(targets: given)
        let hasOptions =
            request.frequency != nil || request.zone != nil || request.merge != nil || request.resample != nil
        if request.record != nil || facts.inputs != nil || hasOptions {
            series = try SeriesAlignment.prediction(
                given, request.record ?? SeriesRecord(), horizon: horizon, options: request, model: names)
        }
        if facts.inputs?.needsTimes == true, series.clock == nil {
            throw Faults(
                "/sequence",
                "this model reads the calendar: send {\"start\": …, \"target\": […]}, or timestamps in place of start"
            )
        }
        return series
    }

    /// Who a series is; its steps and those to come must be within the calendar.
    func subject(of series: AlignedSeries, horizon: Int) throws(Faults) -> ForecastSubject {
        var subject = ForecastSubject(layout: layout, pastEnd: series.targets.steps, clock: series.clock)
        subject.names.id = series.id
        subject.names.channels = facts.inputs?.targets
        subject.names.gapSteps = series.gapSteps
        let transform = SeriesTransform(facts: facts)
        if transform.isLog, transform.leavesOut {
            subject.names.leftOut = series.targets.values.count { transform.isLeftOut($0) }
        }
        if series.targets.steps == 0 { subject.coldSteps = facts.seasonality }
        if let layout { subject.kind = layout.kind(series.fixed) }
        do throws(TimeError) {
            if let clock = series.clock { _ = try clock.axis.stamp(series.targets.steps + horizon - 1) }
        } catch {
            throw Faults("/horizon", error.description)
        }
        return subject
    }

    /// What the network reads beside the values; nil for nothing.
    func inputs(of series: AlignedSeries, _ path: SeriesPath, horizon: Int) throws(Faults) -> StepInputs? {
        guard let layout, let inputs = facts.inputs else { return nil }
        let end = series.targets.steps + horizon
        let first = max(0, series.targets.steps - contextSteps)
        do throws(TimeError) {
            let known = try StepInputs(inputs, layout, series, path: path, steps: first..<end)
            guard isDirect(horizon: horizon) else { return known }
            return known.part(first..<end, frozenAt: series.targets.steps)
        } catch {
            throw Faults("/horizon", error.description)
        }
    }

    func path(of series: NumericSeries, _ subject: ForecastSubject) -> SeriesPath {
        let transform = SeriesTransform(facts: facts)
        let phase = subject.clock?.phase(season: facts.seasonality)
        if subject.coldSteps > 0 { return coldPath(subject, phase: phase ?? 0) }
        let values = series.values.map { transform.forward($0) }
        return SeriesPath(values, facts: facts, channels: channels, end: series.steps, phase: phase)
    }

    /// Whether all steps of a forecast are answered from the history.
    func isDirect(horizon: Int) -> Bool {
        facts.decodes && horizon <= facts.direct?.steps ?? 0
    }

    /// Forecasts a checked series at once.
    /// - Parameter isRecursive: whether it goes on from what it drew; nil: as the model is best.
    /// - Returns: beside the forecast what exponential smoothing alone lets expect, `[C][horizon]` in data units; nil
    ///   of a model without.
    func forecast(
        _ series: NumericSeries, _ subject: ForecastSubject, horizon: Int, isRecursive: Bool? = nil
    ) -> (forecast: ForecastPrediction, smoothed: [[Double]]?) {
        let path = path(of: series, subject), isDirect = isRecursive.map { !$0 } ?? isDirect(horizon: horizon)
        var subject = subject
        if isDirect, let inputs = subject.inputs {
            let first = max(inputs.steps.lowerBound, series.steps - contextSteps)
            subject.inputs = inputs.part(
                first..<min(inputs.steps.upperBound, series.steps + horizon), frozenAt: series.steps)
        }
        let stream = stream(
            series, path, subject, horizon: horizon, quantiles: [], samples: basis(horizon: horizon), seed: 0,
            keeping: ForecastKeeping(answer: true, samples: true, arePaths: false), isDirect: isDirect, explains: false)
        stepper().run(stream)
        let smoothed = facts.smoothing.map { _ in path.smoothed(horizon: horizon, SeriesTransform(facts: facts)) }
        return (stream.forecast, smoothed)
    }

    /// - Parameter session: what is read in place of the history.
    func stream(
        _ series: NumericSeries, _ path: SeriesPath, _ subject: ForecastSubject, horizon: Int, quantiles: [Double],
        samples: Int, seed: UInt64, keeping: ForecastKeeping, isDirect: Bool, explains: Bool,
        session: ForecastStream<Network>.Session? = nil
    ) -> ForecastStream<Network> {
        let transform = SeriesTransform(facts: facts)
        let combined =
            series.steps > 0
            ? facts.combination.map {
                CombinedForecast(
                    $0, history: series.values,
                    smoothed: $0.smoothing == nil ? [] : path.smoothed(horizon: horizon, transform),
                    channels: channels, isLog: transform.isLog)
            } : nil
        return ForecastStream(
            network: network, head: head, facts: facts, combined: combined, history: path, subject: subject,
            context: contextSteps,
            horizon: horizon, quantiles: quantiles, paths: samples, basis: basis(horizon: horizon), seed: seed,
            keeping: keeping, isDirect: isDirect, explains: explains, session: session)
    }

    /// The path of a series of which nothing is known: a season as those of its kind have it.
    private func coldPath(_ subject: ForecastSubject, phase: Int) -> SeriesPath {
        let values = ColdStart.history(facts.inputs?.cold ?? [], kind: subject.kind, phase: phase) ?? []
        return SeriesPath(
            values, facts: facts, channels: channels, end: subject.coldSteps, phase: phase, isObserved: false)
    }

    /// Paths that mean and quantiles are taken over, whatever samples are asked for: 100, fewer when that is too much
    /// at once; 1 for a point head.
    func basis(horizon: Int) -> Int {
        guard head.isDistribution else { return 1 }
        let perPath =
            (max(1, min(horizon, ModelLimits.horizonMax)) + shape.reach) * channels
        return max(2, min(100, ModelLimits.sampleValuesMax / perPath))
    }

    func check(_ request: PredictionRequest, horizon: Int, samples: Int) throws(Faults) {
        var checks = SettingsChecks()
        checks.fields(of: request, for: .forecast)
        let ofScores = [(request.falseAlarmRate != nil, "false_alarm_rate"), (request.warmUp != nil, "warm_up")]
        for (isGiven, name) in ofScores where isGiven && request.session == nil {
            checks.fault("/\(name)", "has no effect without \"score\": true")
        }
        if let quantiles = request.quantiles {
            if let known = head.levels {
                for (index, level) in quantiles.prefix(ModelLimits.quantilesMax).enumerated()
                where level > 0 && level < 1 && !known.contains(level) {
                    checks.fault(
                        "/quantiles/\(index)",
                        "\(level) is outside \(known.lowerBound) … \(known.upperBound), the levels that were learned")
                }
            }
            if !head.isDistribution && !quantiles.isEmpty {
                checks.fault("/quantiles", "this model predicts a single value: it answers a mean only")
            }
        }
        if !head.isDistribution && request.samples != nil {
            checks.fault("/samples", "this model predicts a single value: it has nothing to draw from")
        }
        if request.explain == true, request.state != nil {
            checks.fault("/explain", "a forecast that goes on from a state tells its parts no more: leave it out")
        }
        try checks.finish()
        // All factors are within their limits here, so the product cannot overflow.
        let values =
            max(samples, basis(horizon: horizon)) * (horizon + shape.reach) * channels
        if values > ModelLimits.sampleValuesMax {
            throw Faults(
                request.samples == nil ? "/horizon" : "/samples",
                "\(samples) paths of \(horizon) steps and \(channels) channels are more than "
                    + "\(ModelLimits.sampleValuesMax) values with their history"
            )
        }
    }

    func check(_ series: NumericSeries) throws(Faults) {
        guard series.channels == channels else {
            throw Faults("/sequence", "\(series.channels) channels, the model has \(channels)")
        }
        if series.steps == 0 {
            if facts.inputs?.cold != nil { return }
            throw Faults("/sequence", "at least one value is needed")
        }
        if series.steps > ModelLimits.sequenceStepsMax {
            throw Faults("/sequence", "\(series.steps) steps, at most \(ModelLimits.sequenceStepsMax)")
        }
        let transform = SeriesTransform(facts: facts)
        let faults = transform.faults(series, pointer: "/sequence")
        if !faults.isEmpty { throw Faults(list: faults) }
        for channel in 0..<channels {
            let column = stride(from: channel, to: series.values.count, by: channels)
            if column.allSatisfy({ series.values[$0].isNaN || transform.isLeftOut(series.values[$0]) }) {
                throw Faults(
                    "/sequence",
                    (channels == 1 ? "all values" : "all values of channel \(channel)") + " are missing"
                        + (transform.isLog && transform.leavesOut
                            ? " or not above 0: the model works on logarithms" : ""))
            }
        }
    }
}
