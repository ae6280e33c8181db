import Kernels
import RecurrentLayers

/// Learns one label per sequence: padded batches of similar length, the top layer's last state read by a softmax head.
final class ClassificationTask: TrainingTask {
    let settings: EffectiveSettings
    let networkSettings: NetworkSettings
    private let data: ClassificationData
    private let layout: ShardLayout
    private let buckets: LengthBuckets
    private let targets: [ShardTargets]
    private var order: (epoch: Int, batches: [[Int]]) = (-1, [])
    let windowStepsMax: Int

    init(settings: EffectiveSettings, examples: [TrainingExample], validation: [TrainingExample]?) throws(Faults) {
        self.settings = settings
        let data = try ClassificationData(settings: settings, examples: examples, validation: validation)
        self.data = data
        networkSettings = Self.network(settings, reader: data.reader, labels: data.labels.count)
        layout = ShardLayout(rows: min(settings.training.batchSize, max(1, data.training.count)))
        buckets = LengthBuckets(
            lengths: data.training.map { $0.sequence.steps }, batchSize: layout.rows, seed: settings.training.seed)
        targets = (0 ..< layout.count).map { _ in ShardTargets() }
        windowStepsMax = max(1, data.training.map { $0.sequence.steps }.max() ?? 1)
    }

    static func network(_ settings: EffectiveSettings, reader: SequenceReader, labels: Int) -> NetworkSettings {
        let network = settings.network
        return NetworkSettings(
            input: reader.input(embedding: network.embedding), cell: network.cell, activation: network.activation, layers: network.layers,
            hidden: network.hidden, bidirectional: network.bidirectional, dropout: Float(network.dropout), outputs: labels,
            readout: .lastStep)
    }

    /// Logarithms of the class frequencies.
    var headBias: [Float]? {
        var counts = [Double](repeating: 1, count: data.labels.count)
        for item in data.training { counts[Int(item.label)] += 1 }
        let total = counts.reduce(0, +)
        return counts.map { Float(PortableMath.log($0 / total)) }
    }

    var shardCount: Int { layout.count }
    var shardRowsMax: Int { layout.rowsMax }
    var carriesState: Bool { false }
    var hasValidation: Bool { !data.validation.isEmpty }
    var refits: Bool { false }
    func stepsPerEpoch(refit: Bool) -> Int { buckets.count }

    func load(_ position: StepPosition, shard: Int, into workspace: WindowWorkspace) -> Int {
        if order.epoch != position.epoch { order = (position.epoch, buckets.batches(epoch: position.epoch)) }
        let batch = order.batches[position.step]
        let items = ShardLayout.part(of: batch.count, shard: shard, shards: layout.count).map { data.training[batch[$0]] }
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
        SoftmaxCrossEntropy.evaluate(
            logits: workspace.outputs, classes: networkSettings.outputs, targets: targets[shard].values, rows: workspace.batch,
            gradients: workspace.outputGradients, scale: scale)
    }

    func validate(network: RecurrentNetwork, pool: ComputePool) -> Double {
        let results = judge(network, pool)
        return results.reduce(0) { $0 + $1.loss } / Double(max(1, data.validation.count))
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
        let loss = results.reduce(0) { $0 + $1.loss } / Double(data.validation.count)
        let majority = majorityBaseline()
        let best = majority["accuracy"] ?? 0
        let skill = best < 1 ? 1 - (1 - confusion.accuracy) / (1 - best) : nil
        return Evaluation(
            metrics: ["accuracy": confusion.accuracy, "macro_f1": confusion.macroF1, "validation_loss": loss], baselines: ["majority": majority], skill: skill,
            verdict: Evaluation.verdict(skill: skill, against: "always answering the most frequent label")
                + confusion.sentence(labels: data.labels))
    }

    private struct Judged {
        var loss: Double
        var truths: [Int]
        var guesses: [Int]
    }

    private func judge(_ network: RecurrentNetwork, _ pool: ComputePool) -> [Judged] {
        let items = data.validation
        let batches = LengthBuckets(lengths: items.map { $0.sequence.steps }, batchSize: 16, seed: 0).sortedBatches()
        return FixedOrder.map(batches.count, pool) { index in
            let part = batches[index].map { items[$0] }
            let steps = max(1, part.map { $0.sequence.steps }.max() ?? 1)
            let workspace = WindowWorkspace(network: network, stepsMax: steps, batchMax: part.count, training: false)
            Self.fill(part.map(\.sequence), workspace)
            network.forward(workspace, training: false, dropoutKey: 0)
            let width = network.settings.outputs
            let loss = SoftmaxCrossEntropy.evaluate(
                logits: workspace.outputs, classes: width, targets: part.map(\.label), rows: part.count, gradients: nil, scale: 1)
            let guesses = part.indices.map { row in
                let logits = UnsafeBufferPointer(start: workspace.outputs + row * width, count: width)
                return logits.indices.max { logits[$0] < logits[$1] } ?? 0
            }
            return Judged(loss: loss.loss, truths: part.map { Int($0.label) }, guesses: guesses)
        }
    }

    private func majorityBaseline() -> [String: Double] {
        var counts = [Int](repeating: 0, count: data.labels.count)
        for item in data.training { counts[Int(item.label)] += 1 }
        let guess = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
        var confusion = ConfusionMatrix(classes: data.labels.count)
        for item in data.validation { confusion.add(truth: Int(item.label), guess: guess) }
        return ["accuracy": confusion.accuracy, "macro_f1": confusion.macroF1]
    }
}
