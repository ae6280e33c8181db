import Kernels
import SeriesTime

/// Steps of sessions.
extension ForecastPredictor {
    /// Steps that a session holds: what the network reads at once, and twice what inputs reach back to.
    var sessionKept: Int { max(64, contextSteps + 2 * shape.reach) }

    /// A session's step: what is new, and a forecast from there if one is wanted.
    func readOn(_ request: PredictionRequest) throws(Faults) -> any PredictionStream {
        let asked = request.session ?? SessionStep()
        let names = try namesHere()
        let place =
            try request.sessionPlace { state throws(StreamStateError) in
                try SeriesPlace(
                    state, of: network, context: contextSteps, names: names, layout: layout, like: template,
                    kept: sessionKept)
            } ?? SeriesPlace(channels: channels)
        let horizon = asked.predicts ? request.horizon ?? facts.horizon : 0
        try checkStep(request, asked, horizon: horizon)
        let (new, gap) = try news(request, behind: place, horizon: horizon)
        var next = place
        next.append(new, gap: gap)
        if next.steps == 0 { throw Faults("/sequence", "nothing is known yet: a sequence is needed") }
        let watched = place.steps == 0 ? 0 : new.targets.steps + gap
        let watch = SeriesWatch(
            facts, head: head, rate: request.falseAlarmRate ?? SurpriseFacts.falseAlarmRateDefault,
            recent: place.recent,
            steps: next.steps - watched..<next.steps, clock: next.tail.clock)
        let isWatching = watched > 0 && !watch.isBlind
        if horizon > 0, let clock = next.tail.clock { _ = try stamp(next.steps + horizon - 1, clock, at: "/horizon") }
        let read: Read
        do throws(TimeError) {
            read = try reading(
                next, from: place, ahead: new, isWatching: isWatching, horizon: horizon, advances: asked.advances)
        } catch {
            throw Faults("/sequence", error.description)
        }
        return forecast(request, read, new, watch, horizon: horizon)
    }

    private func namesHere() throws(Faults) -> SeriesNames {
        do throws(TimeError) { return try names.get() } catch {
            throw Faults("/model", "its times cannot be read here: \(error)")
        }
    }

    private func checkStep(_ request: PredictionRequest, _ asked: SessionStep, horizon: Int) throws(Faults) {
        if request.score == true {
            throw Faults("/score", "a session scores what it reads with each step: leave it out")
        }
        if request.warmUp != nil {
            throw Faults("/warm_up", "a session scores by all that it has read before: leave it out")
        }
        let steps = max(1, horizon)
        try check(request, horizon: steps, samples: request.samples ?? basis(horizon: steps))
        guard asked.advances else { return }
        if horizon == 0 {
            throw Faults("/advance", "nothing is forecast that could become history: give a horizon, too")
        }
    }

    /// The forecast from where a session stands, or what it has read alone.
    private func forecast(
        _ request: PredictionRequest, _ read: Read, _ new: AlignedSeries, _ watch: SeriesWatch, horizon: Int
    ) -> any PredictionStream {
        let place = read.place
        var subject = ForecastSubject(layout: layout, pastEnd: place.steps, clock: place.tail.clock)
        subject.names.id = place.tail.id
        subject.names.channels = facts.inputs?.targets
        subject.names.gapSteps = new.gapSteps
        subject.kind = layout?.kind(place.tail.fixed) ?? []
        subject.inputs = read.ahead
        // They are numbered from the first step that was held, and begin with the forecast.
        subject.inputsEnd = read.ahead?.steps.lowerBound
        guard horizon > 0 else {
            return SeriesReadingStream(
                network: network, context: contextSteps, reading: read.reading, watch: watch, names: subject.names)
        }
        let keepsSamples =
            request.keeping == .everything || request.keeping == .whatIsAsked && request.samples != nil
        let transform = SeriesTransform(facts: facts)
        return stream(
            place.tail.targets, read.reading.path, subject, horizon: horizon,
            quantiles: request.quantiles ?? head.levelsDefault, samples: request.samples ?? basis(horizon: horizon),
            seed: request.seed ?? 0,
            keeping: ForecastKeeping(answer: request.keeping != .nothing, samples: keepsSamples),
            isDirect: isDirect(horizon: horizon), explains: request.explain ?? false,
            session: ForecastStream.Session(
                reading: read.reading, watch: watch, values: place.tail.targets.values.map { transform.forward($0) }))
    }

    // MARK: What is new

    /// The new steps on the session's time axis, and how many are missing before them.
    private func news(
        _ request: PredictionRequest, behind place: SeriesPlace, horizon: Int
    ) throws(Faults) -> (new: AlignedSeries, gap: Int) {
        let given: NumericSeries
        switch request.sequence {
        case .numeric(let series)?: given = series
        case nil: given = NumericSeries(values: [], channels: channels)
        default: throw Faults("/sequence", "a numeric series is needed")
        }
        var request = request, record = request.record ?? SeriesRecord()
        if let clock = place.tail.clock {
            if record.times == nil { record.times = .start(try stamp(place.steps, clock, at: "/sequence")) }
            request.frequency = request.frequency ?? clock.axis.frequency.description
            if request.zone == nil, let zone = clock.axis.zone.name { request.zone = zone }
        }
        if place.steps > 0 {
            if record.fixed.isEmpty { record.fixed = place.tail.fixed }
            if record.id == nil { record.id = place.tail.id }
        }
        if given.values.isEmpty { record.channels = nil }
        request.record = record.isEmpty ? nil : record
        var new = try placed(given, request, horizon: horizon)
        if new.targets.values.isEmpty {
            new.targets = NumericSeries(values: [], channels: channels)
        } else if new.targets.channels != channels {
            throw Faults("/sequence", "\(new.targets.channels) channels, the model has \(channels)")
        }
        let faults = SeriesTransform(facts: facts).faults(new.targets, pointer: "/sequence")
        if !faults.isEmpty { throw Faults(list: faults) }
        if place.steps == 0, new.targets.steps > 0 { try check(new.targets) }
        guard place.steps > 0 else { return (new, 0) }
        return (new, try gap(before: new, behind: place, request))
    }

    private func stamp(_ step: Int, _ clock: SeriesClock, at place: String) throws(Faults) -> TimestampValue {
        do throws(TimeError) { return clock.style.value(try clock.axis.stamp(step), clock.axis.zone) } catch {
            throw Faults(place, error.description)
        }
    }

    /// Steps between those that were read and the new ones.
    private func gap(
        before new: AlignedSeries, behind place: SeriesPlace, _ request: PredictionRequest
    ) throws(Faults) -> Int {
        guard let own = new.clock else { return 0 }
        guard let clock = place.tail.clock else {
            throw Faults("/sequence", "this session began without times: send the values alone, or begin another")
        }
        let next = try stamp(place.steps, clock, at: "/sequence")
        guard case .step(let step) = clock.axis.position(of: own.axis.start) else {
            throw Faults("/sequence", "its first step lies between two of the session's, whose next is \(next)")
        }
        guard step >= place.steps else {
            throw Faults("/sequence", "the session has read that time already: its next step is \(next)")
        }
        let gap = step - place.steps
        if gap > ModelLimits.sequenceStepsMax {
            throw Faults("/sequence", "\(gap) steps are missing behind the session's last, whose next is \(next)")
        }
        return gap
    }
}
