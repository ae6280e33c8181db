/// How far a forecast has come: all that changes from step to step, but the network's memory.
struct ForecastProgress: Sendable {
    /// Steps taken so far.
    var step = 0
    /// `[R]`, each as far back as features reach; none before the history is read, and when the forecast is over.
    var paths: [SeriesPath] = []
    /// Of direct decoding `[path][C]`: how high a path lies among all, as a normal variable; empty otherwise.
    var scores: [Double] = []
    /// Where all paths are kept.
    var bounds: PathBounds
    /// The answer so far, where it is kept.
    var mean: ForecastValues
    /// `[level][step][C]`
    var quantiles: [ForecastValues]
    /// `[path][step][C]` of the paths asked for.
    var samples: [ForecastValues]

    /// Nothing yet.
    /// - Parameters: `levels` of quantiles and `samples` to answer.
    init(channels: Int, bounds: PathBounds, levels: Int, samples: Int) {
        self.bounds = bounds
        mean = ForecastValues(channels: channels)
        quantiles = [ForecastValues](repeating: mean, count: levels)
        self.samples = [ForecastValues](repeating: mean, count: samples)
    }

    /// What is kept has a known size: grown by doubling, it would take more than was counted.
    mutating func reserve(steps: Int, keeping: ForecastKeeping) {
        if keeping.answer {
            mean.reserve(steps: steps)
            for index in quantiles.indices { quantiles[index].reserve(steps: steps) }
        }
        for path in samples.indices { samples[path].reserve(steps: steps) }
    }

    func write(to writer: inout StateWriter) {
        writer.count(step)
        bounds.write(to: &writer)
        for path in paths { path.write(to: &writer) }
        writer.numbers(scores)
        for values in [[mean], quantiles, samples] {
            writer.count(values.count)
            for values in values {
                writer.count(values.count)
                writer.numbers(values.flat)
            }
        }
    }

    /// Takes over what `write` wrote of another forecast.
    /// - Parameters:
    ///   - rows: R.
    ///   - scores: how many.
    ///   - history: tells what all paths have in common.
    /// - Throws: when it was another kind of forecast, or one of another request.
    mutating func read(
        from reader: inout StateReader, rows: Int, scores: Int, horizon: Int, history: SeriesPath
    ) throws(StreamStateError) {
        let step = try reader.count("steps", 0...ModelLimits.horizonMax)
        if step >= horizon { throw .foreign("it has \(step) steps already, the horizon is \(horizon)") }
        self.step = step
        bounds = try PathBounds(from: &reader, channels: history.channels)
        paths = []
        for _ in 0..<rows { paths.append(try SeriesPath(from: &reader, like: history)) }
        self.scores = try reader.numbers(scores)
        mean = try Self.values(&reader, "means", like: [mean], step)[0]
        quantiles = try Self.values(&reader, "quantiles", like: quantiles, step)
        samples = try Self.values(&reader, "samples", like: samples, step)
    }

    private static func values(
        _ reader: inout StateReader, _ what: String, like own: [ForecastValues], _ step: Int
    ) throws(StreamStateError) -> [ForecastValues] {
        try reader.count(what, is: own.count)
        var result: [ForecastValues] = []
        for values in own {
            let steps = try reader.count("steps of an answer", 0...step)
            result.append(ForecastValues(channels: values.channels, flat: try reader.numbers(steps * values.channels)))
        }
        return result
    }
}
