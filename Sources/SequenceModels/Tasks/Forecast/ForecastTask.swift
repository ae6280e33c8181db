import Kernels
import RecurrentLayers

/// Learns the next value: random windows over the series, teacher forcing, the tails of the series held back.
final class ForecastTask<Network: SequenceNetwork>: WindowTask {
    let settings: EffectiveSettings
    private let forecast: EffectiveSettings.Forecast
    private let head: ForecastHead
    let shape: ModelNetwork
    let data: ForecastData
    /// The same series with nothing held back when the model is trained once more on all of them, otherwise `data`.
    private let complete: ForecastData
    private let layout: ShardLayout
    private let targets: [ShardTargets]
    let refits: Bool
    private let isFresh: Bool
    /// Steps to learn from that tell a network next to nothing.
    private static var pointsFew: Int { 30 }
    // Read once: every step asks for them, and settings are looked up by name.
    private let batchSize: Int
    private let window: Int
    private let seed: UInt64

    /// - Parameters:
    ///   - forecast: those of `settings`.
    ///   - data: with the tails held back.
    ///   - complete: the same series with nothing held back; nil when the model is not trained once more on them.
    ///   - isFresh: it does not continue another model, so that it can be trained again to measure it.
    init(
        settings: EffectiveSettings, forecast: EffectiveSettings.Forecast, data: ForecastData, complete: ForecastData?,
        isFresh: Bool
    ) {
        self.settings = settings
        self.forecast = forecast
        head = ForecastHead(forecast)
        self.data = data
        self.complete = complete ?? data
        refits = complete != nil
        self.isFresh = isFresh
        shape = ForecastPlanner.network(settings, facts: data.facts, channels: data.channels)
        batchSize = settings.training.batchSize
        window = settings.training.window
        seed = settings.training.seed
        layout = ShardLayout(rows: batchSize)
        targets = (0..<layout.count).map { _ in ShardTargets() }
    }

    var headBias: [Float]? { Array((0..<data.channels).map { _ in head.bias }.joined()) }

    var shardCount: Int { layout.count }
    var shardRowsMax: Int { layout.rowsMax }
    var windowStepsMax: Int { min(windowSteps, complete.longest) }
    /// Steps of a window: those that are read, and those that are decoded.
    private var windowSteps: Int { window + (data.facts.direct?.steps ?? 0) }
    var carriesState: Bool { false }
    var hasValidation: Bool { !data.validation.isEmpty }
    /// At least 10 steps, so that an epoch of a short series means something; more of a long one, whose windows are few
    /// and long: else patience ends before anything is learned.
    func stepsPerEpoch(refit: Bool) -> Int {
        let perStep = batchSize * windowSteps, points = (refit ? complete : data).points
        let least = data.facts.direct == nil ? 10 : min(96, max(10, complete.longest / 500))
        return min(400, max(least, (points + perStep - 1) / perStep))
    }

    func load(_ position: StepPosition, shard: Int, into workspace: Network.Workspace) -> Int {
        let data = position.refit ? complete : data
        let step = position.epoch * stepsPerEpoch(refit: position.refit) + position.step
        let random = CounterRandom(seed: seed, stream: RandomStream.windows(step))
        let windows = layout.range(shard).map { row in
            ForecastWindow.random(data, window: window, random: random, row: row)
        }
        return ForecastWindow.fill(windows, workspace, targets[shard])
    }

    func loss(shard: Int, workspace: Network.Workspace, scale: Float) -> LossSum {
        head.evaluate(
            outputs: workspace.outputs, channels: data.channels, targets: targets[shard],
            rows: workspace.steps * workspace.batch, gradients: workspace.outputGradients, scale: scale)
    }

    func validate(network: Network, pool: ComputePool) -> Double {
        // A state goes on past a window; attention sees no more than one.
        let kept = contextSteps.map { ContextWindows(context: $0).kept }
        let windows = ForecastWindow.validation(
            data, context: kept ?? window, count: (contextSteps ?? window) - (kept ?? 0))
        let rows = Network.measuredRows(steps: window)
        let batches = stride(from: 0, to: windows.count, by: rows).map {
            Array(windows[$0..<min($0 + rows, windows.count)])
        }
        let sums = FixedOrder.map(batches.count, pool) { index in
            let steps = batches[index].map { $0.end - $0.from }.max() ?? 1
            let workspace = network.workspace(stepsMax: steps, batchMax: batches[index].count, training: false)
            let targets = ShardTargets()
            _ = ForecastWindow.fill(batches[index], workspace, targets)
            network.forward(workspace, training: false, dropoutKey: 0)
            return head.evaluate(
                outputs: workspace.outputs, channels: data.channels, targets: targets,
                rows: workspace.steps * workspace.batch, gradients: nil, scale: 1)
        }
        let count = sums.reduce(0) { $0 + $1.count }
        return count > 0 ? sums.reduce(0) { $0 + $1.loss } / Double(count) : 0
    }

    func describe() -> ModelDescription {
        ModelDescription(
            settings: settings, network: shape, channels: data.channels, forecast: complete.facts, context: contextSteps
        )
    }

    var measuresWithinBudget: Bool { true }

    func evaluate(network: Network, pool: ComputePool, budget: EvaluationBudget) -> Evaluation {
        let methods = SimpleForecast.useful(season: data.facts.baselineSeason, zeroShare: data.zeroShare)
        var cases: [BacktestCase] = [], surprises: [Double] = []
        if refits, isFresh, budget.epochs > 0 {
            let again = RollingOrigins(settings: settings, forecast: forecast, data: data, epochs: budget.epochs)
            cases = again.cases(pool, budget) { (network: Network, part) in
                surprises += self.surprises(network, of: part, pool)
                return backtest(network, of: part).cases(methods, pool: pool)
            }
        }
        if cases.isEmpty, hasValidation, !budget.isStopped {
            cases = backtest(network, of: data).cases(methods, pool: pool, budget: budget)
            if !budget.isProbe { surprises = self.surprises(network, of: data, pool) }
        }
        let choice = DecodingChoice(cases)
        cases = choice.cases
        let fit = CombinationFit(
            cases, methods: methods, season: data.facts.baselineSeason, horizon: data.facts.horizon,
            isLog: data.transform.isLog, isInformed: data.facts.inputs?.isInformed == true,
            minimum: data.facts.minimum ?? (data.isNonNegative ? 0 : nil), kind: combinationKind,
            phases: data.facts.seasonality
        ) { candidates in
            SimpleHistory(
                data.knownColumns, candidates, season: data.facts.baselineSeason, horizon: data.facts.horizon
            ).outdone
        }
        guard !cases.isEmpty else {
            var evaluation = Evaluation.unmeasured
            // Of much data that is not measured, the network knows more than is presumed.
            evaluation.combination = data.points < Self.pointsFew ? fit.combination() : nil
            return evaluation
        }
        var evaluation = fit.result(seriesAll: data.validation.count).evaluation
        var combination = fit.combination()
        if data.facts.direct != nil {
            combination.isRecursive = choice.isRecursive ? true : nil
            combination.correlation = choice.correlation
        }
        evaluation.combination = combination
        evaluation.surprise = SurpriseFacts(surprises, of: head)
        return evaluation
    }

    private func surprises(_ network: Network, of data: ForecastData, _ pool: ComputePool) -> [Double] {
        SurpriseMeasure(network: network, head: head, context: contextSteps ?? data.facts.context)
            .measure(data.validation, pool)
    }

    /// What answers are combined with. Of many zeros a line tells nothing, and a moved count is none.
    private var combinationKind: CombinationFit.Kind {
        guard case .counts = head else { return .values }
        return data.zeroShare >= RecentShare.zeroShareMin ? .sparse : .counts
    }

    func measure(
        _ network: Network, of model: ModelDescription, _ request: MeasurementRequest, pool: ComputePool
    ) -> ModelMeasurement {
        let horizon = request.horizon ?? data.facts.horizon
        let origins = request.origins ?? MeasurementRequest.originsDefault
        var measured = data
        measured.facts.combination = model.forecast?.combination
        measured.facts.isRobust = model.forecast?.isRobust
        measured.validation = data.ends(horizon: horizon, origins: origins)
        guard !measured.validation.isEmpty else { return ModelMeasurement(.unmeasured) }
        let season = measured.facts.baselineSeason
        let methods = SimpleForecast.useful(season: season, zeroShare: measured.zeroShare)
        var backtest = backtest(network, of: measured)
        (backtest.horizon, backtest.originsEach, backtest.originsOfFew) = (horizon, origins, origins)
        backtest.comparesDecodings = false
        let cases = backtest.cases(methods, pool: pool)
        let result = BacktestResult(
            cases, methods: methods, seriesAll: measured.validation.count
        ) { _, point, _ in (point.mean, point.samples) }
        var measurement = ModelMeasurement(result.evaluation)
        measurement.steps = result.steps.map(\.model.values)
        measurement.series = result.series.map { (measured.validation[$0.index].place, $0.scores.model.values) }
        return measurement
    }

    private func backtest(_ network: Network, of data: ForecastData) -> Backtest<Network> {
        var backtest = Backtest(
            series: data.validation,
            predictor: ForecastPredictor(
                network: network, contextSteps: contextSteps ?? data.facts.context, facts: data.facts,
                channels: data.channels, head: head),
            horizon: data.facts.horizon, season: data.facts.baselineSeason,
            recent: (combinationKind == .sparse ? RecentShare.counts.last ?? 0 : 0, data.facts.seasonality),
            seed: settings.training.seed)
        backtest.comparesDecodings = forecast.decoding == .best && data.facts.direct != nil
        return backtest
    }
}

/// What a forecaster learns from, and learns.
struct ForecastTaskData: TaskData {
    let forecast: EffectiveSettings.Forecast
    /// Without what is held back.
    let data: ForecastData
    /// With it, to train once more; nil when that is not wanted.
    let complete: ForecastData?
    /// Whether no other model is continued.
    let isFresh: Bool

    func task<Network: SequenceNetwork>(_ network: Network.Type, _ settings: EffectiveSettings) -> any TrainingTask {
        ForecastTask<Network>(
            settings: settings, forecast: forecast, data: data, complete: complete, isFresh: isFresh)
    }
}
