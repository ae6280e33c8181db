import Kernels
import RecurrentLayers
import Testing

/// The phase between backward and the next forward, which a pool does piece by piece.
@Suite struct UpdateTests {
    /// Two shards' gradients of more than one piece, summed, clipped, applied and packed by `threads` threads.
    private func parametersAfterUpdate(threads: Int) -> [Float] {
        let settings = NetworkSettings(input: .numeric(channels: 3), hidden: 97, outputs: 501)
        let network = RecurrentNetwork(settings: settings, seed: 1)
        let count = network.parameters.count
        let random = CounterRandom(seed: 2, stream: 3)
        let shards = (0..<2).map { shard in
            AlignedBuffer((0..<count).map { Float(random.normal(UInt64(shard * count + $0))) })
        }
        let gradients = AlignedBuffer(count: count)
        let pool = ComputePool(threads: threads)
        Gradients.sum(shards, into: gradients, pool: pool)
        #expect(shards.allSatisfy { $0.array.allSatisfy { $0 == 0 } })
        let exact = gradients.array.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        #expect(abs(Double(Gradients.clip(gradients, normMax: 5, pool: pool)) / exact - 1) < 1e-6)
        Optimizer(kind: .adam, parameterCount: count).update(
            parameters: network.parameters, gradients: gradients, learningRate: 0.01, pool: pool)
        network.repack(pool: pool)
        // What was packed is seen by a step.
        let batch = StepBatch(network: network, rowsMax: 1)
        batch.rows = 1
        for channel in 0..<3 { batch.inputs[channel] = 0.5 }
        network.step(batch)
        return network.parameters.array + UnsafeBufferPointer(start: batch.outputs, count: 501)
    }

    @Test func bytesDoNotDependOnThreads() {
        let alone = parametersAfterUpdate(threads: 1)
        for threads in [2, 3, 8] { #expect(parametersAfterUpdate(threads: threads) == alone) }
    }
}
