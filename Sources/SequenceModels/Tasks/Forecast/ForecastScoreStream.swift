import Kernels

/// A series that is read once, step by step: the network's row of step t knows what was before t, and says how likely
/// the value of t was.
///
/// Scale, smoothing and phase are those of the first steps (`warmUpSteps`), which are not scored: so no value is
/// measured by what it did to them itself.
// SAFETY: a stream is used by one thread at a time (PredictionStream's contract); its state is its own.
final class ForecastScoreStream<Network: SequenceNetwork>: SteppedStream, @unchecked Sendable {
    private let network: Network
    private let scorer: ValueScorer
    private let path: SeriesPath
    /// Names and times; its forecast begins at step 0.
    private let subject: ForecastSubject
    private let context: Int
    private let keepsAnswer: Bool
    private lazy var memory = network.memory(rows: 1, context: context)
    private let blinds: StepInputs.Blinds
    private var score: ForecastScore
    /// The next step.
    private var t: Int
    /// By channel: whether a value was there before step t.
    private var isKnown: [Bool]
    private var recent: [RecentSurprise]

    let rows = 1
    let reason = "length"

    /// - Parameters:
    ///   - path: scaled by its first `totals.warmUp` steps, at least one of T.
    ///   - subject: with the inputs of all steps from `context` before the first that is scored.
    ///   - totals: before any step.
    init(
        network: Network, scorer: ValueScorer, path: SeriesPath, subject: ForecastSubject, context: Int,
        keepsAnswer: Bool, totals: ForecastScore.Totals
    ) {
        self.network = network
        self.scorer = scorer
        self.path = path
        self.subject = subject
        self.context = context
        self.keepsAnswer = keepsAnswer
        blinds = StepInputs.Blinds(pastEnd: path.steps)
        score = ForecastScore(channels: path.channels, totals: totals)
        score.names = subject.names
        recent = [RecentSurprise](repeating: RecentSurprise(), count: path.channels)
        t = totals.warmUp
        isKnown = (0..<path.channels).map { channel in
            (0..<totals.warmUp).contains { path.observed[$0 * path.channels + channel] }
        }
    }

    var extraSizeBytes: Int {
        let answer = keepsAnswer ? 6 * (path.steps * path.channels * MemoryLayout<Double>.size + 64) : 0
        return path.sizeBytes(steps: path.steps) + path.trailSizeBytes + 2 * answer
            + subject.sizeBytes(horizon: path.steps)
    }

    var eventSizeBytes: Int { 512 + subject.eventSizeBytes + 6 * (96 + 16 * path.channels) }

    var isFinished: Bool { t >= path.steps }

    var prediction: any Prediction {
        var score = score
        score.timestamps = subject.timestamps(count: score.anomaly.count)
        return score
    }

    /// Reads what comes before the first step that is scored, at most `context` steps of it, from a zero state.
    func warmUp() -> [any PredictionEvent] {
        let first = max(1, t - context), steps = t - first
        if steps > 0 {
            var rows = [Float](repeating: 0, count: steps * width)
            rows.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                for step in 0..<steps { write(first + step, into: base + step * width) }
            }
            memory.read(.numbers(rows, width: width), each: nil)
        }
        guard keepsAnswer else { return [] }
        let none = ForecastScoreEvent(unscored: 0, channels: path.channels)
        for _ in 0..<t { score.append(none) }
        return []
    }

    /// I, with the categories.
    private var width: Int { path.shape.width + (subject.inputs?.layout.width ?? 0) }

    private func write(_ t: Int, into target: UnsafeMutablePointer<Float>) {
        path.writeFeatures(t, into: target)
        subject.inputs?.write(t, blinds, into: target + path.shape.width)
    }

    func gather(into batch: Network.Steps, at row: Int) {
        write(t, into: batch.inputs + row * width)
        memory.gather(into: batch, at: row)
    }

    func scatter(from batch: Network.Steps, at row: Int) -> [any PredictionEvent] {
        guard !isFinished else { return [] }
        memory.scatter(from: batch, at: row)
        let outputs = batch.outputs + row * path.channels * scorer.outputs
        var event = ForecastScoreEvent(unscored: t + 1, channels: path.channels)
        for channel in 0..<path.channels { note(channel, outputs + channel * scorer.outputs, &event) }
        event.names = subject.names
        event.timestamp = subject.timestamp(of: t)
        if keepsAnswer { score.append(event) }
        t += 1
        if isFinished {
            event.totals = score.totals
            memory.release()
        }
        return [event]
    }

    private func note(_ channel: Int, _ outputs: UnsafePointer<Float>, _ event: inout ForecastScoreEvent) {
        let value = path.value(t, channel)
        defer { if !value.isNaN { isKnown[channel] = true } }
        guard isKnown[channel] else { return }
        guard
            let isAnomaly = scorer.score(
                outputs, base: path.base(t, channel), unit: path.scale.scale[channel], value: value, channel,
                &recent[channel], &event)
        else { return }
        score.totals.scored += 1
        score.totals.anomalies += isAnomaly ? 1 : 0
        score.totals.sum += event.logLikelihood[channel]
    }
}

extension ForecastScoreEvent {
    /// Of a step of which nothing is said.
    init(unscored step: Int, channels: Int) {
        self.init(step: step)
        let unknown = [Double](repeating: .nan, count: channels)
        (logLikelihood, pit, surprise) = (unknown, unknown, unknown)
        (limit, expected, anomaly) = (unknown, unknown, unknown)
    }
}

extension ForecastScore {
    /// Adds a step.
    fileprivate mutating func append(_ event: ForecastScoreEvent) {
        logLikelihood.append(event.logLikelihood)
        pit.append(event.pit)
        surprise.append(event.surprise)
        limit.append(event.limit)
        expected.append(event.expected)
        anomaly.append(event.anomaly)
    }
}
