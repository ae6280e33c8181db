import Kernels
import RecurrentLayers

/// Learns a label for each step: padded batches, every state of the top layer read by a softmax head.
final class TaggingTask: TrainingTask {
    let settings: EffectiveSettings
    let networkSettings: NetworkSettings
    private let data: TaggingData
    /// Training steps of each label.
    private let counts: [Int]
    private let lossOfLabels: ClassLoss
    private let batches: SequenceBatches
    private let targets: [ShardTargets]
    let windowStepsMax: Int

    init(
        settings: EffectiveSettings, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) {
        self.settings = settings
        let data = try TaggingData(settings: settings, examples: examples, validation: validation, parent: parent)
        self.data = data
        networkSettings = Self.network(settings, reader: data.reader, labels: data.labels.count)
        var counts = [Int](repeating: 0, count: data.labels.count)
        for item in data.training { for label in item.labels where label >= 0 { counts[Int(label)] += 1 } }
        self.counts = counts
        lossOfLabels = ClassLoss(settings: settings, labels: data.labels, counts: counts)
        let lengths = data.training.map(\.labels.count)
        batches = SequenceBatches(lengths: lengths, settings: settings)
        targets = (0 ..< batches.layout.count).map { _ in ShardTargets() }
        windowStepsMax = max(1, lengths.max() ?? 1)
    }

    static func network(_ settings: EffectiveSettings, reader: SequenceReader, labels: Int) -> NetworkSettings {
        settings.network.settings(input: reader.input(embedding: settings.network.embedding), outputs: labels, readout: .everyStep)
    }

    var headBias: [Float]? { lossOfLabels.headBias(counts: counts, log: PortableMath.log) }
    var shardCount: Int { batches.layout.count }
    var shardRowsMax: Int { batches.layout.rowsMax }
    var carriesState: Bool { false }
    var hasValidation: Bool { !data.validation.isEmpty }
    var refits: Bool { false }
    func stepsPerEpoch(refit: Bool) -> Int { batches.count }

    func load(_ position: StepPosition, shard: Int, into workspace: WindowWorkspace) -> Int {
        let items = batches.rows(position, shard: shard).map { data.training[$0] }
        guard !items.isEmpty else { return 0 }
        ClassificationTask.fill(items.map(\.sequence), workspace)
        targets[shard].values = Self.targets(items, steps: workspace.steps)
        return items.reduce(0) { $0 + $1.labelled }
    }

    /// `[T, B]`, −1 for padded steps and those without a label.
    private static func targets(_ items: [TaggingData.Item], steps: Int) -> [Int32] {
        var targets = [Int32](repeating: -1, count: steps * items.count)
        for (row, item) in items.enumerated() {
            for (t, label) in item.labels.enumerated() { targets[t * items.count + row] = label }
        }
        return targets
    }

    func loss(shard: Int, workspace: WindowWorkspace, scale: Float) -> LossSum {
        lossOfLabels.evaluate(
            logits: workspace.outputs, classes: networkSettings.outputs, targets: targets[shard].values,
            rows: workspace.steps * workspace.batch, gradients: workspace.outputGradients, scale: scale)
    }

    func validate(network: RecurrentNetwork, pool: ComputePool) -> Double { Self.mean(judge(network, pool)) }

    func describe() -> ModelDescription {
        ModelDescription(
            settings: settings, network: networkSettings, vocabulary: data.reader.vocabulary?.description, labels: data.labels,
            channels: data.reader.scaling == nil ? nil : data.reader.channels, channelScaling: data.reader.scaling)
    }

    func evaluate(network: RecurrentNetwork, pool: ComputePool) -> Evaluation {
        guard hasValidation else { return .unmeasured }
        let results = judge(network, pool)
        let majority = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
        var confusion = ConfusionMatrix(classes: data.labels.count), naive = confusion
        for (truth, guess) in results.lazy.flatMap(\.pairs) {
            confusion.add(truth: truth, guess: guess)
            naive.add(truth: truth, guess: majority)
        }
        let skill = naive.accuracy < 1 ? 1 - (1 - confusion.accuracy) / (1 - naive.accuracy) : nil
        return Evaluation(
            metrics: ["accuracy": confusion.accuracy, "macro_f1": confusion.macroF1, "validation_loss": Self.mean(results)],
            baselines: ["majority": ["accuracy": naive.accuracy, "macro_f1": naive.macroF1]], skill: skill,
            verdict: Evaluation.verdict(skill: skill, against: "always answering the most frequent label")
                + confusion.sentence(labels: data.labels))
    }

    private struct Judged {
        var loss: Double
        var weight: Double
        /// (truth, guess) of each step that has a label.
        var pairs: [(Int, Int)]
    }

    private static func mean(_ results: [Judged]) -> Double {
        let weight = results.reduce(0) { $0 + $1.weight }
        return weight > 0 ? results.reduce(0) { $0 + $1.loss } / weight : 0
    }

    private func judge(_ network: RecurrentNetwork, _ pool: ComputePool) -> [Judged] {
        let (items, lossOfLabels) = (data.validation, lossOfLabels)
        let groups = LengthBuckets(lengths: items.map(\.labels.count), batchSize: 16, seed: 0).sortedBatches()
        return FixedOrder.map(groups.count, pool) { index in
            let part = groups[index].map { items[$0] }
            let steps = max(1, part.map(\.labels.count).max() ?? 1)
            let workspace = WindowWorkspace(network: network, stepsMax: steps, batchMax: part.count, training: false)
            ClassificationTask.fill(part.map(\.sequence), workspace)
            network.forward(workspace, training: false, dropoutKey: 0)
            let width = network.settings.outputs
            let targets = Self.targets(part, steps: workspace.steps)
            let (loss, weight) = lossOfLabels.judge(logits: workspace.outputs, classes: width, targets: targets, rows: targets.count)
            let pairs = targets.indices.filter { targets[$0] >= 0 }.map { place in
                let logits = UnsafeBufferPointer(start: workspace.outputs + place * width, count: width)
                return (Int(targets[place]), logits.indices.max { logits[$0] < logits[$1] } ?? 0)
            }
            return Judged(loss: loss, weight: weight, pairs: pairs)
        }
    }
}
