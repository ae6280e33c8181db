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
    var heldBack: HeldBack { corpus.heldBack }
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
        let sums = sums(cases, network, pool, budget)
        // Who asks how long it takes is not told what counting does.
        if budget.isProbe || budget.isStopped { return .unmeasured }
        let places = sums.losses.indices.filter { sums.losses[$0].count > 0 }
        var evaluation = Evaluation(
            metrics: Self.metrics(sums.losses.reduce(into: LossSum()) { $0 += $1 }.mean),
            errors: places.map { sums.losses[$0].loss },
            beside: counting(cases, sums.measured, places), areOrdered: cases.areOrdered,
            basis: cases.words(corpus.vocabulary.description.unit))
        evaluation.cases = caseErrors(cases, sums)
        return evaluation
    }

    func caseErrors(network: Network, pool: ComputePool, budget: EvaluationBudget) -> CaseErrors? {
        let cases = TokenCases(corpus.validation)
        return caseErrors(cases, sums(cases, network, pool, budget))
    }

    private func sums(
        _ cases: TokenCases, _ network: Network, _ pool: ComputePool, _ budget: EvaluationBudget
    ) -> TokenScore.Sums {
        budget.begin(cases: TokenCorpus.targets(corpus.validation))
        return TokenScore.sums(
            of: corpus.validation, isStream: corpus.isStream, window: contextSteps ?? settings.training.window,
            cases: cases, network: network, pool: pool, budget: budget)
    }

    private func caseErrors(_ cases: TokenCases, _ sums: TokenScore.Sums) -> CaseErrors {
        let known = sums.losses.enumerated().filter { $0.element.count > 0 }.map {
            ($0.offset, CaseErrors.Case(error: $0.element.loss, weight: Double($0.element.count)))
        }
        var result = CaseErrors(
            metric: "nats by \(corpus.vocabulary.description.unit.rawValue.dropLast())",
            noun: cases.areOrdered ? "part" : "sequence", cases: Dictionary(uniqueKeysWithValues: known))
        result.areOrdered = cases.areOrdered
        if let unknown = corpus.vocabulary.description.unknownIndex.map({ Int32($0) }) {
            result.unknown = corpus.validation.reduce(0) { $0 + $1.dropFirst().count { $0 == unknown } }
        }
        return result
    }

    /// Frequencies of tokens, of pairs, and of runs of up to five.
    /// - Parameters:
    ///   - measured: by run, the targets that count.
    ///   - places: of the cases that were measured.
    private func counting(_ cases: TokenCases, _ measured: [[Range<Int>]], _ places: [Int]) -> [SimpleMethod] {
        let model = NgramModel(runs: corpus.training, vocabulary: corpus.vocabulary.count)
        let orders = model.order > 2 ? [1, 2, model.order] : [1, 2]
        var losses = [[Double]](repeating: [Double](repeating: 0, count: cases.count), count: orders.count)
        for (run, tokens) in corpus.validation.enumerated() where !measured[run].isEmpty {
            let ranges = measured[run]
            var next = 0
            model.visit(tokens, orders: orders) { target, nats in
                while next < ranges.count, ranges[next].upperBound <= target { next += 1 }
                guard next < ranges.count, ranges[next].contains(target) else { return }
                let index = cases.index(run: run, target: target)
                for (place, value) in nats.enumerated() { losses[place][index] += value }
            }
        }
        let targets = Double(max(1, measured.joined().reduce(0) { $0 + $1.count }))
        return zip(orders, losses).map { order, losses in
            let name = order == 1 ? "unigram" : order == 2 ? "bigram" : "ngram_\(order)"
            let words = order > 2 ? "the \(order)-gram model" : "the \(name) model"
            return SimpleMethod(
                name: name, words: words, metrics: Self.metrics(losses.reduce(0, +) / targets),
                errors: places.map { losses[$0] })
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
