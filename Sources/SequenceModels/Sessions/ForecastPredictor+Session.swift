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
        if place.steps + gap + new.targets.steps == 0 {
            throw Faults("/sequence", "nothing is known yet: a sequence is needed")
        }
        var next = place
        next.append(new, gap: gap, kept: max(sessionKept, new.targets.steps + gap))
        var (reading, place) = try layout == nil ? reading(next, from: place) : rereading(next, new, horizon)
        if asked.advances { reading.advanced = advancing(place) }
        let watch = SeriesWatch(self.facts, head: head, rate: request.falseAlarmRate)
        guard horizon > 0 else {
            return SeriesReadingStream(
                network: network, context: contextSteps, reading: reading, watch: watch,
                names: subjectNames(next, new))
        }
        return try forecast(request, next, new, reading, watch, horizon: horizon)
    }

    private func namesHere() throws(Faults) -> SeriesNames {
        do throws(TimeError) { return try names.get() } catch {
            throw Faults("/model", "its times cannot be read here: \(error)")
        }
    }

    private func checkStep(_ request: PredictionRequest, _ asked: SessionStep, horizon: Int) throws(Faults) {
        try check(request, horizon: max(1, horizon), samples: request.samples ?? basis(horizon: max(1, horizon)))
        guard asked.advances else { return }
        if horizon == 0 { throw Faults("/advance", "nothing is forecast that could become history: give a horizon, too") }
        if layout != nil {
            throw Faults(
                "/advance", "this model reads times or covariates, which a forecast does not have: feed what came instead")
        }
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
            if record.times == nil { record.times = .start(try stamp(place.steps, clock)) }
            request.frequency = request.frequency ?? clock.axis.frequency.description
            if request.zone == nil, let zone = clock.axis.zone.name { request.zone = zone }
        }
        if place.steps > 0 {
            if record.fixed.isEmpty { record.fixed = place.tail.fixed }
            if record.id == nil { record.id = place.tail.id }
        }
        if given.values.isEmpty { record.channels = nil }
        request.record = record.isEmpty ? nil : record
        var new = try alignedSteps(given, request, horizon: horizon)
        if new.targets.values.isEmpty {
            new.targets = NumericSeries(values: [], channels: channels)
        } else if new.targets.channels != channels {
            throw Faults("/sequence", "\(new.targets.channels) channels, the model has \(channels)")
        }
        let faults = SeriesTransform(facts: facts).faults(new.targets, pointer: "/sequence")
        if !faults.isEmpty { throw Faults(list: faults) }
        guard place.steps > 0 else { return (new, 0) }
        return (new, try gap(before: new, behind: place, request))
    }

    private func stamp(_ step: Int, _ clock: SeriesClock) throws(Faults) -> TimestampValue {
        do throws(TimeError) { return clock.style.value(try clock.axis.stamp(step), clock.axis.zone) } catch {
            throw Faults("/sequence", error.description)
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
        let next = try stamp(place.steps, clock)
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
    private func reading(_ next: SeriesPlace, from place: SeriesPlace) -> (SeriesReading, SeriesPlace) {
        var parts: [SeriesReading.Part] = [], known = place.steps, path = place.path
        var measured = place.measuredAt
        let transform = SeriesTransform(facts: facts), first = next.firstStep
        func values(_ steps: Range<Int>) -> [Double] {
            next.tail.targets.values[(steps.lowerBound - first) * channels..<(steps.upperBound - first) * channels].map {
                transform.forward($0)
            }
        }
        if place.steps == 0 {
            measured = next.steps
        } else {
            while case let due = SeriesPlace.nextMeasuring(after: measured, kept: sessionKept), due <= next.steps {
                measured = due
            }
        }
        if var old = path {
            let end = measured > place.measuredAt ? measured : next.steps
            parts.append(part(&old, values(known..<end), memory: place.memory, goesOn: false))
            (known, path) = (end, old)
        }
        if measured > place.measuredAt || path == nil {
            let from = max(first, measured - sessionKept)
            let phase = next.tail.clock.map { ($0.phase(season: facts.seasonality) + from) % facts.seasonality }
            var new = SeriesPath(
                values(from..<measured), facts: facts, channels: channels, end: measured - from, phase: phase)
            parts.append(SeriesReading.Part(rows: rows(of: new)))
            new = new.recent()
            parts.append(part(&new, values(measured..<next.steps), memory: nil, goesOn: true))
            path = new
        }
        var result = next
        (result.measuredAt, result.path) = (measured, path?.recent())
        result.keep(sessionKept)
        let (network, context, kept) = (network, contextSteps, result)
        let reading = SeriesReading(parts: parts, width: shape.width, path: path ?? template) { memory in
            var kept = kept
            kept.memory = memory
            return kept.state(of: network, context: context)
        }
        return (reading, result)
    }

    /// Rows for values that follow a path, which gets them.
    private func part(
        _ path: inout SeriesPath, _ values: [Double], memory: MemoryState?, goesOn: Bool
    ) -> SeriesReading.Part {
        var part = SeriesReading.Part(memory: memory, goesOn: goesOn)
        let count = values.count / channels, width = shape.width
        part.rows = [Float](repeating: 0, count: count * width)
        part.rows.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for row in 0..<count {
                path.writeFeatures(path.steps, into: base + row * width)
                path.append(Array(values[row * channels..<(row + 1) * channels]))
                part.watched.append(SeriesReading.Watched(path, path.steps - 1))
            }
        }
        return part
    }

    /// Rows of the newest steps of a history that is read from the beginning.
    private func rows(of path: SeriesPath) -> [Float] {
        let first = max(1, path.steps - contextSteps), steps = path.steps - first, width = shape.width
        guard steps > 0 else { return [] }
        var rows = [Float](repeating: 0, count: steps * width)
        rows.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for t in 0..<steps { path.writeFeatures(first + t, into: base + t * width) }
        }
        return rows
    }

    /// All that is held, read anew, with what the network reads beside the values.
    private func rereading(
        _ next: SeriesPlace, _ new: AlignedSeries, _ horizon: Int
    ) throws(Faults) -> (SeriesReading, SeriesPlace) {
        let series: AlignedSeries
        do throws(TimeError) { series = try next.series(ahead: new) } catch {
            throw Faults("/sequence", error.description)
        }
        let path = SeriesPath(
            series.targets.values.map { SeriesTransform(facts: facts).forward($0) }, facts: facts, channels: channels,
            end: series.targets.steps, phase: series.clock?.phase(season: facts.seasonality))
        let inputs = try inputs(of: series, path, horizon: horizon)
        let blinds = StepInputs.Blinds(pastEnd: series.targets.steps)
        let first = max(1, path.steps - contextSteps), steps = path.steps - first
        let width = shape.width + (layout?.width ?? 0)
        var part = SeriesReading.Part()
        part.rows = [Float](repeating: 0, count: max(0, steps) * width)
        part.rows.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for t in 0..<max(0, steps) {
                path.writeFeatures(first + t, into: base + t * width)
                inputs?.write(first + t, blinds, into: base + t * width + shape.width)
            }
        }
        let watched = min(new.targets.steps, max(0, steps))
        part.watched = (path.steps - watched..<path.steps).map { SeriesReading.Watched(path, $0) }
        var result = next
        result.keep(sessionKept)
        let (network, context, kept) = (network, contextSteps, result)
        let reading = SeriesReading(parts: [part], width: width, path: path) { _ in
            kept.state(of: network, context: context)
        }
        return (reading, result)
    }

    /// Where a session stands when what was forecast has become its history.
    private func advancing(_ place: SeriesPlace) -> @Sendable ([Double]) -> StreamState? {
        let predictor = self
        return { values in
            var written = AlignedSeries(targets: NumericSeries(values: values, channels: predictor.channels))
            written.clock = nil
            var from = place
            // What the network knows of the place is in its state; the values follow it.
            from.memory = nil
            _ = from
            return nil
        }
    }
}
