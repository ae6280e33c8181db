package import Kernels
package import RecurrentLayers

/// Streams that feed their most likely symbol back, or whole sequences read to their last step.
package final class InferenceRun {
    private let workload: Workload
    private let pool: ComputePool
    private let network: RecurrentNetwork
    private var batches: [StepBatch] = []
    private var windows: [WindowWorkspace] = []
    private let values: [Float]

    /// Makes the network from seed 1 and its batches.
    ///
    /// - Parameter weights: the numbers in which the weights of products are held.
    /// - Throws: `ModelError` never in practice: the tensors are the network's own.
    package init(_ workload: Workload, pool: ComputePool, weights: WeightPrecision = .float32) throws {
        self.workload = workload
        self.pool = pool
        let fresh = RecurrentNetwork(settings: workload.settings, seed: 1)
        let network = try RecurrentNetwork(
            settings: workload.settings, tensors: fresh.tensors(), serving: Serving(pool: pool, weights: weights))
        self.network = network
        // A step shares its work by columns, as in the service; sequences of a batch are shared out.
        let parts = workload.kind == .stream ? 1 : min(pool.threads, workload.batch)
        let rows = workload.batch / parts
        let channels = if case .numeric(let count) = workload.settings.input { count } else { 0 }
        let random = CounterRandom(seed: 1, stream: 1)
        values = (0..<workload.steps * rows * channels).map { Float(random.normal(UInt64($0))) }
        if workload.kind == .stream {
            batches = (0..<parts).map { _ in
                let batch = StepBatch(network: network, rowsMax: rows)
                batch.rows = rows
                return batch
            }
        } else {
            windows = (0..<parts).map { _ in
                let w = WindowWorkspace(network: network, stepsMax: workload.steps, batchMax: rows, training: false)
                w.begin(steps: workload.steps, batch: rows)
                for position in 0..<workload.steps * rows { w.mask[position] = 1 }
                return w
            }
        }
    }

    /// Bytes of weights that a step reads.
    package var weightBytesPerStep: Int { network.stepWeightsSizeBytes }

    /// One repetition: all steps of all streams, or one pass over the batch of sequences.
    package func repetition() {
        pool.forEach(windows.count, with: self) { $0.read($0.windows[$1]) }
        pool.forEach(batches.count, with: self) { $0.stream($0.batches[$1]) }
    }

    private func read(_ w: WindowWorkspace) {
        for position in values.indices { w.inputs[position] = values[position] }
        w.state.zero()
        network.forward(w, training: false)
    }

    private func stream(_ batch: StepBatch) {
        let classes = workload.settings.outputs
        for _ in 0..<workload.steps {
            network.step(batch)
            SoftmaxCrossEntropy.probabilities(
                logits: batch.outputs, classes: classes, rows: batch.rows, into: batch.outputs)
            for row in 0..<batch.rows {
                let p = batch.outputs + row * classes
                var best = 0
                for symbol in 1..<classes where p[symbol] > p[best] { best = symbol }
                batch.tokens[row] = Int32(best)
            }
        }
    }
}
