import Kernels
import RecurrentLayers

/// What follows backward in an optimiser step: the sum of the shards' gradients, clipping, the update, repacking.
final class UpdatePhase {
    /// One buffer a shard, of the network's parameters.
    let shardGradients: [AlignedBuffer]
    let optimizer: Optimizer
    private let clips: Bool
    private let touched: TouchedFloats

    /// - Parameter clips: bounds the norm of the gradient, and descends without momentum; else Adam.
    init(parameterCount: Int, shards: Int, clips: Bool) {
        shardGradients = (0..<shards).map { _ in AlignedBuffer(count: parameterCount) }
        optimizer = Optimizer(kind: clips ? .sgd : .adam, parameterCount: parameterCount, momentum: 0)
        touched = TouchedFloats(count: parameterCount)
        self.clips = clips
    }

    func run<Network: TrainableNetwork>(_ network: Network, _ workspaces: [Network.Workspace], pool: ComputePool) {
        touched.begin()
        for workspace in workspaces { network.markRead(workspace, in: touched) }
        touched.end()
        let norm = Gradients.sum(shardGradients, touched: touched, pool: pool)
        optimizer.update(
            parameters: network.parameters, gradients: shardGradients[0],
            scale: clips ? Gradients.scale(norm: norm, normMax: 5) : 1, touched: touched, learningRate: 0.001,
            pool: pool)
        network.repack(pool: pool)
    }
}
