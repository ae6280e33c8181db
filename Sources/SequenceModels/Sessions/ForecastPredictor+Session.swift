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
                    state, of: network, context: contextSteps, names: names, like: template, kept: sessionKept)
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
        guard layout != nil else {
            let (reading, place) = reading(next, from: place, isWatching: isWatching, advances: asked.advances)
            return try forecast(request, place, new, reading, watch, horizon: horizon)
        }
        next.keep(sessionKept)
        var (reading, inputs) = try rereading(
            next, new, watched: isWatching ? min(watched, next.tail.targets.steps - 1) : 0, horizon: horizon)
        if asked.advances {
            reading.advanced = { [self, next] values, _, recent in advanced(next, new, by: values, recent) }
        }
        return try forecast(request, next, new, reading, watch, horizon: horizon, inputs: inputs)
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
        _ request: PredictionRequest, _ place: SeriesPlace, _ new: AlignedSeries, _ reading: SeriesReading,
        _ watch: SeriesWatch, horizon: Int, inputs: StepInputs? = nil
    ) throws(Faults) -> any PredictionStream {
        var subject = ForecastSubject(layout: layout, pastEnd: place.steps, clock: place.tail.clock)
        subject.names.id = place.tail.id
        subject.names.channels = facts.inputs?.targets
        subject.names.gapSteps = new.gapSteps
        subject.kind = layout?.kind(place.tail.fixed) ?? []
        subject.inputs = inputs
        guard horizon > 0 else {
            return SeriesReadingStream(
                network: network, context: contextSteps, reading: reading, watch: watch, names: subject.names)
        }
        if let clock = place.tail.clock { _ = try stamp(place.steps + horizon - 1, clock, at: "/horizon") }
        // Inputs are numbered from the first step that is held.
        subject.inputsEnd = place.tail.targets.steps
        let keepsSamples =
            request.keeping == .everything || request.keeping == .whatIsAsked && request.samples != nil
        let transform = SeriesTransform(facts: facts)
        return stream(
            place.tail.targets, reading.path, subject, horizon: horizon,
            quantiles: request.quantiles ?? head.levelsDefault, samples: request.samples ?? basis(horizon: horizon),
            seed: request.seed ?? 0,
            keeping: ForecastKeeping(answer: request.keeping != .nothing, samples: keepsSamples),
            isDirect: isDirect(horizon: horizon), explains: request.explain ?? false,
            session: ForecastStream.Session(
                reading: reading, watch: watch, values: place.tail.targets.values.map { transform.forward($0) }))
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

    // MARK: What is read

    /// Rows of the new steps behind what the network knows; and what it reads anew where it is time to measure.
    /// - Returns: beside it the place, with all but what the network will know.
    private func reading(
        _ next: SeriesPlace, from place: SeriesPlace, isWatching: Bool, advances: Bool
    ) -> (SeriesReading, SeriesPlace) {
        var parts: [SeriesReading.Part] = [], result = next
        let transform = SeriesTransform(facts: facts), first = next.firstStep, channels = channels
        func values(_ steps: Range<Int>) -> [Double] {
            next.tail.targets.values[(steps.lowerBound - first) * channels..<(steps.upperBound - first) * channels].map
            {
                transform.forward($0)
            }
        }
        let all = SeriesPlace.measuring(of: next.steps, after: place.measuredAt, kept: sessionKept)
        // Values that are scored are so by what was measured last before them, however many come at once.
        let measurements = isWatching && place.path != nil ? all[...] : all.suffix(1)
        result.measuredAt = all.last ?? place.measuredAt
        var at = place.steps, memory = place.memory, goesOn = false
        for end in measurements {
            if isWatching, var old = result.path {
                let steps = values(at..<end)
                parts.append(part(&old, steps, memory: memory, goesOn: goesOn, isWatching: true))
            }
            let from = max(first, end - sessionKept)
            let phase = next.tail.clock.map { ($0.phase(season: facts.seasonality) + from) % facts.seasonality }
            let history = SeriesPath(
                values(from..<end), facts: facts, channels: channels, end: end - from, phase: phase)
            parts.append(SeriesReading.Part(rows: rows(of: history)))
            result.path = history.recent()
            (at, memory, goesOn) = (end, nil, true)
        }
        if var path = result.path {
            let steps = values(at..<next.steps)
            parts.append(part(&path, steps, memory: memory, goesOn: goesOn, isWatching: isWatching))
            result.path = path
        }
        result.path = result.path?.recent()
        result.keep(sessionKept)
        let (network, context, kept) = (network, contextSteps, result)
        var reading = SeriesReading(parts: parts, width: shape.width, path: result.path ?? template) { memory, recent in
            var kept = kept
            (kept.memory, kept.recent) = (memory, recent)
            return kept.state(of: network, context: context)
        }
        if advances { reading.advanced = { [self] in advanced(kept, by: $0, $1, $2) } }
        return (reading, result)
    }

    /// Rows for values that follow a path, which gets them.
    private func part(
        _ path: inout SeriesPath, _ values: [Double], memory: MemoryState?, goesOn: Bool = false, isWatching: Bool
    ) -> SeriesReading.Part {
        var part = SeriesReading.Part(memory: memory, goesOn: goesOn)
        let count = values.count / channels, width = shape.width
        part.rows = [Float](repeating: 0, count: count * width)
        part.rows.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for row in 0..<count {
                path.writeFeatures(path.steps, into: base + row * width)
                path.append(Array(values[row * channels..<(row + 1) * channels]))
                if isWatching { part.watched.append(SeriesReading.Watched(path, path.steps - 1)) }
            }
        }
        return part
    }

    /// Rows of the newest steps of a history that is read from the beginning.
    private func rows(of path: SeriesPath, _ inputs: StepInputs? = nil) -> [Float] {
        let first = max(1, path.steps - contextSteps), steps = max(0, path.steps - first)
        let width = shape.width + (inputs?.layout.width ?? 0), blinds = StepInputs.Blinds(pastEnd: path.steps)
        var rows = [Float](repeating: 0, count: steps * width)
        rows.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for t in 0..<steps {
                path.writeFeatures(first + t, into: base + t * width)
                inputs?.write(first + t, blinds, into: base + t * width + shape.width)
            }
        }
        return rows
    }

    /// All that is held, read anew, with what the network reads beside the values: once to judge the last steps by
    /// those before them, once to forecast from there.
    private func rereading(
        _ next: SeriesPlace, _ new: AlignedSeries, watched: Int, horizon: Int
    ) throws(Faults) -> (SeriesReading, StepInputs?) {
        let series: AlignedSeries
        do throws(TimeError) { series = try next.series(ahead: new) } catch {
            throw Faults("/sequence", error.description)
        }
        let steps = series.targets.steps, transform = SeriesTransform(facts: facts)
        let phase = series.clock?.phase(season: facts.seasonality)
        let values = series.targets.values.map { transform.forward($0) }
        func path(end: Int) -> SeriesPath {
            SeriesPath(values, facts: facts, channels: channels, end: end, phase: phase)
        }
        var parts: [SeriesReading.Part] = []
        if watched > 0 {
            let before = path(end: steps - watched)
            var part = SeriesReading.Part(rows: rows(of: before, try inputs(of: series, before, horizon: horizon)))
            let scored = min(watched, part.rows.count / (shape.width + (layout?.width ?? 0)))
            part.watched = (steps - scored..<steps).map { SeriesReading.Watched(before, $0) }
            parts.append(part)
        }
        let whole = path(end: steps), inputs = try inputs(of: series, whole, horizon: horizon)
        if horizon > 0 { parts.append(SeriesReading.Part(rows: rows(of: whole, inputs))) }
        let (network, context) = (network, contextSteps)
        let reading = SeriesReading(parts: parts, width: shape.width + (layout?.width ?? 0), path: whole) { _, recent in
            var kept = next
            kept.recent = recent
            return kept.state(of: network, context: context)
        }
        return (reading, inputs)
    }

    /// Where a session stands when values have become its history.
    /// - Parameters:
    ///   - values: `[steps · C]`, data units.
    ///   - known: by the network at `place`.
    ///   - recent: surprises until there; what was forecast is none.
    private func advanced(
        _ place: SeriesPlace, by values: [Double], _ known: MemoryState, _ recent: [RecentSurprise]
    ) -> StreamState {
        var from = place
        from.memory = known
        var next = from
        next.append(AlignedSeries(targets: NumericSeries(values: values, channels: channels)), gap: 0)
        let (reading, _) = reading(next, from: from, isWatching: false, advances: false)
        let memory = network.memory(rows: 1, context: contextSteps)
        reading.read(into: memory, rows: 1) { _, _ in }
        defer { memory.release() }
        return reading.kept(memory.first, recent)
    }

    /// The same where what is held is read anew: nothing is read now.
    /// - Parameter new: what was known of the steps that were forecast.
    private func advanced(
        _ place: SeriesPlace, _ new: AlignedSeries, by values: [Double], _ recent: [RecentSurprise]
    ) -> StreamState {
        var place = place
        place.append(forecast: values, behind: new)
        place.keep(sessionKept)
        place.recent = recent
        return place.state(of: network, context: contextSteps)
    }
}
