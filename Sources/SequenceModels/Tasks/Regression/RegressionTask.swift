import Kernels
import RecurrentLayers

/// Learns the value of a sequence: padded batches, the top layer's last state read by a linear head, targets standardised.
final class RegressionTask: TrainingTask {
    let settings: EffectiveSettings
    let networkSettings: NetworkSettings
    private let data: RegressionData
    private let error: RegressionLoss
    private let batches: SequenceBatches
    private let targets: [ShardTargets]
    let windowStepsMax: Int

    init(settings: EffectiveSettings, examples: [TrainingExample], validation: [TrainingExample]?) throws(Faults) {
        self.settings = settings
        let data = try RegressionData(settings: settings, examples: examples, validation: validation)
        self.data = data
        error = settings.training.loss?.regression ?? .mse
        networkSettings = Self.network(settings, reader: data.reader, width: data.width)
        let lengths = data.training.map { $0.sequence.steps }
        batches = SequenceBatches(lengths: lengths, settings: settings)
        targets = (0 ..< batches.layout.count).map { _ in ShardTargets() }
        windowStepsMax = max(1, lengths.max() ?? 1)
    }

    static func network(_ settings: EffectiveSettings, reader: SequenceReader, width: Int) -> NetworkSettings {
        settings.network.settings(input: reader.input(embedding: settings.network.embedding), outputs: width, readout: .lastStep)
    }

    /// The mean of the targets.
    var headBias: [Float]? { [Float](repeating: 0, count: data.width) }
    var shardCount: Int { batches.layout.count }
    var shardRowsMax: Int { batches.layout.rowsMax }
    var carriesState: Bool { false }
    var hasValidation: Bool { data.validation.contains { !$0.values.allSatisfy(\.isNaN) } }
    var refits: Bool { false }
    func stepsPerEpoch(refit: Bool) -> Int { batches.count }

    func load(_ position: StepPosition, shard: Int, into workspace: WindowWorkspace) -> Int {
        let items = batches.rows(position, shard: shard).map { data.training[$0] }
        guard !items.isEmpty else { return 0 }
        ClassificationTask.fill(items.map(\.sequence), workspace)
        targets[shard].numbers = items.flatMap { data.standardised($0.values) }
        return targets[shard].numbers.count { !$0.isNaN }
    }

    func loss(shard: Int, workspace: WindowWorkspace, scale: Float) -> LossSum {
        error.evaluate(
            outputs: workspace.outputs, channels: data.width, targets: targets[shard].numbers, rows: workspace.batch,
            gradients: workspace.outputGradients, scale: scale)
    }

    func validate(network: RecurrentNetwork, pool: ComputePool) -> Double { judge(network, pool).loss.mean }

    func describe() -> ModelDescription {
        ModelDescription(
            settings: settings, network: networkSettings, vocabulary: data.reader.vocabulary?.description,
            channels: data.reader.scaling == nil ? nil : data.reader.channels, channelScaling: data.reader.scaling,
            targetScaling: data.scaling)
    }

    func evaluate(network: RecurrentNetwork, pool: ComputePool) -> Evaluation {
        guard hasValidation else { return .unmeasured }
        let (loss, measured) = judge(network, pool)
        var naive = RegressionErrors(width: data.width)
        for item in data.validation { naive.add(guesses: data.scaling.mean, truths: item.values) }
        var metrics = measured.metrics
        metrics["validation_loss"] = loss.mean
        let baseline = naive.metrics
        let skill = (baseline["rmse"] ?? 0) > 0 ? 1 - (metrics["rmse"] ?? 0) / (baseline["rmse"] ?? 1) : nil
        return Evaluation(
            metrics: metrics, baselines: ["mean": baseline], skill: skill,
            verdict: Evaluation.verdict(skill: skill, against: "always answering the mean"))
    }

    /// The loss (in standardised units) and the errors (in the client's) over the validation part.
    private func judge(_ network: RecurrentNetwork, _ pool: ComputePool) -> (loss: LossSum, errors: RegressionErrors) {
        let (data, error) = (data, error)
        let items = data.validation
        let groups = LengthBuckets(lengths: items.map { $0.sequence.steps }, batchSize: 16, seed: 0).sortedBatches()
        let results = FixedOrder.map(groups.count, pool) { index -> (LossSum, RegressionErrors) in
            let part = groups[index].map { items[$0] }
            let steps = max(1, part.map { $0.sequence.steps }.max() ?? 1)
            let workspace = WindowWorkspace(network: network, stepsMax: steps, batchMax: part.count, training: false)
            ClassificationTask.fill(part.map(\.sequence), workspace)
            network.forward(workspace, training: false, dropoutKey: 0)
            let loss = error.evaluate(
                outputs: workspace.outputs, channels: data.width, targets: part.flatMap { data.standardised($0.values) },
                rows: part.count, gradients: nil, scale: 1)
            var errors = RegressionErrors(width: data.width)
            for (row, item) in part.enumerated() {
                let guesses = RegressionPredictor.values(workspace.outputs + row * data.width, data.scaling)
                errors.add(guesses: guesses, truths: item.values)
            }
            return (loss, errors)
        }
        var loss = LossSum(), errors = RegressionErrors(width: data.width)
        for result in results {
            loss += result.0
            errors.add(result.1)
        }
        return (loss, errors)
    }
}
