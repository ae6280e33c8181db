/// Series prepared for one training: transformed, scaled, cut into a training and a held-back part.
struct ForecastData: Sendable {
    let facts: ForecastFacts
    let transform: SeriesTransform
    let channels: Int
    /// Series that have something to learn.
    let training: [Item]
    /// Series with a held-back tail, to validate on.
    let validation: [Item]
    /// By training series: the steps to learn in it and those before it.
    let offsets: [Int]
    /// Steps to learn in the longest training series.
    let longest: Int

    /// Steps to learn.
    var points: Int { offsets.last ?? 0 }

    struct Item: Sendable {
        var path: SeriesPath
        /// `[T, C]`, data units, NaN missing.
        var values: [Double]
        /// Steps `first ..< end` are learned in training, or scored in validation.
        var first: Int
        var end: Int
    }

    /// - Parameters:
    ///   - parent: keeps its scales and its season's profile.
    ///   - holdBack: whether the tails are kept out of the training part (not when training once more on all data).
    init(
        settings: EffectiveSettings, examples: [TrainingExample], validation given: [TrainingExample]?,
        parent: ModelDescription?,
        holdBack: Bool
    ) throws(Faults) {
        guard let forecast = settings.forecast, case .numeric(let first)? = examples.first?.input else {
            throw Faults("/sequences", "numeric series are needed")
        }
        let channels = first.channels
        self.channels = channels
        let isCount = forecast.distribution == .negativeBinomial
        let transform = SeriesTransform(isLog: forecast.scaling == .log, isCount: isCount)
        self.transform = transform
        let series = try Self.transformed(examples, transform, under: "/sequences")
        let season = forecast.seasonality
        let share = given == nil ? settings.validation : 0
        let ends = series.map { item in
            let steps = item.z.count / channels
            return holdBack ? steps - Self.tail(steps, season: season, horizon: forecast.horizon, share: share) : steps
        }
        let pooled = SeriesScale.pooled(
            zip(series, ends).map { (z: $0.z, end: $1) }, channels: channels, lag: season, isLog: transform.isLog)
        let longest = series.indices.max { ends[$0] < ends[$1] } ?? 0
        let profile =
            season > 1
            ? SeasonProfile.profile(series[longest].z, channels: channels, season: season, end: ends[longest]) : []
        let missing = series.contains { $0.z.contains { $0.isNaN } }
        var facts = ForecastFacts(
            horizon: forecast.horizon, seasonality: season, scaling: forecast.scaling, indicators: missing,
            context: settings.training.window, pooledScale: pooled.scale, pooledDrift: pooled.drift, profile: profile,
            isCount: isCount ? true : nil)
        if let kept = parent?.forecast {
            (facts.indicators, facts.pooledScale, facts.pooledDrift, facts.profile) = (
                kept.indicators, kept.pooledScale, kept.pooledDrift, kept.profile
            )
        }
        self.facts = facts
        var training: [Item] = [], validation: [Item] = []
        for (index, item) in series.enumerated() {
            let end = ends[index]
            let path = SeriesPath(
                item.z, facts: facts, channels: channels, end: end, phase: index == longest && parent == nil ? 0 : nil)
            let begin = end - season >= 4 ? season : 1
            if end - begin >= 1 { training.append(Item(path: path, values: item.values, first: begin, end: end)) }
            if end < path.steps {
                validation.append(Item(path: path, values: item.values, first: end, end: path.steps))
            }
        }
        self.training = training.filter { $0.hasTarget }
        if let given {
            for item in try Self.transformed(given, transform, under: "/validation/sequences") {
                let steps = item.z.count / channels
                let tail = min(forecast.horizon, steps / 2)
                guard tail > 0 else { continue }
                let path = SeriesPath(item.z, facts: facts, channels: channels, end: steps - tail, phase: nil)
                validation.append(Item(path: path, values: item.values, first: steps - tail, end: steps))
            }
        }
        self.validation = validation.filter { $0.hasTarget && $0.hasHistory }
        var sum = 0
        offsets = self.training.map { item in
            sum += item.end - item.first
            return sum
        }
        self.longest = self.training.map { $0.end - $0.first }.max() ?? 1
        if self.training.isEmpty {
            throw Faults("/sequences", "no series has two observed steps to learn a change from")
        }
    }

    /// Steps held back: the share or two horizons (one window says little), whichever is longer, but of short series at
    /// most a quarter, or one horizon up to a third; 0 when the rest would be too short to learn from.
    private static func tail(_ steps: Int, season: Int, horizon: Int, share: Double) -> Int {
        guard share > 0 else { return 0 }
        let part = Int((Double(steps) * share).rounded())
        let tail = max(part, min(2 * horizon, steps / 4), min(horizon, steps / 3))
        return steps - tail >= 3 ? tail : 0
    }

    private static func transformed(
        _ examples: [TrainingExample], _ transform: SeriesTransform, under root: String
    ) throws(Faults) -> [(values: [Double], z: [Double])] {
        var result: [(values: [Double], z: [Double])] = []
        var faults: [Fault] = []
        for (index, example) in examples.enumerated() {
            guard case .numeric(let series) = example.input else { continue }
            if faults.count < ModelLimits.faultsMax { faults += transform.faults(series, pointer: "\(root)/\(index)") }
            result.append((series.values, series.values.map { transform.forward($0) }))
        }
        if !faults.isEmpty { throw Faults(list: Array(faults.prefix(ModelLimits.faultsMax))) }
        return result
    }
}

extension ForecastData.Item {
    /// Whether any step to learn or to score was observed.
    var hasTarget: Bool {
        (first * path.channels..<end * path.channels).contains { path.observed[$0] }
    }

    /// Whether every channel has an observed value before the first step.
    var hasHistory: Bool {
        (0..<path.channels).allSatisfy { channel in
            (0..<first).contains { path.observed[$0 * path.channels + channel] }
        }
    }
}

extension SeriesPath {
    /// A series scaled by its first `end` steps, in the phase its shape says (or a given one).
    init(_ z: [Double], facts: ForecastFacts, channels: Int, end: Int, phase: Int?) {
        self.init(
            values: z, channels: channels, season: facts.seasonality,
            scale: SeriesScale(z, channels: channels, end: end, facts: facts), indicators: facts.indicators,
            isCount: facts.isCount ?? false,
            phase: phase ?? SeasonProfile.phase(of: z, channels: channels, end: end, like: facts.profile))
    }
}
