import SeriesTime

/// Series prepared for one training: transformed, scaled, cut into a training and a held-back part.
struct ForecastData: Sendable {
    var facts: ForecastFacts
    let transform: SeriesTransform
    let channels: Int
    /// Series that have something to learn.
    let training: [Item]
    /// Series with a held-back tail, to validate on.
    var validation: [Item]
    /// What it was made of, to be made again with less.
    private let source: Source
    /// By training series: the steps to learn in it and those before it.
    let offsets: [Int]
    /// Steps to learn in the longest training series.
    let longest: Int

    /// Bytes of what is known beside the values; the parts of one series share it.
    var inputsSizeBytes: Int {
        (training + validation).reduce(0) { $0 + ($1.inputs?.sizeBytes ?? 0) + $1.path.trailSizeBytes }
    }

    /// Steps to learn.
    var points: Int { offsets.last ?? 0 }

    /// Which steps are kept out of the training part.
    enum Hold: Sendable {
        case nothing
        /// As long as the settings say.
        case tails
        /// So many of each series that has as many left.
        case last(Int)
    }

    private struct Source: Sendable {
        let settings: EffectiveSettings
        let series: [AlignedSeries]
        let inputs: ForecastInputs?
        let seasons: [Int]
        let leavesOut: Bool
    }

    struct Item: Sendable {
        var path: SeriesPath
        /// `[T, C]`, data units, NaN missing.
        var values: [Double]
        /// Of all T steps; nil where the network reads the values alone.
        var inputs: StepInputs?
        /// When the steps are; nil where that is not known.
        var clock: SeriesClock?
        /// Which of the series that were given it is.
        var place: Int
        /// Steps `first ..< end` are learned in training, or scored in validation.
        var first: Int
        var end: Int
    }

    /// - Parameters:
    ///   - validation: series to validate on; nil to hold tails back.
    ///   - inputs: what the network reads beside the values; nil for nothing.
    ///   - seasons: those of level and seasons, ascending; empty for none.
    ///   - parent: keeps its scales and its season's profile.
    ///   - leavesOut: values without a logarithm are missing; a parent has its own way.
    ///   - hold: what is kept out of the training part (nothing when training once more on all data).
    init(
        settings: EffectiveSettings, series: [AlignedSeries], validation given: [AlignedSeries]?,
        inputs: ForecastInputs?, seasons: [Int], parent: ModelDescription?, leavesOut: Bool, hold: Hold
    ) throws(Faults) {
        guard let forecast = settings.forecast, let channels = series.first?.targets.channels else {
            throw Faults("/sequences", "numeric series are needed")
        }
        self.channels = channels
        source = Source(settings: settings, series: series, inputs: inputs, seasons: seasons, leavesOut: leavesOut)
        let isCount = forecast.distribution == .negativeBinomial
        let leavesOut =
            (forecast.scaling == .log || isCount) && parent.map { $0.forecast?.leavesOut ?? false } ?? leavesOut
        let transform = SeriesTransform(isLog: forecast.scaling == .log, isCount: isCount, leavesOut: leavesOut)
        self.transform = transform
        let transformed = try Self.transformed(series, transform, under: "/sequences")
        let season = forecast.seasonality
        let share = given == nil ? settings.validation : 0
        let lasts = transformed.map { Self.observedSteps($0, channels: channels) }
        let ends = lasts.map { steps in
            switch hold {
            case .nothing: steps
            case .tails: steps - Self.tail(steps, season: season, horizon: forecast.horizon, share: share)
            case .last(let held): steps - held >= max(4, steps / 2) ? steps - held : steps
            }
        }
        let longest = transformed.indices.max { ends[$0] < ends[$1] } ?? 0
        var facts = Self.facts(
            settings, forecast, transformed, ends, channels: channels, seasons: seasons, parent: parent)
        facts.inputs = inputs
        facts.leavesOut = leavesOut ? true : nil
        facts.isRobust = isCount ? nil : true
        (facts.minimum, facts.maximum) = (forecast.minimum, forecast.maximum)
        let maker = ItemMaker(facts: facts, channels: channels)
        var training: [Item] = [], validation: [Item] = [], known: [(path: SeriesPath, end: Int)] = []
        for (index, z) in transformed.enumerated() {
            let end = ends[index]
            var item = try maker.item(
                series[index], z, known: end, phase: index == longest && parent == nil ? 0 : nil,
                at: index, under: "/sequences")
            known.append((item.path, end))
            item.first = end - season >= 4 ? season : 1
            if end - item.first >= 1 { training.append(item) }
            // Behind the last observed step there is nothing to measure.
            (item.first, item.end) = (end, lasts[index])
            // Far ahead of what was learned a model says little of the one that learns it all.
            if case .last = hold { item.end = min(item.end, end + 2 * forecast.horizon) }
            if item.first < item.end { validation.append(item) }
        }
        if parent == nil, let layout = maker.layout {
            let profiles = ColdStart.profiles(known, fixed: series.map(\.fixed), layout)
            facts.inputs?.cold = profiles.isEmpty ? nil : profiles
        }
        self.facts = facts
        self.training = training.filter { $0.hasTarget }
        if let given { validation += try Self.tails(of: given, maker, transform, horizon: forecast.horizon) }
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

    /// The same series without their last steps, of which two horizons are to be forecast; nil where nothing is left to
    /// learn or to forecast.
    func withoutLast(_ steps: Int) -> ForecastData? {
        let data = try? ForecastData(
            settings: source.settings, series: source.series, validation: nil, inputs: source.inputs,
            seasons: source.seasons, parent: nil, leavesOut: source.leavesOut, hold: .last(steps))
        return data.flatMap { $0.validation.isEmpty ? nil : $0 }
    }

    /// The ends of the series to validate on: so many horizons, at most half of the series.
    func ends(horizon: Int, origins: Int) -> [Item] {
        validation.compactMap { item in
            var item = item
            item.first = max((item.end + 1) / 2, item.end - horizon * origins)
            return item.first < item.end && item.hasTarget && item.hasHistory ? item : nil
        }
    }

    /// Steps of the longest series.
    var longestSteps: Int { source.series.map(\.targets.steps).max() ?? 0 }

    /// Whether no value is below 0.
    var isNonNegative: Bool { source.series.allSatisfy { $0.targets.values.allSatisfy { $0.isNaN || $0 >= 0 } } }

    /// Share of the values that are 0.
    var zeroShare: Double {
        var zeros = 0.0, all = 0.0
        for item in source.series {
            for value in item.targets.values where !value.isNaN {
                all += 1
                if value == 0 { zeros += 1 }
            }
        }
        return all > 0 ? zeros / all : 0
    }

    /// What the series tell of those to come; of a parent what it knows already.
    /// - Parameters: z: `[T, C]` by series. - ends: steps that may be looked at.
    private static func facts(
        _ settings: EffectiveSettings, _ forecast: EffectiveSettings.Forecast, _ z: [[Double]], _ ends: [Int],
        channels: Int, seasons: [Int], parent: ModelDescription?
    ) -> ForecastFacts {
        let season = forecast.seasonality
        let pooled = SeriesScale.pooled(
            zip(z, ends).map { (z: $0, end: $1) }, channels: channels, lag: season, isLog: forecast.scaling == .log)
        let longest = z.indices.max { ends[$0] < ends[$1] } ?? 0
        let profile =
            season > 1 ? SeasonProfile.profile(z[longest], channels: channels, season: season, end: ends[longest]) : []
        var facts = ForecastFacts(
            horizon: forecast.horizon, seasonality: season, scaling: forecast.scaling,
            indicators: z.contains { $0.contains { $0.isNaN } }, context: settings.training.window,
            pooledScale: pooled.scale, pooledDrift: pooled.drift, profile: profile,
            isCount: forecast.distribution == .negativeBinomial ? true : nil)
        if let decoding = forecast.decoding, decoding != .recursive {
            facts.direct = DirectDecoding(steps: min(forecast.horizon, DirectDecoding.stepsMax))
        }
        if let kept = parent?.forecast {
            (facts.indicators, facts.pooledScale, facts.pooledDrift, facts.profile, facts.smoothing) = (
                kept.indicators, kept.pooledScale, kept.pooledDrift, kept.profile, kept.smoothing
            )
            if kept.direct == nil { facts.direct = nil }
            return facts
        }
        let known = zip(z, ends).map { (z: $0, end: $1) }
        let slopes = known.map {
            SeriesScale($0.z, channels: channels, end: $0.end, facts: facts).slope(season: season)
        }
        let smoothing = ForecastSmoothing(
            known, channels: channels, seasons: seasons, horizon: forecast.horizon, slopes: slopes)
        facts.smoothing = smoothing
        facts.pooledScale = SeriesScale.pooledErrors(
            known, smoothing, slopes: slopes, channels: channels, lag: season, isLog: forecast.scaling == .log)
        return facts
    }

    /// The ends of series that were sent to validate on.
    private static func tails(
        of given: [AlignedSeries], _ maker: ItemMaker, _ transform: SeriesTransform, horizon: Int
    ) throws(Faults) -> [Item] {
        let place = "/validation/sequences"
        var items: [Item] = []
        for (index, z) in try transformed(given, transform, under: place).enumerated() {
            let steps = observedSteps(z, channels: maker.channels)
            let tail = min(horizon, steps / 2)
            guard tail > 0 else { continue }
            var item = try maker.item(given[index], z, known: steps - tail, phase: nil, at: index, under: place)
            (item.first, item.end) = (steps - tail, steps)
            items.append(item)
        }
        return items
    }

    /// Steps held back: the share or two horizons (one window says little), whichever is longer, but of short series at
    /// most a quarter, or one horizon up to a third; 0 when the rest would be too short to learn from.
    private static func tail(_ steps: Int, season: Int, horizon: Int, share: Double) -> Int {
        guard share > 0 else { return 0 }
        let part = Int((Double(steps) * share).rounded())
        let tail = max(part, min(2 * horizon, steps / 4), min(horizon, steps / 3))
        return steps - tail >= 3 ? tail : 0
    }

    /// Steps up to the last with a value: behind it there is nothing to measure.
    private static func observedSteps(_ z: [Double], channels: Int) -> Int {
        z.lastIndex { !$0.isNaN }.map { $0 / channels + 1 } ?? 0
    }

    private static func transformed(
        _ series: [AlignedSeries], _ transform: SeriesTransform, under root: String
    ) throws(Faults) -> [[Double]] {
        var faults: [Fault] = []
        for (index, item) in series.enumerated() where faults.count < ModelLimits.faultsMax {
            faults += transform.faults(item.targets, pointer: "\(root)/\(index)")
        }
        if !faults.isEmpty { throw Faults(list: Array(faults.prefix(ModelLimits.faultsMax))) }
        return series.map { $0.targets.values.map { transform.forward($0) } }
    }
}

/// Makes items of series, all with the facts of one model.
private struct ItemMaker {
    let facts: ForecastFacts
    let channels: Int
    let shape: PathShape
    let layout: StepLayout?

    init(facts: ForecastFacts, channels: Int) {
        self.facts = facts
        self.channels = channels
        shape = PathShape(facts, channels: channels)
        layout = facts.inputs.map { StepLayout($0) }
    }

    /// - Parameters:
    ///   - known: steps from which its scales are measured, and what is learned of it.
    ///   - phase: where its season begins; nil to find out.
    func item(
        _ series: AlignedSeries, _ z: [Double], known: Int, phase: Int?, at place: Int, under root: String
    ) throws(Faults) -> ForecastData.Item {
        let path = SeriesPath(
            z, facts: facts, channels: channels, end: known,
            phase: series.clock?.phase(season: facts.seasonality) ?? phase)
        var inputs: StepInputs?
        if let layout, let known = facts.inputs, !layout.isEmpty {
            do throws(TimeError) {
                inputs = try StepInputs(
                    known, layout, series, path: path, steps: 0..<path.steps)
            } catch {
                throw Faults("\(root)/\(place)/timestamps", error.description)
            }
        }
        return ForecastData.Item(
            path: path, values: series.targets.values, inputs: inputs, clock: series.clock, place: place, first: 1,
            end: known)
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
    /// - Parameter isObserved: false of values that were not sent.
    init(
        _ z: [Double], facts: ForecastFacts, channels: Int, end: Int, phase: Int?, isObserved: Bool = true
    ) {
        var scale = SeriesScale(z, channels: channels, end: end, facts: facts)
        let smoothing = facts.smoothing.map {
            SmoothingState(
                $0, z, channels: channels, end: end, slope: scale.slope(season: facts.seasonality))
        }
        if let smoothing { scale = scale.measured(by: smoothing, z, channels: channels, end: end, facts: facts) }
        self.init(
            values: z, shape: PathShape(facts, channels: channels), scale: scale,
            phase: phase ?? SeasonProfile.phase(of: z, channels: channels, end: end, like: facts.profile),
            smoothing: smoothing, isObserved: isObserved)
    }
}
