package import Kernels
import RecurrentLayers

/// One complete optimiser step: forward, loss, backward, clipping where the workload has it, update, repack.
///
/// The batch is split into shards of about sixteen rows, whatever the number of threads.
package final class TrainingRun {
    private let workload: Workload
    private let pool: ComputePool
    private let network: RecurrentNetwork
    private let shards: [WindowWorkspace]
    private let update: UpdatePhase
    private let rows: Int
    private var classes: [Int32]
    private let values: [Float]
    private let inputs: [Float]
    private let realSteps: Int
    /// Of a row of numbers and categories; 0 of symbols.
    private let width: Int

    /// Makes the network from seed 1, and cuts the batch into shards that the pool's threads share.
    package init(_ workload: Workload, pool: ComputePool, conditions: TrainingConditions = TrainingConditions()) {
        self.workload = workload
        self.pool = pool
        let network = RecurrentNetwork(settings: workload.settings, seed: 1)
        let count = max(1, min(8, (workload.batch + 15) / 16))
        let rows = workload.batch / count
        self.network = network
        self.rows = rows
        shards = (0..<count).map { _ in
            WindowWorkspace(network: network, stepsMax: workload.steps, batchMax: rows, training: true)
        }
        update = UpdatePhase(parameterCount: network.parameters.count, shards: count, clips: workload.clips)
        let random = CounterRandom(seed: 1, stream: 1)
        classes = (0..<workload.steps * rows).map { Int32(random.bits(UInt64($0)) % UInt64(workload.settings.outputs)) }
        width = if case .tokens = workload.settings.input { 0 } else { workload.settings.input.rawWidth }
        values = (0..<max(workload.steps * rows * width, rows * workload.settings.outputs)).map {
            Float(random.normal(UInt64($0)))
        }
        var inputs = values.map { $0 * conditions.inputScale }
        if case .mixed(let numbers, let tables, let fields) = workload.settings.input {
            for row in 0..<workload.steps * rows {
                for (field, table) in fields.enumerated() {
                    let place = row * width + numbers + field
                    inputs[place] = Float(random.bits(UInt64(place)) % UInt64(tables[table].rows))
                }
            }
        }
        self.inputs = inputs
        realSteps = Int(Double(workload.steps) * (1 - conditions.paddedShare))
        let parameters = network.parameters
        for index in 0..<parameters.count { parameters[index] *= conditions.weightScale }
        network.repack(pool: pool)
    }

    /// Subnormal numbers among parameters, moments, and the gradients of a further step.
    package var subnormalCount: Int {
        pool.forEach(shards.count, with: self) { $0.shard($1) }
        defer { for gradients in update.shardGradients { gradients.zero() } }
        let moments = update.optimizer.tensors().map { Subnormals.count($0.values) }.reduce(0, +)
        return moments
            + ([network.parameters] + update.shardGradients).map { Subnormals.count($0.array) }.reduce(0, +)
    }

    /// One complete optimiser step: forward, loss, backward, clipping where the workload has it, update, repacking.
    package func step() {
        pool.forEach(shards.count, with: self) { $0.shard($1) }
        update.run(network, shards, pool: pool)
    }

    private func shard(_ index: Int) {
        let (w, settings) = (shards[index], workload.settings)
        w.begin(steps: workload.steps, batch: rows)
        for position in 0..<workload.steps * rows { w.mask[position] = position < realSteps * rows ? 1 : 0 }
        if width > 0 {
            for position in 0..<workload.steps * rows * width { w.inputs[position] = inputs[position] }
            w.state.zero()
        } else {
            for position in 0..<workload.steps * rows { w.tokens[position] = classes[position] }
        }
        network.forward(w, training: true)
        if workload.kind == .languageModel {
            _ = SoftmaxCrossEntropy.evaluate(
                logits: w.outputs, classes: settings.outputs, targets: classes, rows: workload.steps * rows,
                gradients: w.outputGradients, scale: 1 / Float(workload.steps * workload.batch))
        } else {
            _ = RegressionLoss.mse.evaluate(
                outputs: w.outputs, channels: settings.outputs, targets: values, rows: rows,
                gradients: w.outputGradients,
                scale: 1 / Float(workload.batch * settings.outputs))
        }
        network.backward(w, gradients: update.shardGradients[index])
    }
}
