import Kernels
import RecurrentLayers

/// Learns one label per sequence: padded batches of similar length, the top layer's last state read by a softmax head.
final class ClassificationTask<Network: SequenceNetwork>: SupervisedTask {
    let settings: EffectiveSettings
    let shape: ModelNetwork
    let batches: SequenceBatches
    private let data: ClassificationData
    /// Training sequences of each label.
    private let counts: [Int]
    private let lossOfClasses: ClassLoss

    init(settings: EffectiveSettings, data: ClassificationData) {
        self.settings = settings
        self.data = data
        shape = ClassificationPlanner.network(settings, reader: data.reader, labels: data.labels.count)
        var counts = [Int](repeating: 0, count: data.labels.count)
        for item in data.training { counts[Int(item.label)] += 1 }
        self.counts = counts
        lossOfClasses = ClassLoss(settings: settings, labels: data.labels, counts: counts)
        batches = SequenceBatches(lengths: data.training.map { $0.sequence.steps }, settings: settings)
    }

    var headBias: [Float]? { lossOfClasses.headBias(counts: counts, log: PortableMath.log) }
    var hasValidation: Bool { !data.validation.isEmpty }

    func load(_ position: StepPosition, shard: Int, into workspace: Network.Workspace) -> Int {
        let items = batches.rows(position, shard: shard).map { data.training[$0] }
        guard !items.isEmpty else { return 0 }
        SequenceRun.fill(items.map(\.sequence), workspace)
        batches.targets[shard].values = items.map(\.label)
        return items.count
    }

    func loss(shard: Int, workspace: Network.Workspace, scale: Float) -> LossSum {
        lossOfClasses.evaluate(
            logits: workspace.outputs, classes: data.labels.count, targets: batches.targets[shard].values,
            rows: workspace.batch,
            gradients: workspace.outputGradients, scale: scale)
    }

    func validate(network: Network, pool: ComputePool) -> Double { LabelScore.mean(judge(network, pool)) }

    func describe() -> ModelDescription {
        var description = data.reader.description(settings, network: shape)
        description.labels = data.labels
        description.context = contextSteps
        return description
    }

    func evaluate(network: Network, pool: ComputePool) -> Evaluation {
        guard hasValidation else { return .unmeasured }
        return LabelScore.evaluation(judge(network, pool), labels: data.labels, counts: counts)
    }

    private func judge(_ network: Network, _ pool: ComputePool) -> [LabelScore] {
        let lossOfClasses = lossOfClasses
        return SequenceRun.judge(data.validation, network, pool, sequence: \.sequence) { items, workspace in
            LabelScore(
                logits: workspace.outputs, classes: network.outputs, targets: items.map(\.label), loss: lossOfClasses)
        }
    }
}
