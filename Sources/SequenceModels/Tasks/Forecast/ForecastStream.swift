import Kernels

/// Which parts of a forecast are kept for a whole answer.
struct ForecastKeeping: Sendable {
    /// Mean and quantiles.
    var answer: Bool
    var samples: Bool
}

/// One forecast on its way: each sample path is a row of the step batch, fed with what it drew itself.
// SAFETY: a stream is used by one thread at a time (PredictionStream's contract); its state is its own.
final class ForecastStream<Network: SequenceNetwork>: SteppedStream, @unchecked Sendable {
    private let head: ForecastHead
    private let transform: SeriesTransform
    private let history: SeriesPath
    private let context: Int
    private let horizon: Int
    private let levels: [Double]
    /// The first paths, over which mean and quantiles are taken.
    private let basis: Int
    private let noise: PathNoise
    private let bounds: PathBounds
    private var paths: [SeriesPath]
    private let network: Network
    /// Made when it is needed: a forecast that waits for its turn holds no states.
    private lazy var memory = network.memory(rows: rows, context: context)
    private var step = 0
    private let keeping: ForecastKeeping
    private var mean: ForecastValues
    /// `[level][horizon][C]`
    private var quantiles: [ForecastValues]
    /// `[path][horizon][C]` of the paths asked for.
    private var samples: [ForecastValues]

    let rows: Int
    let reason = "horizon"

    /// - Parameters: paths: samples to answer. - basis: paths to take mean and quantiles over.
    init(
        network: Network, head: ForecastHead, transform: SeriesTransform, history: SeriesPath, context: Int,
        horizon: Int, quantiles: [Double], paths: Int, basis: Int, seed: UInt64,
        keeping: ForecastKeeping
    ) {
        self.network = network
        self.keeping = keeping
        self.head = head
        self.transform = transform
        self.history = history
        self.context = context
        self.horizon = horizon
        levels = quantiles
        self.basis = basis
        rows = max(paths, basis)
        noise = PathNoise(seed: seed, paths: rows)
        bounds = PathBounds(history: history, horizon: horizon)
        self.paths = []
        mean = ForecastValues(channels: history.channels)
        self.quantiles = [ForecastValues](repeating: mean, count: quantiles.count)
        samples = head.isDistribution && keeping.samples ? [ForecastValues](repeating: mean, count: paths) : []
    }

    var extraSizeBytes: Int {
        let kept = (keeping.answer ? 1 + levels.count : 0) + samples.count
        let answer = kept * (horizon * history.channels * MemoryLayout<Double>.size + 64)
        let path = SeriesPath.drawnStepsMax(season: history.season)
        return history.sizeBytes(steps: history.steps) + rows * history.sizeBytes(steps: path) + 2 * answer
    }

    var eventSizeBytes: Int { 128 + (1 + levels.count) * (96 + 16 * history.channels) }

    var isFinished: Bool { step >= horizon }

    var prediction: any Prediction { forecast }

    var forecast: ForecastPrediction {
        ForecastPrediction(
            channels: history.channels, mean: mean, quantiles: zip(levels, quantiles).map { (level: $0, values: $1) },
            samples: samples)
    }

    /// Runs the newest steps of the history, at most `context`, through the network, as in training from a zero state.
    func warmUp() -> [any PredictionEvent] {
        reserve()
        let first = max(1, history.steps - memory.historySteps(of: context, before: horizon))
        let steps = history.steps - first
        if steps > 0 {
            var inputs = [Float](repeating: 0, count: steps * history.width)
            inputs.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                for t in 0..<steps { history.writeFeatures(first + t, into: base + t * history.width) }
            }
            memory.read(.numbers(inputs, width: history.width), each: nil)
        }
        let start = history.tail(history.reachSteps)
        paths = [SeriesPath](repeating: start, count: rows)
        return []
    }

    /// What is kept has a known size: grown by doubling, it would take more than was counted.
    private func reserve() {
        if keeping.answer {
            mean.reserve(steps: horizon)
            for index in quantiles.indices { quantiles[index].reserve(steps: horizon) }
        }
        for path in samples.indices { samples[path].reserve(steps: horizon) }
    }

    func gather(into batch: Network.Steps, at row: Int) {
        let width = history.width
        for path in 0..<rows {
            paths[path].writeFeatures(paths[path].steps, into: batch.inputs + (row + path) * width)
        }
        memory.gather(into: batch, at: row)
    }

    func scatter(from batch: Network.Steps, at row: Int) -> [any PredictionEvent] {
        guard !isFinished else { return [] }
        memory.scatter(from: batch, at: row)
        let channels = history.channels, width = head.parametersPerValue
        var values = [[Double]](repeating: [], count: rows), expected = values
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
        let event = summarise(values, expected)
        if isFinished {
            memory.release()
            paths = []
        }
        return [event]
    }

    /// Mean over what is expected of the paths, and quantiles over what they drew.
    private func summarise(_ values: [[Double]], _ expected: [[Double]]) -> any PredictionEvent {
        let channels = history.channels
        step += 1
        let columns = (0..<channels).map { channel in values.prefix(basis).map { $0[channel] } }
        let stepMean = (0..<channels).map { channel in
            expected.prefix(basis).reduce(0) { $0 + $1[channel] } / Double(basis)
        }
        if keeping.answer { mean.append(stepMean) }
        var stepQuantiles: [(level: Double, values: [Double])] = []
        let sorted = levels.isEmpty ? [] : columns.map { $0.sorted() }
        for (index, level) in levels.enumerated() {
            let at = sorted.map { Quantile.of(sorted: $0, level: level) }
            if keeping.answer { quantiles[index].append(at) }
            stepQuantiles.append((level, at))
        }
        for path in samples.indices { samples[path].append(values[path]) }
        return ForecastEvent(step: step, mean: stepMean, quantiles: stepQuantiles)
    }
}

/// Keeps paths within sight of the history, so that every answer is a finite and sane number.
struct PathBounds: Sendable {
    private let low: [Double]
    private let high: [Double]

    init(history: SeriesPath, horizon: Int) {
        var low: [Double] = [], high: [Double] = []
        for channel in 0..<history.channels {
            let column = stride(from: channel, to: history.z.count, by: history.channels).lazy.map { history.z[$0] }
            let least = column.min() ?? 0, most = column.max() ?? 0
            let margin =
                2 * (most - least) + 10 * history.scale.scale[channel] * Double(horizon).squareRoot()
                + 2 * abs(history.scale.drift[channel]) * (Double(horizon) / Double(history.season) + 1)
            low.append(history.isCount ? 0 : least - margin)
            high.append(history.isCount ? (most + margin).rounded(.up) : most + margin)
        }
        self.low = low
        self.high = high
    }

    func clamp(_ z: Double, _ channel: Int) -> Double {
        z.isNaN ? (low[channel] + high[channel]) / 2 : min(max(z, low[channel]), high[channel])
    }
}
