import Kernels
import RecurrentLayers

/// Learns one label per sequence: padded batches of similar length, the top layer's last state read by a softmax head.
final class ClassificationTask<Network: SequenceNetwork>: LabelTask {
    let settings: EffectiveSettings
    let shape: ModelNetwork
    let batches: SequenceBatches
    private let data: ClassificationData
    /// Training sequences of each label.
    let counts: [Int]
    let lossOfLabels: ClassLoss

    init(settings: EffectiveSettings, data: ClassificationData) {
        self.settings = settings
        self.data = data
        shape = ClassificationPlanner.network(settings, reader: data.reader, labels: data.labels.count)
        var counts = [Int](repeating: 0, count: data.labels.count)
        for item in data.training { counts[Int(item.label)] += 1 }
        self.counts = counts
        lossOfLabels = ClassLoss(settings: settings, labels: data.labels, counts: counts)
        batches = SequenceBatches(lengths: data.training.map { $0.sequence.steps }, settings: settings)
    }

    var reader: InputEncoder { data.reader }
    var labels: [String] { data.labels }
    var hasValidation: Bool { !data.validation.isEmpty }
    var validationCount: Int { data.validation.count }
    var validationCases: [Int] { Array(data.validation.indices) }
    var heldBack: HeldBack { data.heldBack }

    func load(_ position: StepPosition, shard: Int, into workspace: Network.Workspace) -> Int {
        let items = batches.rows(position, shard: shard).map { data.training[$0] }
        guard !items.isEmpty else { return 0 }
        SequenceRun.fill(items.map(\.sequence), workspace)
        batches.targets[shard].values = items.map(\.label)
        return items.count
    }

    func loss(shard: Int, workspace: Network.Workspace, scale: Float) -> LossSum {
        lossOfLabels.evaluate(
            logits: workspace.outputs, classes: data.labels.count, targets: batches.targets[shard].values,
            rows: workspace.batch,
            gradients: workspace.outputGradients, scale: scale)
    }

    func scores(_ network: Network, _ pool: ComputePool, _ budget: EvaluationBudget) -> [LabelScore] {
        let (lossOfLabels, data) = (lossOfLabels, data)
        return SequenceRun.evaluate(
            Array(data.validation.indices), network, pool, budget, sequence: { data.validation[$0].sequence }
        ) { items, workspace in
            LabelScore(
                logits: workspace.outputs, classes: network.outputs, targets: items.map { data.validation[$0].label },
                items: items, loss: lossOfLabels)
        }
    }

    func addMethods(_ measurement: inout LabelMeasurement, _ pool: ComputePool) {
        let held = data.validation
        let (sequences, learned) = (data.training.map(\.sent), data.training.map { Int($0.label) })
        if reader.vocabulary != nil {
            let bayes = NaiveBayes(sequences.map(\.tokens), labels: learned, classes: labels.count)
            let guesses = FixedOrder.map(held.count, pool) { [bayes.label(of: held[$0].sent.tokens)] }
            measurement.add("naive_bayes", "naive Bayes over tokens and their pairs", guesses)
        }
        let nearest = NearestSequence(sequences, queries: held.count, seed: settings.training.seed)
        let guesses = FixedOrder.map(held.count, pool) { [learned[nearest.place(of: held[$0].sent)]] }
        measurement.add("nearest_neighbour", nearest.words("sequence"), guesses)
    }
}

extension ClassificationData: TaskData {
    func task<Network: SequenceNetwork>(_ network: Network.Type, _ settings: EffectiveSettings) -> any TrainingTask {
        ClassificationTask<Network>(settings: settings, data: self)
    }
}
