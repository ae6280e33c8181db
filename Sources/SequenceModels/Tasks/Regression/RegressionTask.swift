import Kernels
import RecurrentLayers

/// Learns the value of a sequence: padded batches, the top layer's last state read by a linear head, targets
/// standardised.
final class RegressionTask<Network: SequenceNetwork>: SupervisedTask {
    let settings: EffectiveSettings
    let shape: ModelNetwork
    let batches: SequenceBatches
    private let data: RegressionData
    private let error: RegressionLoss

    init(settings: EffectiveSettings, data: RegressionData) {
        self.settings = settings
        self.data = data
        error = settings.training.loss?.regression ?? .mse
        shape = RegressionPlanner.network(settings, reader: data.reader, width: data.width)
        batches = SequenceBatches(lengths: data.training.map { $0.sequence.steps }, settings: settings)
    }

    /// The mean of the targets.
    var headBias: [Float]? { [Float](repeating: 0, count: data.width) }
    var hasValidation: Bool { data.validation.contains { !$0.values.allSatisfy(\.isNaN) } }

    func load(_ position: StepPosition, shard: Int, into workspace: Network.Workspace) -> Int {
        let items = batches.rows(position, shard: shard).map { data.training[$0] }
        guard !items.isEmpty else { return 0 }
        SequenceRun.fill(items.map(\.sequence), workspace)
        let targets = batches.targets[shard]
        targets.numbers = items.flatMap { data.standardised($0.values) }
        return targets.numbers.count { !$0.isNaN }
    }

    func loss(shard: Int, workspace: Network.Workspace, scale: Float) -> LossSum {
        error.evaluate(
            outputs: workspace.outputs, channels: data.width, targets: batches.targets[shard].numbers,
            rows: workspace.batch,
            gradients: workspace.outputGradients, scale: scale)
    }

    func validate(network: Network, pool: ComputePool) -> Double { measure(network, pool).loss.mean }

    func describe() -> ModelDescription {
        var description = data.reader.description(settings, network: shape)
        description.targetScaling = data.scaling
        description.context = contextSteps
        return description
    }

    func evaluate(network: Network, pool: ComputePool, budget: EvaluationBudget) -> Evaluation {
        guard hasValidation else { return .unmeasured }
        let (loss, guesses) = measure(network, pool)
        let held = data.validation
        let sequences = data.training.map(\.sequence), targets = data.training.map(\.values)
        let seed = settings.training.seed
        let line = LinearSummary(sequences, targets: targets, seed: seed)
        // A missing value of the nearest is its mean.
        let filled = targets.map { zip($0, data.scaling.mean).map { $0.isNaN ? $1 : $0 } }
        let nearest = NearestSequence(sequences, queries: held.count, seed: seed)
        let methods = [
            method("mean", "always answering the mean", held.map { _ in data.scaling.mean }),
            method(
                "linear", "a straight line through a few numbers",
                FixedOrder.map(held.count, pool) { line.values(of: held[$0].sequence) }),
            method(
                "nearest_neighbour", nearest.words("sequence"),
                FixedOrder.map(held.count, pool) { filled[nearest.place(of: held[$0].sequence)] }),
        ]
        var measured = method("", "", guesses)
        measured.metrics["validation_loss"] = loss.mean
        return Evaluation(
            metrics: measured.metrics, errors: measured.errors, beside: methods, isSquared: true,
            basis: Evaluation.counted(measured.errors.count, "sequence"))
    }

    /// - Parameter guesses: by sequence of the validation part.
    private func method(_ name: String, _ words: String, _ guesses: [[Double]]) -> SimpleMethod {
        var errors = RegressionErrors(width: data.width), squares: [Double] = []
        for (item, guesses) in zip(data.validation, guesses) where !item.values.allSatisfy(\.isNaN) {
            errors.add(guesses: guesses, truths: item.values)
            squares.append(
                zip(guesses, item.values).reduce(0) { $1.1.isNaN ? $0 : $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
        }
        return SimpleMethod(name: name, words: words, metrics: errors.metrics, errors: squares)
    }

    /// The loss (in standardised units) over the validation part, and what was guessed (in the client's).
    private func measure(_ network: Network, _ pool: ComputePool) -> (loss: LossSum, guesses: [[Double]]) {
        let (data, error) = (data, error)
        let results = SequenceRun.evaluate(
            Array(data.validation.indices), network, pool, .unlimited, sequence: { data.validation[$0].sequence }
        ) { items, workspace in
            let loss = error.evaluate(
                outputs: workspace.outputs, channels: data.width,
                targets: items.flatMap { data.standardised(data.validation[$0].values) },
                rows: items.count, gradients: nil, scale: 1)
            let guesses = items.indices.map { data.scaling.restore(workspace.outputs + $0 * data.width) }
            return (loss, items, guesses)
        }
        var loss = LossSum(), guesses = [[Double]](repeating: [], count: data.validation.count)
        for (part, items, values) in results {
            loss += part
            for (item, value) in zip(items, values) { guesses[item] = value }
        }
        return (loss, guesses)
    }
}

extension RegressionData: TaskData {
    func task<Network: SequenceNetwork>(_ network: Network.Type, _ settings: EffectiveSettings) -> any TrainingTask {
        RegressionTask<Network>(settings: settings, data: self)
    }
}
