import Kernels
import RecurrentLayers

/// A task whose targets are sequences of their own: whole pairs in padded batches of similar length, by teacher
/// forcing.
protocol PairedTask: TrainingTask where Network == Target.Network {
    associatedtype Target: PairedTarget
    var settings: EffectiveSettings { get }
    var networkSettings: Network.Settings { get }
    /// The same, as a model's description has it.
    var shape: ModelNetwork { get }
    var data: PairedData { get }
    var batches: SequenceBatches { get }
    var target: Target { get }

    /// What the decoder of a batch reads besides the targets, once those are filled in; nothing unless a task says
    /// otherwise.
    func didFill(_ workspace: Network.Workspace, _ position: StepPosition, shard: Int)
    /// Loss and guesses of a batch after `forward`.
    /// - Parameters:
    ///   - choices: the right ones, `[T, B]`, −1 after a row's end.
    ///   - items: of the validation part, by row.
    func score(_ choices: [Int32], items: [Int], network: Network, workspace: Network.Workspace) -> LabelScore
    /// Adds what only models of this task have.
    func complete(_ description: inout ModelDescription)
    /// The measured answers beside what needs no model.
    func evaluation(_ measured: PairedMeasurement, _ pool: ComputePool) -> Evaluation
}

extension PairedTask {
    var shardCount: Int { batches.layout.count }
    var windowStepsMax: Int { data.facts.longestInput + data.facts.longestTarget + 1 }
    var hasValidation: Bool { !data.validation.isEmpty }
    var refits: Bool { false }
    var heldBack: HeldBack { data.heldBack }
    func stepsPerEpoch(refit: Bool) -> Int { batches.count }

    func network(seed: UInt64) -> Network { Network(settings: networkSettings, seed: seed) }

    func network(tensors: [NamedTensor]) throws(ModelError) -> Network {
        try Network(settings: networkSettings, tensors: tensors, training: true)
    }

    func workspace(of network: Network) -> Network.Workspace {
        Network.Workspace(
            network: network, sourceStepsMax: data.facts.longestInput, targetStepsMax: data.facts.longestTarget + 1,
            batchMax: batches.layout.rowsMax, training: true)
    }

    /// No targets when the batch is too small for this shard.
    func load(_ position: StepPosition, shard: Int, into workspace: Network.Workspace) -> Int {
        let pairs = batches.rows(position, shard: shard).map { data.training[$0] }
        guard !pairs.isEmpty else { return 0 }
        batches.targets[shard].values = target.fill(pairs, workspace)
        didFill(workspace, position, shard: shard)
        return batches.targets[shard].values.count { $0 >= 0 }
    }

    func didFill(_ workspace: Network.Workspace, _ position: StepPosition, shard: Int) {}

    func validate(network: Network, pool: ComputePool) -> Double {
        LabelScore.mean(scores(network, pool, .unlimited))
    }

    func describe() -> ModelDescription {
        var description = data.reader.description(settings, network: shape)
        description.pairs = data.facts
        complete(&description)
        return description
    }

    func complete(_ description: inout ModelDescription) {}

    func evaluate(network: Network, pool: ComputePool, budget: EvaluationBudget) -> Evaluation {
        guard hasValidation else { return .unmeasured }
        let measured = PairedMeasurement(self, network, pool, budget)
        // Who asks how long it takes is not told what simple methods answer.
        if budget.isProbe || budget.isStopped { return .unmeasured }
        var evaluation = evaluation(measured, pool)
        evaluation.cases = measured.caseErrors
        return evaluation
    }

    func caseErrors(network: Network, pool: ComputePool, budget: EvaluationBudget) -> CaseErrors? {
        PairedMeasurement(self, network, pool, budget).caseErrors
    }

    /// Loss and guesses of the validation part, 16 pairs of similar length at a time, in a fixed order.
    func scores(_ network: Network, _ pool: ComputePool, _ budget: EvaluationBudget) -> [LabelScore] {
        let groups = LengthBuckets(lengths: data.validation.map(PairedData.bucketKey), batchSize: 16, seed: 0)
            .sortedBatches()
        return budget.map(groups.count, pool, share: 0.5, cases: { groups[$0].count }) { index in
            let pairs = groups[index].map { data.validation[$0] }
            let workspace = Network.Workspace(
                network: network, sourceStepsMax: pairs.map(\.input.steps).max() ?? 1,
                targetStepsMax: (pairs.map(\.target.count).max() ?? 0) + 1, batchMax: pairs.count, training: false)
            let choices = target.fill(pairs, workspace)
            network.forward(workspace, training: false, dropoutKey: 0)
            return score(choices, items: groups[index], network: network, workspace: workspace)
        }.map(\.result)
    }
}

extension PairedTarget {
    /// Inputs of a batch, and what its decoder reads.
    /// - Returns: the choice that each step should make, `[T, B]`, −1 after a row's end.
    func fill(_ pairs: [PairedData.Pair], _ workspace: Network.Workspace) -> [Int32] {
        let ends = end == nil ? 0 : 1, batch = pairs.count
        let steps = max(1, (pairs.map(\.target.count).max() ?? 0) + ends)
        workspace.begin(sourceSteps: max(1, pairs.map(\.input.steps).max() ?? 1), targetSteps: steps, batch: batch)
        workspace.source.fill(pairs.map(\.input))
        var choices = [Int32](repeating: -1, count: steps * batch)
        for (row, pair) in pairs.enumerated() {
            workspace.previous[row] = start
            for (step, element) in pair.target.enumerated() {
                choices[step * batch + row] = choice(of: element)
                if step + 1 < steps { workspace.previous[(step + 1) * batch + row] = element }
            }
            if let end { choices[pair.target.count * batch + row] = end }
        }
        return choices
    }
}

extension SourceBatch {
    /// Takes padded sequences in; `begin` was called for as many rows, and steps enough.
    func fill(_ sequences: [EncodedSequence]) {
        for (row, sequence) in sequences.enumerated() { sequence.write(to: self, row: row) }
    }
}
