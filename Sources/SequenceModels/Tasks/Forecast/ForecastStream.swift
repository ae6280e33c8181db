import Kernels

/// One forecast on its way: each sample path is a row of the step batch, fed with what it drew itself; or one row is
/// all paths, where the network decodes directly.
// SAFETY: a stream is used by one thread at a time (PredictionStream's contract); its state is its own.
final class ForecastStream<Network: SequenceNetwork>: SteppedStream, @unchecked Sendable {
    private let head: ForecastHead
    private let transform: SeriesTransform
    /// In data units.
    private let limits: ValueLimits
    let history: SeriesPath
    /// What is said of the history and the steps to come beside its values.
    let subject: ForecastSubject
    let context: Int
    let horizon: Int
    private let levels: [Double]
    /// The first paths, over which mean and quantiles are taken.
    private let basis: Int
    private let noise: PathNoise
    let network: Network
    /// Made when it is needed: a forecast that waits for its turn holds no states.
    lazy var memory = network.memory(rows: rows, context: context)
    let keeping: ForecastKeeping
    var progress: ForecastProgress
    /// What the answer is made of beside the network; nil for nothing, and before a state was read.
    private var combined: CombinedForecast?
    private let facts: ForecastFacts
    /// Of the steps that are read and of those to come.
    var inputs: StepInputs?
    /// The step of `inputs` at which the forecast begins.
    private var origin: Int
    private var blinds: StepInputs.Blinds
    /// What the memory begins with in place of the history, until the first step.
    var resumed: MemoryState?
    /// Of the history; nil before the first step.
    var unread: UnreadHistory<Network>?

    let rows: Int
    let reason = "horizon"
    private let pathCount: Int
    /// Of direct decoding; nil where each path goes on from what it drew.
    let ranks: RankedPaths?
    /// C · paths whose ranks go on from step to step; 0 where nobody sees which path has which value.
    let scoreCount: Int
    /// Of a session's step; nil of any other forecast.
    var session: Session?
    var kept: StreamState?
    /// nil where no explanation is asked.
    private var explainer: ForecastExplainer?

    /// - Parameters:
    ///   - combined: of this series.
    ///   - paths: samples to answer.
    ///   - basis: paths to take mean and quantiles over.
    ///   - isDirect: all steps are answered from the history.
    ///   - explains: the answer tells what the mean is made of.
    ///   - session: what is read in place of the history.
    init(
        network: Network, head: ForecastHead, facts: ForecastFacts, combined: CombinedForecast?, history: SeriesPath,
        subject: ForecastSubject, context: Int, horizon: Int, quantiles: [Double], paths: Int, basis: Int, seed: UInt64,
        keeping: ForecastKeeping, isDirect: Bool, explains: Bool,
        session: Session? = nil
    ) {
        self.session = session
        self.network = network
        self.keeping = keeping
        self.head = head
        self.facts = facts
        self.combined = combined
        transform = SeriesTransform(facts: facts)
        limits = facts.limits
        self.history = history
        self.subject = subject
        inputs = subject.inputs
        origin = subject.inputsEnd ?? subject.pastEnd
        blinds = StepInputs.Blinds(pastEnd: origin)
        self.context = context
        self.horizon = horizon
        levels = quantiles
        self.basis = basis
        pathCount = max(paths, basis)
        explainer =
            explains
            ? ForecastExplainer(
                history, transform,
                expectedInputs: isDirect ? subject.inputs?.expected(from: origin) : nil) : nil
        // Beside the row of all paths one of what would be without the covariates.
        rows = isDirect ? (explainer?.expectedInputs == nil ? 1 : 2) : pathCount
        noise = PathNoise(seed: seed, paths: pathCount)
        ranks =
            isDirect
            ? RankedPaths(
                correlation: facts.combination?.correlation ?? RankedPaths.correlationPresumed, noise: noise,
                basis: basis) : nil
        let areSeen = keeping.samples && keeping.arePaths || facts.combination?.recent != nil
        scoreCount = isDirect && areSeen ? pathCount * history.channels : 0
        progress = ForecastProgress(
            channels: history.channels,
            bounds: PathBounds(
                history: history, values: session?.values ?? history.z, horizon: horizon,
                limits: transform.forward(limits)),
            levels: quantiles.count, samples: head.isDistribution && keeping.samples ? paths : 0)
    }

    /// Goes on from where another stream stood, in place of the history; before `warmUp`.
    /// - Throws: when that stream was of another model or request.
    func resume(_ state: StreamState) throws(StreamStateError) {
        var reader = try state.reader(.forecast)
        try progress.read(
            from: &reader, rows: ranks == nil ? rows : 1, scores: scoreCount,
            horizon: horizon,
            history: history)
        if let layout = subject.layout {
            inputs = try StepInputs(from: &reader, layout, at: progress.step, until: horizon)
            // They begin with the forecast, and know of the past what there is to know.
            (origin, blinds) = (0, StepInputs.Blinds(pastEnd: horizon))
        }
        if let combination = facts.combination {
            combined = try CombinedForecast(
                from: &reader, combination, channels: history.channels, isLog: transform.isLog)
        }
        resumed = try network.readMemory(rows: rows, context: context, from: &reader)
        try reader.finish()
    }

    /// Nil before its history is read, and when it is over: there is nothing to remember.
    var state: StreamState? {
        guard !progress.paths.isEmpty, resumed == nil, explainer == nil else { return nil }
        return StreamState(.forecast) { writer in
            progress.write(to: &writer)
            inputs?.write(from: origin + progress.step, to: &writer)
            combined?.write(to: &writer)
            network.writeMemory(memory.state, rows: rows, context: context, to: &writer)
        }
    }

    var extraSizeBytes: Int {
        let kept = (keeping.answer ? 1 + levels.count : 0) + progress.samples.count
        let answer = kept * (horizon * history.channels * MemoryLayout<Double>.size + 64)
        let path = history.shape.drawnStepsMax
        return history.sizeBytes(steps: history.steps) + rows * history.sizeBytes(steps: path) + 2 * answer
            + (resumed?.sizeBytes ?? 0) + scoreCount * MemoryLayout<Double>.size
            + (combined?.sizeBytes ?? 0) + subject.sizeBytes(horizon: horizon) + (session?.sizeBytes ?? 0)
    }

    var eventSizeBytes: Int { 128 + subject.eventSizeBytes + (1 + levels.count) * (96 + 16 * history.channels) }

    var isFinished: Bool { progress.step >= horizon }

    var prediction: any Prediction { forecast }

    var forecast: ForecastPrediction {
        var forecast = ForecastPrediction(
            channels: history.channels, mean: progress.mean,
            quantiles: zip(levels, progress.quantiles).map { (level: $0, values: $1) }, samples: progress.samples)
        forecast.names = subject.names
        forecast.timestamps = subject.timestamps(count: progress.mean.count)
        forecast.explanation = explainer?.explanation
        forecast.watch = session?.watch
        return forecast
    }

    /// I, with the categories.
    var width: Int { history.shape.width + (inputs?.layout.width ?? 0) }

    /// The inputs of step t of a path, which is step `known` of what is known beside it.
    func write(
        _ path: SeriesPath, _ t: Int, known: Int, _ inputs: StepInputs?, into target: UnsafeMutablePointer<Float>
    ) {
        path.writeFeatures(t, into: target)
        inputs?.write(known, blinds, into: target + history.shape.width)
    }

    func gather(into batch: Network.Steps, at row: Int) {
        begin()
        if let unread, unread.steps > 0 { return unread.gather(into: batch, memory, at: row) }
        let width = width, paths = progress.paths, known = origin + progress.step
        for path in 0..<rows {
            let own = paths[min(path, paths.count - 1)]
            write(
                own, own.steps, known: known, ranks != nil && path > 0 ? explainer?.expectedInputs : inputs,
                into: batch.inputs + (row + path) * width)
        }
        memory.gather(into: batch, at: row)
    }

    func scatter(from batch: Network.Steps, at row: Int) -> [any PredictionEvent] {
        guard !isFinished else { return [] }
        if unreadSteps > 0 {
            unread?.scatter(from: batch, memory, at: row)
            startPaths()
            return []
        }
        memory.scatter(from: batch, at: row)
        let said = ranks == nil ? draw(from: batch, at: row) : decode(batch.outputs + row * outputsPerRow)
        let event = summarise(said.values, said.expected, plain: said.plain)
        if isFinished {
            advance()
            memory.release()
            progress.paths = []
        }
        return [event]
    }

    private func mean(of values: [Double]) -> Double { SampleMean.of(values, isRobust: facts.isRobust == true) }

    private var outputsPerRow: Int { history.channels * head.parametersPerValue }

    /// What the paths draw next, and what is expected of each, `[path][C]`; means without covariates, `[C]`, where they
    /// are told; data units.
    private typealias Said = (values: [[Double]], expected: [[Double]], plain: [Double]?)

    private func draw(from batch: Network.Steps, at row: Int) -> Said {
        let channels = history.channels, width = head.parametersPerValue
        var values = [[Double]](repeating: [], count: rows), expected = values
        // Taken out, so that the paths grow in place and none is copied.
        var paths: [SeriesPath] = []
        swap(&paths, &progress.paths)
        let bounds = progress.bounds, step = progress.step
        for path in 0..<rows {
            let outputs = batch.outputs + (row + path) * channels * width
            let t = paths[path].steps
            var next: [Double] = []
            for channel in 0..<channels {
                let draw = head.draw(
                    outputs + channel * width, path: paths[path], t: t, channel: channel, noise: noise, row: path,
                    index: step * channels + channel)
                next.append(bounds.clamp(draw.value, channel))
                expected[path].append(transform.inverse(bounds.clamp(draw.expected, channel)))
            }
            paths[path].append(next)
            values[path] = next.map { transform.inverse($0) }
        }
        swap(&paths, &progress.paths)
        return (values, expected, nil)
    }

    /// The same where all paths share one row: its distribution, dealt to them.
    private func decode(_ outputs: UnsafeMutablePointer<Float>) -> Said {
        guard let ranks else { return ([], [], nil) }
        let channels = history.channels, bounds = progress.bounds
        if scoreCount > 0 {
            ranks.advance(&progress.scores, paths: pathCount, channels: channels, step: progress.step)
        }
        var values = [[Double]](repeating: [], count: pathCount), expected = values, plain: [Double] = []
        let path = progress.paths[0], units = path.scale.scale
        let bases = (0..<channels).map { path.base(path.steps, $0) }
        func said(_ row: Int, _ channel: Int, _ count: Int) -> (values: [Double], expected: Double?) {
            let found = head.values(
                outputs + row * outputsPerRow + channel * head.parametersPerValue,
                base: bases[channel], unit: units[channel], count: count)
            func restored(_ z: Double) -> Double { transform.inverse(bounds.clamp(z, channel)) }
            return (found.values.map(restored), found.expected.map(restored))
        }
        for channel in 0..<channels {
            var expectation: Double?
            let dealt = ranks.deal(progress.scores, paths: pathCount, channels: channels, channel: channel) { count in
                let found = said(0, channel, count)
                expectation = found.expected
                return found.values
            }
            for (path, value) in dealt.enumerated() {
                values[path].append(value)
                expected[path].append(expectation ?? value)
            }
            guard rows > 1 else { continue }
            let found = said(1, channel, basis)
            plain.append(found.expected ?? mean(of: found.values))
        }
        progress.paths[0].appendExpected()
        return (values, expected, rows > 1 ? plain : nil)
    }

    /// Mean over what is expected of the paths, and quantiles over what they drew; combined with simple forecasts.
    private func summarise(
        _ drawn: [[Double]], _ expected: [[Double]], plain: [Double]?
    ) -> any PredictionEvent {
        let channels = history.channels, step = progress.step
        progress.step += 1
        var values = drawn
        let network = (0..<channels).map { channel in mean(of: expected.prefix(basis).map { $0[channel] }) }
        var stepMean = network
        if let combined {
            for channel in 0..<channels {
                let network = stepMean[channel]
                stepMean[channel] = combined.mean(network, step: step, channel: channel)
                var column = values.map { $0[channel] }
                combined.move(
                    &column, about: network, mean: stepMean[channel], step: step, channel: channel, basis: basis)
                for path in values.indices { values[path][channel] = column[path] }
            }
        }
        if limits != ValueLimits() {
            stepMean = stepMean.map { limits.clamp($0) }
            values = values.map { $0.map { limits.clamp($0) } }
        }
        explainer?.append(mean: stepMean, network: network, plain: plain)
        session?.written += stepMean
        if keeping.answer { progress.mean.append(stepMean) }
        var stepQuantiles: [(level: Double, values: [Double])] = []
        let sorted =
            levels.isEmpty ? [] : (0..<channels).map { channel in values.prefix(basis).map { $0[channel] }.sorted() }
        for (index, level) in levels.enumerated() {
            let at = sorted.map { Quantile.of(sorted: $0, level: level) }
            if keeping.answer { progress.quantiles[index].append(at) }
            stepQuantiles.append((level, at))
        }
        for path in progress.samples.indices { progress.samples[path].append(values[path]) }
        var event = ForecastEvent(step: progress.step, mean: stepMean, quantiles: stepQuantiles)
        event.names = subject.names
        event.timestamp = subject.timestamp(of: progress.step - 1)
        event.explanation = explainer?.explanation
        return event
    }
}
