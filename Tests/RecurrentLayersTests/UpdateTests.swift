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
        let expected = zip(shards[0].array, shards[1].array).map { $0 + $1 }
        let pool = ComputePool(threads: threads)
        let norm = Gradients.sum(shards, touched: TouchedFloats(count: count), pool: pool)
        #expect(shards[0].array == expected && shards[1].array.allSatisfy { $0 == 0 })
        let exact = expected.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        #expect(abs(Double(norm) / exact - 1) < 1e-6)
        Optimizer(kind: .adam, parameterCount: count).update(
            parameters: network.parameters, gradients: shards[0], scale: Gradients.scale(norm: norm, normMax: 5),
            learningRate: 0.01, pool: pool)
        #expect(shards[0].array.allSatisfy { $0 == 0 })
        network.repack(pool: pool)
        // What was packed is seen by a step.
        let batch = StepBatch(network: network, rowsMax: 1)
        batch.rows = 1
        for channel in 0..<3 { batch.inputs[channel] = 0.5 }
        network.step(batch)
        return network.parameters.array + UnsafeBufferPointer(start: batch.outputs, count: 501)
    }

    private static let symbols = NetworkSettings.Input.tokens(vocabulary: 5_000, embedding: 13)
    private static let categories = NetworkSettings.Input.mixed(
        numbers: 1, tables: [EmbeddingTable(rows: 3_000, width: 13), EmbeddingTable(rows: 40, width: 3)],
        fields: [0, 1, 0])

    /// Three steps of a network of two shards, with the rows of symbols that were not read left out or not: the
    /// same weights and norms. Rows do not end at cache lines, and symbols at both ends are read.
    private func weights(
        _ kind: OptimizerKind, momentum: Float, weightDecay: Float, input: NetworkSettings.Input = symbols, sparse: Bool
    ) -> [UInt32] {
        let settings = NetworkSettings(input: input, hidden: 17, outputs: 7)
        let network = RecurrentNetwork(settings: settings, seed: 1)
        let count = network.parameters.count
        let windows = (0..<2).map { _ in
            WindowWorkspace(network: network, stepsMax: 4, batchMax: 3, training: true)
        }
        let (shards, touched) = ((0..<2).map { _ in AlignedBuffer(count: count) }, TouchedFloats(count: count))
        let optimizer = Optimizer(kind: kind, parameterCount: count, momentum: momentum, weightDecay: weightDecay)
        let (pool, random) = (ComputePool(threads: 2), CounterRandom(seed: 5, stream: 6))
        var norms: [UInt32] = []
        for step in 0..<3 {
            for (shard, w) in windows.enumerated() {
                w.begin(steps: 4, batch: 3)
                for place in 0..<12 {
                    let draw = random.bits(UInt64(step * 100 + shard * 50 + place))
                    w.mask[place] = 1
                    if input == Self.symbols {
                        w.tokens[place] = [0, 4_999, Int32(draw % 5_000)][place % 3]
                    } else {
                        let row = [Float(draw % 97), [0, 2_999, Float(draw % 3_000)][place % 3], Float(draw % 40), 7]
                        for (column, value) in row.enumerated() { w.inputs[4 * place + column] = value }
                    }
                }
                network.forward(w, training: true)
                let targets = (0..<12).map { Int32($0 % 7) }
                _ = SoftmaxCrossEntropy.evaluate(
                    logits: w.outputs, classes: 7, targets: targets, rows: 12, gradients: w.outputGradients, scale: 1)
                network.backward(w, gradients: shards[shard])
            }
            if sparse {
                touched.begin()
                for w in windows { network.markRead(w, in: touched) }
                touched.end()
            }
            #expect(!sparse || touched.ranges.count > 4)
            let norm = Gradients.sum(shards, touched: touched, pool: pool)
            norms.append(norm.bitPattern)
            optimizer.update(
                parameters: network.parameters, gradients: shards[0], scale: Gradients.scale(norm: norm, normMax: 1),
                touched: touched, learningRate: 0.1, pool: pool)
            network.repack(pool: pool)
            #expect(shards.allSatisfy { $0.array.allSatisfy { $0 == 0 } })
        }
        return network.parameters.array.map(\.bitPattern) + norms
    }

    @Test(arguments: OptimizerKind.allCases, [(0, 0), (0.9, 0), (0, 0.1)] as [(Float, Float)])
    func rowsThatNobodyReadChangeNoByte(_ kind: OptimizerKind, _ rule: (momentum: Float, decay: Float)) {
        let (momentum, decay) = rule
        #expect(
            weights(kind, momentum: momentum, weightDecay: decay, sparse: true)
                == weights(kind, momentum: momentum, weightDecay: decay, sparse: false))
        #expect(
            weights(kind, momentum: momentum, weightDecay: decay, input: Self.categories, sparse: true)
                == weights(kind, momentum: momentum, weightDecay: decay, input: Self.categories, sparse: false))
    }

    @Test func bytesDoNotDependOnThreads() {
        let alone = parametersAfterUpdate(threads: 1)
        for threads in [2, 3, 8] { #expect(parametersAfterUpdate(threads: threads) == alone) }
    }
}
