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
    var validationCases: [Int] { data.validation.map(\.sequenceIndex) }
    var heldBack: HeldBack { data.heldBack }

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
        let (lossOfLabels, data) = (lossOfLabels, data)
        return SequenceRun.evaluate(
            Array(data.validation.indices), network, pool, budget, sequence: { data.validation[$0].sequence }
        ) { items, workspace in
            LabelScore(
                logits: workspace.outputs, classes: network.outputs,
                targets: Self.targets(items.map { data.validation[$0] }, steps: workspace.steps), items: items,
                loss: lossOfLabels)
        }
    }

    /// Beside the most frequent tag of each token, or of numbers the tag of the nearest step.
    func addMethods(_ measurement: inout LabelMeasurement, _ pool: ComputePool) {
        let held = data.validation
        let words: String, guesses: [[Int]]
        if reader.vocabulary != nil {
            let majority = LabelMeasurement.majority(counts)
            let learned = data.training.lazy.flatMap { item in
                zip(item.words, item.labels).lazy.filter { $1 >= 0 }.map { (token: $0, tag: Int($1)) }
            }
            let table = TagTable(learned, majority: majority)
            words = "the most frequent label of each token"
            guesses = held.map { item in
                zip(item.words, item.labels).filter { $1 >= 0 }.map { table.tag(of: $0.0) }
            }
        } else {
            let steps = held.reduce(0) { $0 + $1.labelled }
            let learned = data.training.flatMap(\.labelledSteps)
            let nearest = NearestSequence(learned.map(\.step), queries: steps, seed: settings.training.seed)
            words = nearest.words("step")
            guesses = FixedOrder.map(held.count, pool) { index in
                held[index].labelledSteps.map { learned[nearest.place(of: $0.step)].label }
            }
        }
        let name = reader.vocabulary != nil ? "most_frequent_label" : "nearest_step"
        measurement.add(name, words, guesses)
    }
}

extension TaggingData: TaskData {
    func task<Network: SequenceNetwork>(_ network: Network.Type, _ settings: EffectiveSettings) -> any TrainingTask {
        TaggingTask<Network>(settings: settings, data: self)
    }
}
