import Kernels
import RecurrentLayers

/// A task learned by a `RecurrentNetwork`: windows of steps, with states that may be carried from one to the next.
protocol RecurrentTask: TrainingTask where Network == RecurrentNetwork {
    var networkSettings: NetworkSettings { get }
    /// Initial biases of the head, or nil for the network's own.
    var headBias: [Float]? { get }
    /// Rows of the largest shard.
    var shardRowsMax: Int { get }
    /// Whether states are carried from step to step and belong into checkpoints.
    var carriesState: Bool { get }
    /// Steps of a window after which the next one begins, when that is before its end; the carried state is the one there.
    var windowAdvance: Int? { get }

    /// Loss of the loaded shard after `forward`; writes `outputGradients`, scaled.
    func loss(shard: Int, workspace: WindowWorkspace, scale: Float) -> LossSum
}

extension RecurrentTask {
    var windowAdvance: Int? { nil }

    func network(seed: UInt64) -> RecurrentNetwork {
        let network = RecurrentNetwork(settings: networkSettings, seed: seed)
        if let headBias { network.setHeadBias(headBias) }
        return network
    }

    func network(tensors: [NamedTensor]) throws(ModelError) -> RecurrentNetwork {
        try RecurrentNetwork(settings: networkSettings, tensors: tensors)
    }

    func workspace(of network: RecurrentNetwork) -> WindowWorkspace {
        WindowWorkspace(network: network, stepsMax: windowStepsMax, batchMax: shardRowsMax, training: true)
    }

    func loss(shard: Int, network: RecurrentNetwork, workspace: WindowWorkspace, scale: Float) -> LossSum {
        loss(shard: shard, workspace: workspace, scale: scale)
    }

    func didLearn(_ workspace: WindowWorkspace) {
        if let windowAdvance, windowAdvance < workspace.steps { workspace.rewindState(to: windowAdvance) }
    }

    func carriedState(_ workspace: WindowWorkspace) -> (shape: [Int], values: [Float])? {
        guard carriesState else { return nil }
        return ([shardRowsMax, workspace.state.valuesPerRow], (0 ..< shardRowsMax).flatMap { workspace.state.row($0) })
    }

    func setCarriedState(_ values: [Float], _ workspace: WindowWorkspace) {
        let width = workspace.state.valuesPerRow
        for row in 0 ..< shardRowsMax { workspace.state.setRow(row, Array(values[row * width ..< (row + 1) * width])) }
    }

    func gateSaturation(_ workspaces: [WindowWorkspace]) -> @Sendable () -> [Double] {
        {
            let parts = workspaces.map { $0.saturatedGates() }
            return (parts.first ?? []).indices.map { layer in
                let all = parts.reduce(0) { $0 + $1[layer].all }
                return all > 0 ? Double(parts.reduce(0) { $0 + $1[layer].saturated }) / Double(all) : 0
            }
        }
    }
}
