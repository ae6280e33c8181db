package import Kernels
import RecurrentLayers

/// One complete optimiser step of a Transformer that predicts the next of some symbols: forward, loss, backward, Adam,
/// repacking. Named X1 beside the workloads of recurrent networks.
package final class TransformerRun {
    /// As reports name it.
    package static let name = "X1"
    /// T and B.
    package static let steps = 128, batch = 32
    private static let vocabulary = 65
    private static let settings = TransformerSettings(
        input: .tokens(vocabulary: vocabulary, embedding: 256),
        shape: TransformerShape(layers: 2, width: 256, heads: 4, feedForward: 1024), causal: true, outputs: vocabulary)
    /// Rows of a shard, whatever the number of threads.
    private static let rows = 16

    private let pool: ComputePool
    private let network: TransformerNetwork
    private let shards: [TransformerWorkspace]
    private let update: UpdatePhase
    private let symbols: [Int32]

    /// Makes the network from seed 1, and cuts the batch into shards that the pool's threads share.
    package init(pool: ComputePool) {
        self.pool = pool
        let network = TransformerNetwork(settings: Self.settings, seed: 1)
        self.network = network
        shards = (0..<Self.batch / Self.rows).map { _ in
            TransformerWorkspace(network: network, stepsMax: Self.steps, batchMax: Self.rows, training: true)
        }
        update = UpdatePhase(parameterCount: network.parameters.count, shards: shards.count, clips: false)
        let random = CounterRandom(seed: 1, stream: 1)
        symbols = (0..<Self.steps * Self.rows).map { Int32(random.bits(UInt64($0)) % UInt64(Self.vocabulary)) }
    }

    /// Useful floating-point operations of a token: products of forward and backward, attention over half the window on
    /// average, as a position sees those before it.
    package static var flopsPerToken: Double {
        let (shape, width) = (settings.shape, settings.shape.width)
        let products = 4 * width * width + 2 * width * shape.feedForward + width * steps
        return 6 * Double(shape.layers * products + width * vocabulary)
    }

    /// One complete optimiser step.
    package func step() {
        pool.forEach(shards.count, with: self) { $0.shard($1) }
        update.run(network, shards, pool: pool)
    }

    private func shard(_ index: Int) {
        let (w, count) = (shards[index], Self.steps * Self.rows)
        w.begin(steps: Self.steps, batch: Self.rows)
        for position in 0..<count { (w.tokens[position], w.mask[position]) = (symbols[position], 1) }
        network.forward(w, training: true, dropoutKey: 0)
        _ = SoftmaxCrossEntropy.evaluate(
            logits: w.outputs, classes: Self.vocabulary, targets: symbols, rows: count, gradients: w.outputGradients,
            scale: 1 / Float(Self.steps * Self.batch))
        network.backward(w, training: true, dropoutKey: 0, gradients: update.shardGradients[index])
    }
}
