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
    var heldBack: HeldBack { data.heldBack }

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
        let (loss, guesses) = measure(network, pool, budget)
        // Who asks how long it takes is not told what simple methods guess.
        return budget.isProbe || budget.isStopped ? .unmeasured : measurement(loss, guesses, pool).evaluation(nil)
    }

    func answers(network: Network, pool: ComputePool, budget: EvaluationBudget) -> (any HeldBackAnswers)? {
        let (loss, guesses) = measure(network, pool, budget)
        return measurement(loss, guesses, pool)
    }

    func caseErrors(network: Network, pool: ComputePool, budget: EvaluationBudget) -> CaseErrors? {
        budget.begin(cases: data.validation.count)
        let (loss, guesses) = measure(network, pool, budget)
        let cases = measurable(guesses).map { place in
            RegressionMeasurement.Case(
                place: place, truths: data.validation[place].values, answers: [guesses[place] ?? []])
        }
        return RegressionMeasurement(cases, loss: loss, width: data.width, methods: []).caseErrors
    }

    private func measurement(_ loss: LossSum, _ guesses: [Int: [Double]], _ pool: ComputePool) -> RegressionMeasurement
    {
        let held = data.validation, measured = measurable(guesses)
        let sequences = data.training.map(\.sent), targets = data.training.map(\.values)
        let seed = settings.training.seed
        let line = LinearSummary(sequences, targets: targets, seed: seed)
        // A missing value of the nearest is its mean.
        let filled = targets.map { zip($0, data.scaling.mean).map { $0.isNaN ? $1 : $0 } }
        let nearest = NearestSequence(sequences, queries: measured.count, seed: seed)
        let mean = data.scaling.mean
        let cases = FixedOrder.map(measured.count, pool) { index in
            let place = measured[index], sent = held[place].sent
            return RegressionMeasurement.Case(
                place: place, truths: held[place].values,
                answers: [guesses[place] ?? [], mean, line.values(of: sent), filled[nearest.place(of: sent)]])
        }
        return RegressionMeasurement(
            cases, loss: loss, width: data.width,
            methods: [
                ("mean", "always answering the mean"), ("linear", "a straight line through a few numbers"),
                ("nearest_neighbour", nearest.words("sequence")),
            ])
    }

    /// Places of those with something to measure, ascending.
    private func measurable(_ guesses: [Int: [Double]]) -> [Int] {
        guesses.keys.sorted().filter { !data.validation[$0].values.allSatisfy(\.isNaN) }
    }

    /// The loss (in standardised units) over the validation part, or as much of it as the budget allows, and what was
    /// guessed (in the client's), by place there.
    private func measure(
        _ network: Network, _ pool: ComputePool, _ budget: EvaluationBudget
    ) -> (loss: LossSum, guesses: [Int: [Double]]) {
        let (data, error) = (data, error)
        let results = SequenceRun.evaluate(
            Array(data.validation.indices), network, pool, budget, sequence: { data.validation[$0].sequence }
        ) { items, workspace in
            let loss = error.evaluate(
                outputs: workspace.outputs, channels: data.width,
                targets: items.flatMap { data.standardised(data.validation[$0].values) },
                rows: items.count, gradients: nil, scale: 1)
            let guesses = items.indices.map { data.scaling.restore(workspace.outputs + $0 * data.width) }
            return (loss, items, guesses)
        }
        var loss = LossSum(), guesses: [Int: [Double]] = [:]
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
