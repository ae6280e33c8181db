import Kernels
import RecurrentLayers

/// Learns the next token: windows over lanes of one long stream with carried state, or padded batches of pieces.
final class LanguageModelTask<Network: SequenceNetwork>: WindowTask {
    let settings: EffectiveSettings
    let corpus: TokenCorpus
    let shape: ModelNetwork
    private let batcher: any TokenBatcher
    private let targets: [ShardTargets]
    private let lossOfTokens: ClassLoss
    /// Tokens that are measured in any case.
    private static var leastMeasured: Int { 1 << 12 }

    init(settings: EffectiveSettings, corpus: TokenCorpus) {
        self.settings = settings
        self.corpus = corpus
        shape = LanguageModelPlanner.network(settings, vocabulary: corpus.vocabulary.count)
        let training = settings.training
        batcher =
            corpus.isStream
            ? LaneBatcher(
                tokens: corpus.training[0], lanes: training.batchSize, window: training.window,
                stride: training.stride ?? training.window)
            : PieceBatcher(
                runs: corpus.training, batchSize: training.batchSize, window: training.window, seed: training.seed,
                shifts: Network.attends)
        lossOfTokens = ClassLoss(settings: settings, labels: [], counts: [])
        targets = (0..<batcher.layout.count).map { _ in ShardTargets() }
    }

    /// Logarithms of the token frequencies, so that training begins at the unigram model.
    var headBias: [Float]? {
        var counts = [Double](repeating: 1, count: corpus.vocabulary.count)
        for run in corpus.training { for token in run { counts[Int(token)] += 1 } }
        let total = counts.reduce(0, +)
        return counts.map { Float(PortableMath.log($0 / total)) }
    }

    var shardCount: Int { batcher.layout.count }
    var shardRowsMax: Int { batcher.layout.rowsMax }
    var windowStepsMax: Int { batcher.windowMax }
    var carriesState: Bool { corpus.isStream }
    var windowAdvance: Int? { batcher.windowAdvance }
    var hasValidation: Bool { TokenCorpus.targets(corpus.validation) > 0 }
    var refits: Bool { false }
    func stepsPerEpoch(refit: Bool) -> Int { batcher.stepsPerEpoch }

    func load(_ position: StepPosition, shard: Int, into workspace: Network.Workspace) -> Int {
        batcher.load(position, shard: shard, into: workspace, targets: targets[shard])
    }

    func loss(shard: Int, workspace: Network.Workspace, scale: Float) -> LossSum {
        let rows = workspace.steps * workspace.batch
        return lossOfTokens.evaluate(
            logits: workspace.outputs, classes: corpus.vocabulary.count, targets: targets[shard].values, rows: rows,
            gradients: workspace.outputGradients, scale: scale)
    }

    func validate(network: Network, pool: ComputePool) -> Double {
        TokenScore.meanLoss(
            of: corpus.validation, isStream: corpus.isStream, window: contextSteps ?? settings.training.window,
            network: network, pool: pool)
    }

    func describe() -> ModelDescription {
        ModelDescription(
            settings: settings, network: shape, vocabulary: corpus.vocabulary.description, context: contextSteps)
    }

    func evaluate(network: Network, pool: ComputePool, budget: EvaluationBudget) -> Evaluation {
        guard hasValidation else { return .unmeasured }
        let learned = TokenCorpus.targets(corpus.training), held = TokenCorpus.targets(corpus.validation)
        budget.begin(cases: learned + held)
        let loss = budget.knownLoss ?? loss(network: network, pool: pool, budget: budget)
        let counted = budget.timed(cases: learned) {
            NgramBaselines(runs: corpus.training, vocabulary: corpus.vocabulary.count, budget: budget)
        }
        let baselines = budget.timed(cases: held) { counted.losses(on: corpus.validation, budget: budget) }
        let best = baselines.min { ($0.value, $0.key) < ($1.value, $1.key) }
        let skill = best.flatMap { $0.value > 0 ? 1 - loss / $0.value : nil }
        return Evaluation(
            metrics: Self.metrics(loss), baselines: baselines.mapValues(Self.metrics), skill: skill,
            verdict: Evaluation.verdict(skill: skill, against: best.map { "the \($0.key) model" } ?? "guessing"))
    }

    /// Over all that is held back, or over as much of its beginning as half of the time allows.
    private func loss(network: Network, pool: ComputePool, budget: EvaluationBudget) -> Double {
        var size = budget.isLimited ? Self.leastMeasured : Int.max
        while true {
            let left = budget.secondsLeft
            var runs: [[Int32]] = [], taken = 0
            for run in corpus.validation where taken < size {
                runs.append(Array(run.prefix(size - taken)))
                taken += runs.last?.count ?? 0
            }
            let loss = TokenScore.meanLoss(
                of: runs, isStream: corpus.isStream, window: contextSteps ?? settings.training.window,
                network: network, pool: pool)
            let isAll = taken >= corpus.validation.reduce(0) { $0 + $1.count }
            // Four times as many tokens take four times as long, after what was spent already.
            guard !isAll, 8 * (left - budget.secondsLeft) < left else { return loss }
            size *= 4
        }
    }

    /// - Parameter loss: nats per token.
    private static func metrics(_ loss: Double) -> [String: Double] {
        ["validation_loss": loss, "perplexity": PortableMath.exp(loss), "bits_per_token": loss / 0.6931471805599453]
    }
}

extension TokenCorpus: TaskData {
    func task<Network: SequenceNetwork>(_ network: Network.Type, _ settings: EffectiveSettings) -> any TrainingTask {
        LanguageModelTask<Network>(settings: settings, corpus: self)
    }
}
