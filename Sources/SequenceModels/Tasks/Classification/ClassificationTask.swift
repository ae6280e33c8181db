import Kernels
import RecurrentLayers

/// Learns one label per sequence: padded batches of similar length, the top layer's last state read by a softmax head.
final class ClassificationTask: TrainingTask {
    let settings: EffectiveSettings
    let networkSettings: NetworkSettings
    private let data: ClassificationData
    /// Training sequences of each label.
    private let counts: [Int]
    private let lossOfClasses: ClassLoss
    private let batches: SequenceBatches
    private let targets: [ShardTargets]
    let windowStepsMax: Int

    init(
        settings: EffectiveSettings, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) {
        self.settings = settings
        let data = try ClassificationData(settings: settings, examples: examples, validation: validation, parent: parent)
        self.data = data
        networkSettings = Self.network(settings, reader: data.reader, labels: data.labels.count)
        var counts = [Int](repeating: 0, count: data.labels.count)
        for item in data.training { counts[Int(item.label)] += 1 }
        self.counts = counts
        lossOfClasses = ClassLoss(settings: settings, labels: data.labels, counts: counts)
        batches = SequenceBatches(lengths: data.training.map { $0.sequence.steps }, settings: settings)
        targets = (0 ..< batches.layout.count).map { _ in ShardTargets() }
        windowStepsMax = max(1, data.training.map { $0.sequence.steps }.max() ?? 1)
    }

    static func network(_ settings: EffectiveSettings, reader: SequenceReader, labels: Int) -> NetworkSettings {
        settings.network.settings(input: reader.input(embedding: settings.network.embedding), outputs: labels, readout: .lastStep)
    }

    var headBias: [Float]? { lossOfClasses.headBias(counts: counts, log: PortableMath.log) }

    var shardCount: Int { batches.layout.count }
    var shardRowsMax: Int { batches.layout.rowsMax }
    var carriesState: Bool { false }
    var hasValidation: Bool { !data.validation.isEmpty }
    var refits: Bool { false }
    func stepsPerEpoch(refit: Bool) -> Int { batches.count }

    func load(_ position: StepPosition, shard: Int, into workspace: WindowWorkspace) -> Int {
        let items = batches.rows(position, shard: shard).map { data.training[$0] }
        guard !items.isEmpty else { return 0 }
        Self.fill(items.map(\.sequence), workspace)
        targets[shard].values = items.map(\.label)
        return items.count
    }

    /// A padded batch from zero states; empty sequences are all padding.
    static func fill(_ sequences: [EncodedSequence], _ workspace: WindowWorkspace) {
        workspace.begin(steps: max(1, sequences.map(\.steps).max() ?? 1), batch: sequences.count)
        workspace.state.zero()
        for (row, sequence) in sequences.enumerated() {
            for step in 0 ..< sequence.steps { sequence.write(step: step, to: workspace, t: step, row: row) }
        }
    }

    func loss(shard: Int, workspace: WindowWorkspace, scale: Float) -> LossSum {
        lossOfClasses.evaluate(
            logits: workspace.outputs, classes: networkSettings.outputs, targets: targets[shard].values, rows: workspace.batch,
            gradients: workspace.outputGradients, scale: scale)
    }

    func validate(network: RecurrentNetwork, pool: ComputePool) -> Double {
        Self.mean(judge(network, pool))
    }

    private static func mean(_ results: [Judged]) -> Double {
        let weight = results.reduce(0) { $0 + $1.weight }
        return weight > 0 ? results.reduce(0) { $0 + $1.loss } / weight : 0
    }

    func describe() -> ModelDescription {
        ModelDescription(
            settings: settings, network: networkSettings, vocabulary: data.reader.vocabulary?.description, labels: data.labels,
            channels: data.reader.scaling == nil ? nil : data.reader.channels, channelScaling: data.reader.scaling)
    }

    func evaluate(network: RecurrentNetwork, pool: ComputePool) -> Evaluation {
        guard hasValidation else { return .unmeasured }
        let results = judge(network, pool)
        var confusion = ConfusionMatrix(classes: data.labels.count)
        for result in results { for (truth, guess) in zip(result.truths, result.guesses) { confusion.add(truth: truth, guess: guess) } }
        let majority = majorityBaseline()
        let best = majority["accuracy"] ?? 0
        let skill = best < 1 ? 1 - (1 - confusion.accuracy) / (1 - best) : nil
        return Evaluation(
            metrics: ["accuracy": confusion.accuracy, "macro_f1": confusion.macroF1, "validation_loss": Self.mean(results)],
            baselines: ["majority": majority], skill: skill,
            verdict: Evaluation.verdict(skill: skill, against: "always answering the most frequent label")
                + confusion.sentence(labels: data.labels))
    }

    private struct Judged {
        var loss: Double
        var weight: Double
        var truths: [Int]
        var guesses: [Int]
    }

    private func judge(_ network: RecurrentNetwork, _ pool: ComputePool) -> [Judged] {
        let items = data.validation
        let batches = LengthBuckets(lengths: items.map { $0.sequence.steps }, batchSize: 16, seed: 0).sortedBatches()
        let lossOfClasses = lossOfClasses
        return FixedOrder.map(batches.count, pool) { index in
            let part = batches[index].map { items[$0] }
            let steps = max(1, part.map { $0.sequence.steps }.max() ?? 1)
            let workspace = WindowWorkspace(network: network, stepsMax: steps, batchMax: part.count, training: false)
            Self.fill(part.map(\.sequence), workspace)
            network.forward(workspace, training: false, dropoutKey: 0)
            let width = network.settings.outputs
            let (loss, weight) = lossOfClasses.judge(
                logits: workspace.outputs, classes: width, targets: part.map(\.label), rows: part.count)
            let guesses = part.indices.map { row in
                let logits = UnsafeBufferPointer(start: workspace.outputs + row * width, count: width)
                return logits.indices.max { logits[$0] < logits[$1] } ?? 0
            }
            return Judged(loss: loss, weight: weight, truths: part.map { Int($0.label) }, guesses: guesses)
        }
    }

    private func majorityBaseline() -> [String: Double] {
        let guess = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
        var confusion = ConfusionMatrix(classes: data.labels.count)
        for item in data.validation { confusion.add(truth: Int(item.label), guess: guess) }
        return ["accuracy": confusion.accuracy, "macro_f1": confusion.macroF1]
    }
}
