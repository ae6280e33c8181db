import RecurrentLayers

/// Reads season, scale and size of series as a data scientist would, and chooses a forecaster to match.
enum ForecastPlanner {
    /// Steps to learn from below which the model is trained once more on all data.
    private static let refitPointsMax = 3_000

    static func plan(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> PlanDraft {
        let learned = try ForecastSeries(examples, validation, request.forecast)
        let series = learned.series.map(\.targets)
        try checkLimits(learned, request.forecast)
        let longest = series.map(\.steps).max() ?? 0
        if longest < 3 {
            throw Faults("/sequences", "the longest series has \(longest) steps; a forecast needs at least 3")
        }
        if series.allSatisfy({ $0.values.allSatisfy(\.isNaN) }) { throw Faults("/sequences", "all values are missing") }
        let columns = Self.columns(series + (learned.validation ?? []).map(\.targets))
        let seasons = SeasonChoice(columns, longest: longest, frequency: learned.frequency, request.forecast)
        let season = seasons.season
        if season >= longest {
            throw Faults(
                "/forecast/seasonality",
                "a season of \(season) steps is not shorter than the longest series (\(longest) steps)")
        }
        let distribution =
            request.forecast.distribution ?? (isSparse(request.forecast, columns) ? .negativeBinomial : nil)
        let scaling = scaling(request.forecast, distribution, columns, season: season)
        let leavesOut = scaling == .log ? request.forecast.scaling == nil : request.forecast.distribution == nil
        let inputs = try InputsChoice(learned, seasons, longest: longest, request.forecast, parent: parent)
        var forecast = effective(
            request.forecast, distribution, seasons, scaling, inputs, learned, longest: longest)
        let points = series.reduce(0) { $0 + max(0, $1.steps - season) }
        forecast.decoding = try decoding(request, horizon: forecast.horizon, points: points, isFresh: parent == nil)
        let defaults = defaults(
            points: points, longest: longest, season: season, channels: series[0].channels,
            isDirect: forecast.decoding.map { $0 != .recursive } ?? false)
        var settings = defaults.resolve(request, task: .forecast, tokens: nil, forecast: forecast)
        if validation != nil { settings.validation = 0 }
        let data = try ForecastData(
            settings: settings, series: learned.series, validation: learned.validation, inputs: inputs.facts,
            seasons: seasons.layers, parent: parent, leavesOut: leavesOut, hold: .tails)
        let network = network(settings, facts: data.facts, channels: data.channels)
        // Of few steps to learn from none is wasted: the model is trained once more on all of them.
        let refits = !data.validation.isEmpty && validation == nil && data.points < refitPointsMax
        let complete =
            refits
            ? try ForecastData(
                settings: settings, series: learned.series, validation: learned.validation, inputs: inputs.facts,
                seasons: seasons.layers, parent: parent, leavesOut: leavesOut, hold: .nothing) : nil
        let chosen = settings
        var draft = PlanDraft(
            settings: chosen, network: network,
            windowSteps: min(settings.training.window + (data.facts.direct?.steps ?? 0), longest),
            notes: notes(request.forecast, seasons, scaling, inputs, learned, data)
        ) {
            ForecastTaskData(forecast: forecast, data: data, complete: complete, isFresh: parent == nil).task(chosen)
        }
        draft.inputsSizeBytes = data.inputsSizeBytes + (complete?.inputsSizeBytes ?? 0)
        if case .recurrent = network {
            // All that is held back of a series is scored in one window, after one of context.
            let window = settings.training.window
            let windows = ForecastWindow.validation(data, context: window, count: window)
            draft.measured = (windows.map { $0.end - $0.from }.max() ?? 0, windows.count)
        }
        return draft
    }

    private static func checkLimits(_ learned: ForecastSeries, _ request: ForecastRequest) throws(Faults) {
        let limits = ValueLimits(minimum: request.minimum, maximum: request.maximum)
        if let fault = limits.fault { throw Faults("/forecast/minimum", fault) }
        var faults: [Fault] = []
        for (all, root) in [(learned.series, "/sequences"), (learned.validation ?? [], "/validation/sequences")] {
            for (index, one) in all.enumerated() where faults.count < ModelLimits.faultsMax {
                faults += limits.faults(one.targets, pointer: "\(root)/\(index)")
            }
        }
        if !faults.isEmpty { throw Faults(list: Array(faults.prefix(ModelLimits.faultsMax))) }
    }

    /// Whether the values are counts that are often 0: then their distribution is one of counts.
    private static func isSparse(_ request: ForecastRequest, _ columns: [[Double]]) -> Bool {
        guard request.scaling == nil, request.quantiles == nil else { return false }
        var zeros = 0, all = 0
        for column in columns {
            for value in column where !value.isNaN {
                guard value >= 0, value == value.rounded() else { return false }
                all += 1
                if value == 0 { zeros += 1 }
            }
        }
        return Double(zeros) >= RecentShare.zeroShareMin * Double(all) && zeros < all
    }

    private static func scaling(
        _ request: ForecastRequest, _ distribution: ForecastDistribution?, _ columns: [[Double]], season: Int
    ) -> SeriesScalingKind {
        if let scaling = request.scaling { return scaling }
        if distribution == .negativeBinomial { return .mean }
        return MultiplicativeTest.isMultiplicative(columns, season: season) ? .log : .standard
    }

    private static func effective(
        _ request: ForecastRequest, _ distribution: ForecastDistribution?, _ seasons: SeasonChoice,
        _ scaling: SeriesScalingKind, _ inputs: InputsChoice, _ learned: ForecastSeries, longest: Int
    ) -> EffectiveSettings.Forecast {
        let distribution = distribution ?? .studentT
        var forecast = EffectiveSettings.Forecast(
            horizon: request.horizon ?? (seasons.season > 1 ? seasons.season : max(1, min(24, longest / 8))),
            seasonality: seasons.season, distribution: distribution,
            quantiles: distribution == .quantile
                ? (request.quantiles ?? ModelLimits.quantilesDefault).sorted() : nil, scaling: scaling)
        // What is not said and means nothing stays away, as in models that knew nothing of it.
        if let known = inputs.facts {
            forecast.frequency = known.frequency
            forecast.zone = known.zone
            forecast.channels = known.channels
            forecast.targets = known.targets == known.channels ? request.targets : known.targets
            if known.frequency != nil || request.calendar != nil { forecast.calendar = !known.calendar.isEmpty }
            if known.frequency != nil || request.age != nil { forecast.age = known.ageSteps != nil }
            if !known.lags.isEmpty || request.lags != nil { forecast.lags = known.lags }
        }
        (forecast.minimum, forecast.maximum) = (request.minimum, request.maximum)
        forecast.merge = request.merge
        forecast.resample = request.resample
        return forecast
    }

    /// Horizons to learn from below which a network learns nothing of the steps of one.
    private static let horizonsMin = 4

    /// How a horizon is decoded; nil where the version that is continued knew no choice.
    /// - Parameter points: steps that can be learned.
    private static func decoding(
        _ request: SettingsRequest, horizon: Int, points: Int, isFresh: Bool
    ) throws(Faults) -> ForecastDecoding? {
        let isTransformer = request.network.cell == .transformer
        let isFar = horizon > DirectDecoding.stepsMax
        guard let asked = request.forecast.decoding else {
            let isShort = points < horizonsMin * horizon
            return isFresh ? (isTransformer || isFar || isShort ? .recursive : .best) : nil
        }
        if isFresh, asked != .recursive {
            if isTransformer { throw Faults("/forecast/decoding", "a Transformer goes on step by step: recursive") }
            if isFar {
                throw Faults(
                    "/forecast/decoding",
                    "a horizon of \(horizon) steps is too far to be learned at once (\(DirectDecoding.stepsMax)): "
                        + "recursive, or a shorter horizon")
            }
        }
        return asked
    }

    private static func notes(
        _ request: ForecastRequest, _ seasons: SeasonChoice, _ scaling: SeriesScalingKind, _ inputs: InputsChoice,
        _ learned: ForecastSeries, _ data: ForecastData
    ) -> [String] {
        var notes = [seasons.note]
        switch scaling {
        case .log: notes.append("swings grow with the level: logarithms are modelled")
        case .mean where request.scaling == nil:
            notes.append(
                (request.distribution == nil ? "counts that are often 0: " : "")
                    + "counts are modelled in units of their mean")
        case .mean, .none: notes.append("scaling \(scaling.rawValue), as requested")
        case .standard: notes.append("changes are modelled in units of their deviation")
        }
        notes += learned.notes + inputs.notes
        let idle = learned.series.count - data.training.count
        if idle > 0 { notes.append("\(idle) series are too short or empty and teach nothing") }
        if data.validation.isEmpty { notes.append("too little data to hold any back: no validation") }
        return notes
    }

    static func network(_ settings: EffectiveSettings, facts: ForecastFacts, channels: Int) -> ModelNetwork {
        let outputs = channels * (settings.forecast.map { ForecastHead($0).parametersPerValue } ?? 1)
        return settings.network.shape(
            input: facts.networkInput(channels: channels), outputs: outputs, readout: .everyStep)
    }

    /// Every channel of every series on its own.
    private static func columns(_ series: [NumericSeries]) -> [[Double]] {
        series.flatMap { item in
            (0..<item.channels).map { channel in
                stride(from: channel, to: item.values.count, by: item.channels).map { item.values[$0] }
            }
        }
    }

    /// - Parameter points: steps that can be learned, over all series.
    static func defaults(
        points: Int, longest: Int, season: Int, channels: Int, isDirect: Bool = false
    ) -> PlanDefaults {
        let size: (hidden: Int, dropout: Double, batch: Int, epochs: Int, rate: Double) =
            switch points {
            case ..<500: (16, 0.2, 16, 60, 0.003)
            case ..<3_000: (24, 0.1, 16, 60, 0.003)
            case ..<20_000: (40, 0.1, 32, 80, 0.003)
            default: (64, 0.1, 32, 80, 0.003)
            }
        let wide = channels > 1 ? min(128, size.hidden + 4 * channels) : size.hidden
        // Level and season are known already; where a horizon follows, one cycle before it is enough.
        let window = season > 1 ? min(168, max(24, isDirect ? season : 2 * season)) : 32
        return PlanDefaults(
            layers: 1, hidden: wide, dropout: size.dropout, embedding: nil, epochs: size.epochs, batchSize: size.batch,
            window: min(window, longest), learningRate: size.rate, patience: 10)
    }
}
