import CKernels
import Kernels
import RecurrentLayers
import Testing

/// Networks held for prediction: neither a pool nor tables of input products change a byte, and weights in halves are
/// rounded weights.
@Suite struct ServingTests {
    /// Wide and long enough for their steps and windows to be shared out.
    static let settings: [NetworkSettings] = {
        func network(_ cell: CellKind, _ set: (inout NetworkSettings) -> Void) -> NetworkSettings {
            var settings = NetworkSettings(
                input: .tokens(vocabulary: 9, embedding: 40), cell: cell, layers: 2, hidden: 161, outputs: 700)
            set(&settings)
            return settings
        }
        return CellKind.allCases.map { network($0) { _ in } } + [
            network(.lstm) { ($0.layers, $0.residual) = (3, true) },
            network(.lstm) { $0.projection = 90 },
            network(.lstm) { $0.layerNorm = true },
            network(.gru) { $0.gruReset = .before },
            network(.lstm) { ($0.bidirectional, $0.readout) = (true, .lastStep) },
            network(.lstm) { ($0.input, $0.layers) = (.numeric(channels: 17), 1) },
        ]
    }()
    private static let steps = 150

    private func symbol(_ row: Int, _ t: Int) -> Int {
        Int(CounterRandom(seed: 1, stream: UInt64(row)).bits(UInt64(t)) % 9)
    }

    private func bits(_ start: UnsafePointer<Float>, _ count: Int) -> [UInt32] {
        (0..<count).map { start[$0].bitPattern }
    }

    /// Outputs and states of a window of two rows, one of them shorter, and of steps of one and of nine rows after it.
    func run(_ network: RecurrentNetwork) -> [UInt32] {
        let (settings, T) = (network.settings, Self.steps)
        let channels = if case .numeric(let count) = settings.input { count } else { 0 }
        let w = WindowWorkspace(network: network, stepsMax: T, batchMax: 2, training: false)
        w.begin(steps: T, batch: 2)
        for t in 0..<T {
            for row in 0..<(t < T - 7 ? 2 : 1) {
                w.mask[2 * t + row] = 1
                if channels == 0 { w.tokens[2 * t + row] = Int32(symbol(row, t)) }
                for channel in 0..<channels {
                    w.inputs[(2 * t + row) * channels + channel] = Float(symbol(row, t + channel)) / 9
                }
            }
        }
        network.forward(w, training: false)
        let outputRows = settings.readout == .everyStep ? 2 * T : 2
        var result =
            bits(w.outputs, outputRows * settings.outputs) + (w.state.row(0) + w.state.row(1)).map(\.bitPattern)
        guard !settings.bidirectional else { return result }
        for rows in [1, 9] {
            let batch = StepBatch(network: network, rowsMax: rows)
            batch.rows = rows
            for row in 0..<rows { w.state.copyRow(row % 2, to: batch.state, row: row) }
            for t in 0..<3 {
                for row in 0..<rows {
                    if channels == 0 { batch.tokens[row] = Int32(symbol(row, t)) }
                    for channel in 0..<channels {
                        batch.inputs[row * channels + channel] = Float(symbol(row, t + channel)) / 9
                    }
                }
                network.step(batch)
                result += bits(batch.outputs, rows * settings.outputs)
            }
            result += (0..<rows).flatMap { batch.state.row($0) }.map(\.bitPattern)
        }
        return result
    }

    @Test(arguments: settings) func poolAndTablesChangeNothing(_ settings: NetworkSettings) throws {
        let training = RecurrentNetwork(settings: settings, seed: 2)
        let expected = run(training)
        for threads in [1, 2, 3, 8] {
            let pool = ComputePool(threads: threads)
            #expect(
                run(try RecurrentNetwork(settings: settings, tensors: training.tensors(), serving: Serving(pool: pool)))
                    == expected)
        }
    }

    @Test(arguments: settings) func halvesAreRoundedWeights(_ settings: NetworkSettings) throws {
        let tensors = RecurrentNetwork(settings: settings, seed: 2).tensors()
        // Matrices but the embedding; small, large and tiny numbers among them.
        let rounded = tensors.map { tensor in
            guard tensor.shape.count == 2, tensor.name.contains("weight_") || tensor.name == "head.weight" else {
                return tensor
            }
            return NamedTensor(name: tensor.name, shape: tensor.shape, values: tensor.values.map { Float(Float16($0)) })
        }
        #expect(rounded != tensors)
        let pool = ComputePool(threads: 2)
        let halves = try RecurrentNetwork(
            settings: settings, tensors: tensors, serving: Serving(pool: pool, weights: .float16))
        let floats = try RecurrentNetwork(settings: settings, tensors: rounded, serving: Serving())
        #expect(run(halves) == run(floats))
        #expect(halves.servingSizeBytes < floats.servingSizeBytes)
    }

    @Test func halvesRoundToTheNearest() {
        let random = CounterRandom(seed: 3, stream: 1)
        var x = (0..<20_000).map {
            Float(random.normal(UInt64($0)))
                * Float(sign: .plus, exponent: Int(random.bits(UInt64($0)) % 44) - 28, significand: 1)
        }
        x += [0, -0.0, 1, 65_504, 65_519, 5.9604645e-8, 2.9802322e-8, 2.9802326e-8, 6.1035156e-5, 6.0975552e-5]
        let expected = x.map { min(max(Float16($0), -65_504), 65_504).bitPattern }
        for name in InstructionSet.supportedNames {
            var y = [UInt16](repeating: 0, count: x.count)
            InstructionSet.kernels(named: name)?.to_half(x.count, x, &y)
            #expect(y == expected)
        }
    }
}
