import Kernels
import SeriesTime

/// What the network reads in a session's step: rows of the new values behind what it knows, and what is held anew where
/// it is time to measure.
extension ForecastPredictor {
    /// A step, read as far as it can be without the network.
    struct Read {
        let reading: SeriesReading
        /// Where the session will stand, but for what the network will know.
        let place: SeriesPlace
        /// Of the steps to forecast; nil where there are none, or nothing is known beside the values.
        let ahead: StepInputs?
    }

    /// - Parameters:
    ///   - next: `place` with the new steps.
    ///   - new: what the step said of them, and of those ahead.
    /// - Throws: `TimeError.beyondCalendar`.
    func reading(
        _ next: SeriesPlace, from place: SeriesPlace, ahead new: AlignedSeries, isWatching: Bool, horizon: Int,
        advances: Bool
    ) throws(TimeError) -> Read {
        var parts: [SeriesReading.Part] = [], result = next
        let known = layout.flatMap { KnownSteps(facts.inputs, $0, next, ahead: new) }
        let values = SessionValues(next, SeriesTransform(facts: facts))
        var all = SeriesPlace.measuring(of: next.steps, after: place.measuredAt, kept: sessionKept)
        if place.steps > 0, place.path == nil {
            // A state of before, when models that know more than the values read them anew with each step.
            all = [place.steps] + SeriesPlace.measuring(of: next.steps, after: place.steps, kept: sessionKept)
        }
        // Values that are scored are so by what was measured last before them, however many come at once.
        let measurements = isWatching ? all[...] : all.suffix(1)
        result.measuredAt = all.last ?? place.measuredAt
        var at = place.steps, memory = place.memory, goesOn = false
        for end in measurements {
            if isWatching, result.path != nil {
                var part = SeriesReading.Part(memory: memory, goesOn: goesOn)
                try read(at..<end, values, known, into: &part, &result, isWatching: true)
                parts.append(part)
            }
            parts.append(SeriesReading.Part(rows: try measure(until: end, values, known, &result)))
            (at, memory, goesOn) = (end, nil, true)
        }
        if result.path != nil {
            var part = SeriesReading.Part(memory: memory, goesOn: goesOn)
            try read(at..<next.steps, values, known, into: &part, &result, isWatching: isWatching)
            parts.append(part)
        }
        let ahead = horizon > 0 ? try inputs(ahead: horizon, of: result, known) : nil
        result.path = result.path?.recent()
        result.keep(sessionKept)
        let (network, context, kept) = (network, contextSteps, result)
        let width = shape.width + (layout?.width ?? 0)
        var reading = SeriesReading(parts: parts, width: width, path: result.path ?? template) { memory, recent in
            var kept = kept
            (kept.memory, kept.recent) = (memory, recent)
            return kept.state(of: network, context: context)
        }
        if advances { reading.advanced = { [self] in advanced(kept, new, by: $0, $1, $2) } }
        return Read(reading: reading, place: result, ahead: ahead)
    }

    /// Rows for steps that follow those of a place, which gets them.
    private func read(
        _ steps: Range<Int>, _ values: SessionValues, _ known: KnownSteps?, into part: inout SeriesReading.Part,
        _ place: inout SeriesPlace, isWatching: Bool
    ) throws(TimeError) {
        guard var path = place.path else { return }
        // Taken out, so that it grows in place.
        place.path = nil
        let inputs = try known?.read(steps, &place.covariates, shape)
        let width = shape.width + (inputs?.layout.width ?? 0)
        part.rows = [Float](repeating: 0, count: steps.count * width)
        part.rows.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for (row, step) in steps.enumerated() {
                path.writeFeatures(path.steps, into: base + row * width)
                inputs?.write(row: row, into: base + row * width + shape.width)
                path.append(values[step..<step + 1])
                if isWatching { part.watched.append(SeriesReading.Watched(path, path.steps - 1)) }
            }
        }
        place.path = path
    }

    /// Measures scale and smoothing on what is held until a step.
    /// - Returns: rows of its newest steps, which are read from the beginning.
    private func measure(
        until end: Int, _ values: SessionValues, _ known: KnownSteps?, _ place: inout SeriesPlace
    ) throws(TimeError) -> [Float] {
        let from = max(values.firstStep, end - sessionKept)
        let phase = place.tail.clock.map { ($0.phase(season: facts.seasonality) + from) % facts.seasonality }
        let history = SeriesPath(values[from..<end], facts: facts, channels: channels, end: end - from, phase: phase)
        place.path = history.recent()
        let first = max(1, history.steps - contextSteps), steps = max(0, history.steps - first)
        place.covariates = known?.covariates(measuredOn: from..<end, like: history)
        let inputs = try known?.read(end - steps..<end, &place.covariates, shape)
        let width = shape.width + (inputs?.layout.width ?? 0)
        var rows = [Float](repeating: 0, count: steps * width)
        rows.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for row in 0..<steps {
                history.writeFeatures(first + row, into: base + row * width)
                inputs?.write(row: row, into: base + row * width + shape.width)
            }
        }
        return rows
    }

    /// What is known of the steps to forecast.
    private func inputs(
        ahead horizon: Int, of place: SeriesPlace, _ known: KnownSteps?
    ) throws(TimeError) -> StepInputs? {
        var covariates = place.covariates
        guard let inputs = try known?.read(place.steps..<place.steps + horizon, &covariates, shape) else { return nil }
        return isDirect(horizon: horizon) ? inputs.part(inputs.steps, frozenAt: inputs.steps.lowerBound) : inputs
    }

    /// Where a session stands when values have become its history.
    /// - Parameters:
    ///   - new: what was known of the steps that were forecast.
    ///   - values: `[steps · C]`, data units.
    ///   - known: by the network at `place`.
    ///   - recent: surprises until there; what was forecast is none.
    /// - Returns: nil beyond the calendar, where no forecast reaches.
    private func advanced(
        _ place: SeriesPlace, _ new: AlignedSeries, by values: [Double], _ known: MemoryState,
        _ recent: [RecentSurprise]
    ) -> StreamState? {
        var from = place
        from.memory = known
        var next = from
        next.append(forecast: values, behind: new)
        let none = AlignedSeries(targets: NumericSeries(values: [], channels: channels))
        let read = try? reading(next, from: from, ahead: none, isWatching: false, horizon: 0, advances: false)
        guard let read else { return nil }
        let memory = network.memory(rows: 1, context: contextSteps)
        read.reading.read(into: memory, rows: 1) { _, _ in }
        defer { memory.release() }
        return read.reading.kept(memory.first, recent)
    }
}

/// Values of a session's steps in the model's space, by the number of the step.
private struct SessionValues {
    /// Number of the first that is held.
    let firstStep: Int
    private let values: [Double]
    private let channels: Int
    private let transform: SeriesTransform

    init(_ place: SeriesPlace, _ transform: SeriesTransform) {
        firstStep = place.firstStep
        values = place.tail.targets.values
        channels = place.tail.targets.channels
        self.transform = transform
    }

    /// `[steps · C]`, NaN missing.
    subscript(_ steps: Range<Int>) -> [Double] {
        values[(steps.lowerBound - firstStep) * channels..<(steps.upperBound - firstStep) * channels].map {
            transform.forward($0)
        }
    }
}
