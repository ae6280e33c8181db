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

    func validate(network: Network, pool: ComputePool) -> Double { measure(network, pool, .unlimited).loss.mean }

    func describe() -> ModelDescription {
        var description = data.reader.description(settings, network: shape)
        description.targetScaling = data.scaling
        description.context = contextSteps
        return description
    }

    func evaluate(network: Network, pool: ComputePool, budget: EvaluationBudget) -> Evaluation {
        guard hasValidation else { return .unmeasured }
        budget.begin(cases: data.validation.count)
        let (loss, measured, naive) = measure(network, pool, budget)
        var metrics = measured.metrics
        metrics["validation_loss"] = loss.mean
        let baseline = naive.metrics
        let skill = (baseline["rmse"] ?? 0) > 0 ? 1 - (metrics["rmse"] ?? 0) / (baseline["rmse"] ?? 1) : nil
        return Evaluation(
            metrics: metrics, baselines: ["mean": baseline], skill: skill,
            verdict: Evaluation.verdict(skill: skill, against: "always answering the mean"))
    }

    /// The loss (in standardised units), the errors (in the client's) over the validation part, and those of the mean.
    private func measure(_ network: Network, _ pool: ComputePool, _ budget: EvaluationBudget) -> (
        loss: LossSum, errors: RegressionErrors, naive: RegressionErrors
    ) {
        let (data, error) = (data, error)
        let results = SequenceRun.evaluate(data.validation, network, pool, budget, sequence: \.sequence) {
            items, workspace in
            let loss = error.evaluate(
                outputs: workspace.outputs, channels: data.width,
                targets: items.flatMap { data.standardised($0.values) },
                rows: items.count, gradients: nil, scale: 1)
            var errors = RegressionErrors(width: data.width), naive = errors
            for (row, item) in items.enumerated() {
                let guesses = data.scaling.restore(workspace.outputs + row * data.width)
                errors.add(guesses: guesses, truths: item.values)
                naive.add(guesses: data.scaling.mean, truths: item.values)
            }
            return (loss, errors, naive)
        }
        var loss = LossSum(), errors = RegressionErrors(width: data.width), naive = errors
        for result in results {
            loss += result.0
            errors.add(result.1)
            naive.add(result.2)
        }
        return (loss, errors, naive)
    }
}

extension RegressionData: TaskData {
    func task<Network: SequenceNetwork>(_ network: Network.Type, _ settings: EffectiveSettings) -> any TrainingTask {
        RegressionTask<Network>(settings: settings, data: self)
    }
}
