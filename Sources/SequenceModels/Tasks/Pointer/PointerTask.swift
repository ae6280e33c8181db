import Kernels
import RecurrentLayers

/// Learns to answer with positions of its own input: teacher forcing over padded batches, cross-entropy over the
/// positions.
final class PointerTask: PairedTask {
    let settings: EffectiveSettings
    let networkSettings: PointerSettings
    let data: PairedData
    let batches: SequenceBatches

    /// - Parameter hasEnd: whether answers end by themselves, and not with their inputs.
    init(settings: EffectiveSettings, data: PairedData, hasEnd: Bool) {
        self.settings = settings
        self.data = data
        networkSettings = Self.network(settings, reader: data.reader, hasEnd: hasEnd)
        batches = SequenceBatches(lengths: data.training.map(PairedData.bucketKey), settings: settings)
    }

    static func network(_ settings: EffectiveSettings, reader: InputEncoder, hasEnd: Bool) -> PointerSettings {
        let network = settings.network
        return PointerSettings(
            items: reader.input(embedding: network.embedding), encoder: network.sequenceEncoder,
            decoder: network.sequenceDecoder,
            attentionWidth: network.attentionWidth ?? network.hidden, hasEnd: hasEnd,
            usesOnce: settings.pointer?.once ?? false,
            dropout: Float(network.dropout))
    }

    func network(seed: UInt64) -> PointerNetwork { PointerNetwork(settings: networkSettings, seed: seed) }

    func network(tensors: [NamedTensor]) throws(ModelError) -> PointerNetwork {
        try PointerNetwork(settings: networkSettings, tensors: tensors)
    }

    func workspace(of network: PointerNetwork) -> PointerWorkspace {
        PointerWorkspace(
            network: network, sourceStepsMax: data.facts.longestInput, targetStepsMax: data.facts.longestTarget + 1,
            batchMax: batches.layout.rowsMax, training: true)
    }

    func load(_ position: StepPosition, shard: Int, into workspace: PointerWorkspace) -> Int {
        let pairs = pairs(position, shard: shard)
        return pairs.isEmpty ? 0 : Self.fill(pairs, hasEnd: networkSettings.hasEnd, workspace)
    }

    func loss(shard: Int, network: PointerNetwork, workspace: PointerWorkspace, scale: Float) -> LossSum {
        network.loss(workspace, scale: scale)
    }

    func validate(network: PointerNetwork, pool: ComputePool) -> Double {
        let sums = scores(network, pool)
        let count = sums.reduce(0) { $0 + $1.loss.count }
        return count > 0 ? sums.reduce(0) { $0 + $1.loss.loss } / Double(count) : 0
    }

    func describe() -> ModelDescription {
        var description = data.reader.description(settings, network: .pointer(networkSettings))
        description.pairs = data.facts
        return description
    }

    func evaluate(network: PointerNetwork, pool: ComputePool) -> Evaluation {
        guard hasValidation else { return .unmeasured }
        return PointerEvaluation(task: self).run(network, pool)
    }

    /// Loss and right guesses of the validation part under teacher forcing.
    func scores(_ network: PointerNetwork, _ pool: ComputePool) -> [(loss: LossSum, right: Int)] {
        validationResults(pool) { pairs in
            let workspace = PointerWorkspace(
                network: network, sourceStepsMax: pairs.map(\.input.steps).max() ?? 1,
                targetStepsMax: (pairs.map(\.target.count).max() ?? 0) + 1, batchMax: pairs.count, training: false)
            _ = Self.fill(pairs, hasEnd: network.settings.hasEnd, workspace)
            network.forward(workspace, training: false, dropoutKey: 0)
            return Self.score(workspace)
        }
    }

    /// −log p of each target, and whether it is the most probable position.
    private static func score(_ workspace: PointerWorkspace) -> (loss: LossSum, right: Int) {
        let positions = 1 + workspace.source.steps
        var sum = LossSum(), right = 0
        for place in 0..<workspace.steps * workspace.batch where workspace.targets[place] >= 0 {
            let row = UnsafeBufferPointer(start: workspace.probabilities + place * positions, count: positions)
            let target = Int(workspace.targets[place])
            sum += LossSum(loss: -PortableMath.log(Double(max(row[target], .leastNormalMagnitude))), count: 1)
            if row.indices.max(by: { row[$0] < row[$1] }) == target { right += 1 }
        }
        return (sum, right)
    }

    /// - Returns: the targets, the end of each answer among them where there is one.
    private static func fill(_ pairs: [PairedData.Pair], hasEnd: Bool, _ workspace: PointerWorkspace) -> Int {
        let batch = pairs.count
        let steps = max(1, (pairs.map(\.target.count).max() ?? 0) + (hasEnd ? 1 : 0))
        workspace.begin(sourceSteps: max(1, pairs.map(\.input.steps).max() ?? 1), targetSteps: steps, batch: batch)
        workspace.source.fill(pairs.map(\.input))
        var count = 0
        for (row, pair) in pairs.enumerated() {
            for (step, item) in pair.target.enumerated() {
                workspace.targets[step * batch + row] = item + 1
                if step + 1 < steps { workspace.previous[(step + 1) * batch + row] = item }
            }
            if hasEnd { workspace.targets[pair.target.count * batch + row] = 0 }
            count += pair.target.count + (hasEnd ? 1 : 0)
        }
        return count
    }
}
