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
        let cases = TokenCases(corpus.validation)
        let sums = TokenScore.sums(
            of: corpus.validation, isStream: corpus.isStream, window: contextSteps ?? settings.training.window,
            cases: cases, network: network, pool: pool)
        return Evaluation(
            metrics: Self.metrics(sums.reduce(into: LossSum()) { $0 += $1 }.mean), errors: sums.map(\.loss),
            beside: counting(cases), areOrdered: cases.areOrdered,
            basis: cases.words(corpus.vocabulary.description.unit))
    }

    /// Frequencies of tokens, of pairs, and of runs of up to five.
    private func counting(_ cases: TokenCases) -> [SimpleMethod] {
        let model = NgramModel(runs: corpus.training, vocabulary: corpus.vocabulary.count)
        let orders = model.order > 2 ? [1, 2, model.order] : [1, 2]
        var losses = [[Double]](repeating: [Double](repeating: 0, count: cases.count), count: orders.count)
        for (run, tokens) in corpus.validation.enumerated() {
            model.visit(tokens, orders: orders) { target, nats in
                let index = cases.index(run: run, target: target)
                for (place, value) in nats.enumerated() { losses[place][index] += value }
            }
        }
        let targets = Double(max(1, TokenCorpus.targets(corpus.validation)))
        return zip(orders, losses).map { order, losses in
            let name = order == 1 ? "unigram" : order == 2 ? "bigram" : "ngram_\(order)"
            let words = order > 2 ? "the \(order)-gram model" : "the \(name) model"
            return SimpleMethod(
                name: name, words: words, metrics: Self.metrics(losses.reduce(0, +) / targets), errors: losses)
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
