import Kernels
import RecurrentLayers

/// Learns a label for each step: padded batches, every state of the top layer read by a softmax head.
final class TaggingTask<Network: SequenceNetwork>: LabelTask {
    let settings: EffectiveSettings
    let shape: ModelNetwork
    let batches: SequenceBatches
    private let data: TaggingData
    /// Training steps of each label.
    let counts: [Int]
    let lossOfLabels: ClassLoss

    init(settings: EffectiveSettings, data: TaggingData) {
        self.settings = settings
        self.data = data
        shape = TaggingPlanner.network(settings, reader: data.reader, labels: data.labels.count)
        var counts = [Int](repeating: 0, count: data.labels.count)
        for item in data.training { for label in item.labels where label >= 0 { counts[Int(label)] += 1 } }
        self.counts = counts
        lossOfLabels = ClassLoss(settings: settings, labels: data.labels, counts: counts)
        batches = SequenceBatches(lengths: data.training.map(\.labels.count), settings: settings)
    }

    var reader: InputEncoder { data.reader }
    var labels: [String] { data.labels }
    var hasValidation: Bool { data.validation.contains { $0.labelled > 0 } }
    var validationCount: Int { data.validation.count }

    func load(_ position: StepPosition, shard: Int, into workspace: Network.Workspace) -> Int {
        let items = batches.rows(position, shard: shard).map { data.training[$0] }
        guard !items.isEmpty else { return 0 }
        SequenceRun.fill(items.map(\.sequence), workspace)
        batches.targets[shard].values = Self.targets(items, steps: workspace.steps)
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

    func loss(shard: Int, workspace: Network.Workspace, scale: Float) -> LossSum {
        lossOfLabels.evaluate(
            logits: workspace.outputs, classes: data.labels.count, targets: batches.targets[shard].values,
            rows: workspace.steps * workspace.batch, gradients: workspace.outputGradients, scale: scale)
    }

    func scores(_ network: Network, _ pool: ComputePool, _ budget: EvaluationBudget) -> [LabelScore] {
        let lossOfLabels = lossOfLabels
        return SequenceRun.evaluate(data.validation, network, pool, budget, sequence: \.sequence) { items, workspace in
            LabelScore(
                logits: workspace.outputs, classes: network.outputs,
                targets: Self.targets(items, steps: workspace.steps), loss: lossOfLabels)
        }
    }
}

extension TaggingData: TaskData {
    func task<Network: SequenceNetwork>(_ network: Network.Type, _ settings: EffectiveSettings) -> any TrainingTask {
        TaggingTask<Network>(settings: settings, data: self)
    }
}
