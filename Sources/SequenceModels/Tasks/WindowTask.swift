import Kernels
import RecurrentLayers

/// A task learned in windows of steps by a `SequenceNetwork`, whose states, if it has any, may be carried from one to
/// the next.
protocol WindowTask: TrainingTask where Network: SequenceNetwork {
    /// Of the network.
    var shape: ModelNetwork { get }
    /// Initial biases of the head, or nil for the network's own.
    var headBias: [Float]? { get }
    /// Rows of the largest shard.
    var shardRowsMax: Int { get }
    /// Whether states are carried from step to step and belong into checkpoints.
    var carriesState: Bool { get }
    /// Steps of a window after which the next one begins, when that is before its end; the carried state is the one
    /// there.
    var windowAdvance: Int? { get }

    /// Loss of the loaded shard after `forward`; writes `outputGradients`, scaled.
    func loss(shard: Int, workspace: Network.Workspace, scale: Float) -> LossSum
}

extension WindowTask {
    /// The most steps that the network can attend to when it goes on; nil where it has a state.
    var contextSteps: Int? { Network.attends ? windowStepsMax : nil }

    var windowAdvance: Int? { nil }

    func network(seed: UInt64) -> Network {
        let network = Network(shape: shape, seed: seed)
        if let headBias { network.setHeadBias(headBias) }
        return network
    }

    func network(tensors: [NamedTensor]) throws(ModelError) -> Network {
        try Network(shape: shape, tensors: tensors)
    }

    func workspace(of network: Network) -> Network.Workspace {
        network.workspace(stepsMax: windowStepsMax, batchMax: shardRowsMax, training: true)
    }

    func loss(shard: Int, network: Network, workspace: Network.Workspace, scale: Float) -> LossSum {
        loss(shard: shard, workspace: workspace, scale: scale)
    }

    func didLearn(_ workspace: Network.Workspace) {
        if let windowAdvance, windowAdvance < workspace.steps { workspace.rewindState(to: windowAdvance) }
    }

    func carriedState(_ workspace: Network.Workspace) -> (shape: [Int], values: [Float])? {
        guard carriesState else { return nil }
        return ([shardRowsMax, workspace.stateWidth], (0..<shardRowsMax).flatMap { workspace.stateRow($0) })
    }

    func setCarriedState(_ values: [Float], _ workspace: Network.Workspace) {
        let width = workspace.stateWidth
        for row in 0..<shardRowsMax { workspace.setStateRow(row, Array(values[row * width..<(row + 1) * width])) }
    }

    func gateSaturation(_ workspaces: [Network.Workspace]) -> @Sendable () -> [Double] {
        {
            let parts = workspaces.map { $0.saturatedGates() }
            return (parts.first ?? []).indices.map { layer in
                let all = parts.reduce(0) { $0 + $1[layer].all }
                return all > 0 ? Double(parts.reduce(0) { $0 + $1[layer].saturated }) / Double(all) : 0
            }
        }
    }
}
