import Foundation
import Kernels
import RecurrentLayers
import Testing

/// What must hold for every network: padding, company, windows and steps change no byte of a result.
@Suite struct LayerPropertyTests {
    static let settings =
        CellKind.allCases.map {
            NetworkSettings(input: .tokens(vocabulary: 9, embedding: 5), cell: $0, layers: 2, hidden: 7, outputs: 9)
        }
        + [
            {
                var settings = NetworkSettings(
                    input: .tokens(vocabulary: 9, embedding: 7), layers: 4, hidden: 7, outputs: 9)
                settings.residual = true
                settings.tied = true
                return settings
            }()
        ]
        + options.map { cell, set in
            var settings = NetworkSettings(
                input: .tokens(vocabulary: 9, embedding: 5), cell: cell, layers: 3, hidden: 11, outputs: 9)
            set(&settings)
            return settings
        }
    private static let options: [(CellKind, @Sendable (inout NetworkSettings) -> Void)] = [
        (.lstm, { ($0.projection, $0.residual) = (5, true) }),
        (.lstm, { ($0.layerNorm, $0.projection) = (true, 3) }),
        (.lstm, { $0.layerNorm = true }),
        (.gru, { $0.layerNorm = true }),
        (.rnn, { $0.layerNorm = true }),
        (.gru, { $0.gruReset = .before }),
        (.gru, { ($0.gruReset, $0.layerNorm) = (.before, true) }),
    ]
    private func token(_ row: Int, _ t: Int) -> Int32 {
        Int32(CounterRandom(seed: 1, stream: UInt64(row)).bits(UInt64(t)) % 9)
    }

    /// Output bytes of each sequence (row, length), run as one batch in the given order with `padding` extra steps.
    private func run(_ network: RecurrentNetwork, _ rows: [(row: Int, length: Int)], padding: Int) -> [[UInt32]] {
        let (T, B, O) = ((rows.map(\.length).max() ?? 1) + padding, rows.count, network.settings.outputs)
        let w = WindowWorkspace(network: network, stepsMax: T, batchMax: B, training: false)
        w.begin(steps: T, batch: B)
        for (b, entry) in rows.enumerated() {
            for t in 0..<entry.length {
                w.tokens[t * B + b] = token(entry.row, t)
                w.mask[t * B + b] = 1
            }
        }
        network.forward(w, training: false)
        return rows.enumerated().map { b, entry in
            (0..<entry.length).flatMap { t in (0..<O).map { w.outputs[(t * B + b) * O + $0].bitPattern } }
                + w.state.row(b).map(\.bitPattern)
        }
    }

    @Test(arguments: settings) func paddingAndOrderChangeNothing(_ settings: NetworkSettings) {
        let network = RecurrentNetwork(settings: settings, seed: 2)
        let rows = [(0, 6), (1, 3), (2, 9), (3, 1), (4, 9), (5, 4), (6, 2)]
        let alone = rows.map { run(network, [$0], padding: 0)[0] }
        #expect(run(network, rows, padding: 0) == alone)
        #expect(run(network, rows, padding: 5) == alone)
        #expect(run(network, rows.reversed(), padding: 1) == alone.reversed())
    }

    @Test(arguments: settings) func stepsEqualWindows(_ settings: NetworkSettings) {
        let network = RecurrentNetwork(settings: settings, seed: 2)
        let length = 8
        let window = run(network, [(0, length)], padding: 0)[0]
        let batch = StepBatch(network: network, rowsMax: 5)
        for rows in [1, 5] {
            batch.rows = rows
            batch.state.zero()
            var bytes: [UInt32] = []
            for t in 0..<length {
                for row in 0..<rows { batch.tokens[row] = token(row == rows - 1 ? 0 : row + 10, t) }
                network.step(batch)
                bytes += (0..<settings.outputs).map { batch.outputs[(rows - 1) * settings.outputs + $0].bitPattern }
            }
            #expect(bytes + batch.state.row(rows - 1).map(\.bitPattern) == window)
        }
    }

    @Test(arguments: settings) func carriedStateEqualsOneWindow(_ settings: NetworkSettings) {
        let network = RecurrentNetwork(settings: settings, seed: 2)
        let whole = run(network, [(0, 8)], padding: 0)[0]
        let w = WindowWorkspace(network: network, stepsMax: 3, batchMax: 1, training: false)
        var bytes: [UInt32] = []
        for start in stride(from: 0, to: 8, by: 3) {
            let steps = min(3, 8 - start)
            w.begin(steps: steps, batch: 1)
            for t in 0..<steps { (w.tokens[t], w.mask[t]) = (token(0, start + t), 1) }
            network.forward(w, training: false)
            bytes += (0..<steps * settings.outputs).map { w.outputs[$0].bitPattern }
        }
        #expect(bytes + w.state.row(0).map(\.bitPattern) == whole)
    }

    @Test func foreignTensorsAreRefused() throws {
        let settings = Self.settings[0]
        let good = RecurrentNetwork(settings: settings, seed: 1).tensors()
        let again = try RecurrentNetwork(settings: settings, tensors: good)
        #expect(again.tensors() == good)
        #expect(throws: ModelError.missingTensor("head.bias")) {
            try RecurrentNetwork(settings: settings, tensors: Array(good.dropLast()))
        }
        var wrong = good
        wrong[0] = NamedTensor(name: "embedding.weight", shape: [1, 2], values: [1, 2])
        #expect(throws: ModelError.wrongShape(name: "embedding.weight", expected: [9, 5], found: [1, 2])) {
            try RecurrentNetwork(settings: settings, tensors: wrong)
        }
        wrong = good
        var values = good[0].values
        values[3] = .nan
        wrong[0] = NamedTensor(name: "embedding.weight", shape: [9, 5], values: values)
        #expect(throws: ModelError.nonFinite(name: "embedding.weight")) {
            try RecurrentNetwork(settings: settings, tensors: wrong)
        }
        #expect(throws: ModelError.unexpectedTensor("x")) {
            try RecurrentNetwork(settings: settings, tensors: good + [NamedTensor(name: "x", shape: [1], values: [1])])
        }
    }

    @Test func initialisers() throws {
        var settings = NetworkSettings(input: .numeric(channels: 2), hidden: 20, outputs: 1)
        settings.initializer = .chrono
        settings.chronoSteps = 500
        let tensors = Dictionary(
            uniqueKeysWithValues: RecurrentNetwork(settings: settings, seed: 3).tensors().map { ($0.name, $0.values) })
        let (w, bias) = (try #require(tensors["rnn.weight_hh_l0"]), try #require(tensors["rnn.bias_ih_l0"]))
        for gate in 0..<4 {
            for i in 0..<20 {
                for j in 0..<20 {
                    let dot = (0..<20).reduce(0.0) {
                        $0 + Double(w[(gate * 20 + i) * 20 + $1]) * Double(w[(gate * 20 + j) * 20 + $1])
                    }
                    #expect(abs(dot - (i == j ? 1 : 0)) < 1e-6)
                }
            }
        }
        let forget = bias[20..<40]
        #expect(forget.allSatisfy { $0 >= 0 && $0 <= Float(log(499.0)) } && (forget.max() ?? 0) > Float(log(250.0)))
        #expect(bias[0..<20].map { -$0 } == Array(forget))
    }

    /// Gains 1, and a projected W_hh with orthonormal columns in each gate.
    @Test func initialisersOfOptions() throws {
        var settings = NetworkSettings(input: .numeric(channels: 2), hidden: 12, outputs: 1)
        (settings.initializer, settings.projection, settings.layerNorm) = (.orthogonal, 5, true)
        let tensors = Dictionary(
            uniqueKeysWithValues: RecurrentNetwork(settings: settings, seed: 3).tensors().map { ($0.name, $0) })
        let w = try #require(tensors["rnn.weight_hh_l0"])
        #expect(
            w.shape == [48, 5] && tensors["rnn.weight_hr_l0"]?.shape == [5, 12]
                && tensors["head.weight"]?.shape == [1, 5])
        for gate in 0..<4 {
            for i in 0..<5 {
                for j in 0..<5 {
                    let dot = (0..<12).reduce(0.0) {
                        $0 + Double(w.values[(gate * 12 + $1) * 5 + i]) * Double(w.values[(gate * 12 + $1) * 5 + j])
                    }
                    #expect(abs(dot - (i == j ? 1 : 0)) < 1e-6)
                }
            }
        }
        for name in ["ih", "hh"] {
            #expect(tensors["rnn.layer_norm_\(name)_l0.weight"]?.values == [Float](repeating: 1, count: 48))
        }
        #expect(tensors["rnn.layer_norm_c_l0.weight"]?.values == [Float](repeating: 1, count: 12))
        #expect(tensors["rnn.layer_norm_c_l0.bias"]?.values == [Float](repeating: 0, count: 12))
    }

    @Test func settingsWithoutNewerFieldsAreRead() throws {
        var settings = Self.settings[0]
        var object = try #require(JSONSerialization.jsonObject(with: JSONEncoder().encode(settings)) as? [String: Any])
        for key in [
            "residual", "tied", "initializer", "locked_dropout", "embedding_dropout", "chrono_steps",
            "projection", "layer_norm", "recurrent_dropout", "gru_reset",
        ] {
            #expect(object.removeValue(forKey: key) != nil)
        }
        let old = try JSONDecoder().decode(NetworkSettings.self, from: JSONSerialization.data(withJSONObject: object))
        #expect(old == settings)
        settings.residual = true
        #expect(try JSONDecoder().decode(NetworkSettings.self, from: JSONEncoder().encode(settings)) == settings)
    }

    @Test func saturationAndLongSequencesStayFinite() {
        let settings = NetworkSettings(input: .numeric(channels: 1), hidden: 3, outputs: 1)
        let network = RecurrentNetwork(settings: settings, seed: 1)
        let w = WindowWorkspace(network: network, stepsMax: 10_000, batchMax: 1, training: true)
        w.begin(steps: 10_000, batch: 1)
        for t in 0..<10_000 { (w.inputs[t], w.mask[t]) = (t % 2 == 0 ? 1e6 : -1e6, 1) }
        network.forward(w, training: true)
        for t in 0..<10_000 { w.outputGradients[t] = 1 }
        let gradients = AlignedBuffer(count: network.parameters.count)
        network.backward(w, gradients: gradients)
        #expect(gradients.array.allSatisfy { $0.isFinite })
        let pool = ComputePool(threads: 1)
        let norm = Gradients.norm(gradients, pool: pool)
        #expect(norm > 1 && abs(norm * Gradients.scale(norm: norm, normMax: 1) - 1) < 1e-5)
    }

    /// Each likelihood's gradient by central differences, and its value against the density written out.
    @Test(arguments: RegressionLoss.allCases) func regressionLosses(_ loss: RegressionLoss) {
        let width = loss.parametersPerValue
        for (n, y) in [Float(0.3), -2, 5, 0].enumerated() {
            let outputs = (0..<width).map { Float(CounterRandom(seed: 4, stream: UInt64(n)).normal(UInt64($0))) }
            var gradients = [Float](repeating: 0, count: width)
            let value = loss.evaluate(
                outputs: outputs, channels: 1, targets: [y], rows: 1, gradients: &gradients, scale: 1)
            #expect(value.count == 1)
            for p in 0..<width {
                let h: Float = 1e-2
                func at(_ d: Float) -> Double {
                    var moved = outputs
                    moved[p] += d
                    return loss.evaluate(outputs: moved, channels: 1, targets: [y], rows: 1, gradients: nil, scale: 1)
                        .loss
                }
                let numeric = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / Double(12 * h)
                #expect(abs(numeric - Double(gradients[p])) < 1e-3 * max(1, abs(numeric)))
            }
            let (mu, sigma, nu) = loss.distribution(outputs)
            let z = (Double(y) - mu) / sigma
            switch loss {
            case .gaussian where z * z < 1000:  // beyond, the density itself underflows
                #expect(abs(value.loss + log(exp(-z * z / 2) / (sigma * sqrt(2 * .pi)))) < 1e-12 * max(1, value.loss))
            case .studentT:
                let density =
                    tgamma((nu + 1) / 2) / (tgamma(nu / 2) * sqrt(nu * .pi) * sigma)
                    * pow(1 + z * z / nu, -(nu + 1) / 2)
                #expect(abs(value.loss + log(density)) < 1e-9)
            default: break
            }
        }
        var gradients = [Float](repeating: 7, count: width)
        let masked = loss.evaluate(
            outputs: [Float](repeating: 1, count: width), channels: 1, targets: [.nan], rows: 1, gradients: &gradients,
            scale: 1)
        #expect(masked == LossSum() && gradients.allSatisfy { $0 == 0 })
    }
}
