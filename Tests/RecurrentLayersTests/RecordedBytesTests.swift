import Kernels
import RecurrentLayers
import Testing

/// The bytes of outputs, gradients and trained weights as they were first recorded: an engine that is rebuilt makes the
/// same numbers, on any machine and instruction set, so that a job resumes and a model answers after an upgrade as
/// before it.
@Suite struct RecordedBytesTests {
    /// FNV-1a of 64 bits (Fowler, Noll & Vo) over the bit patterns of floats.
    struct Digest {
        private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

        mutating func add(_ values: some Sequence<Float>) {
            for value in values {
                for shift in stride(from: 0, to: 32, by: 8) {
                    self.value = (self.value ^ UInt64(value.bitPattern >> shift & 0xFF)) &* 0x100_0000_01b3
                }
            }
        }

        var text: String { String(value, radix: 16) }
    }

    /// Three steps of Adam, dropout drawn, then the weights.
    private func train<Network: TrainableNetwork>(
        _ network: Network, _ digest: inout Digest, window: (UInt64, AlignedBuffer) -> Void
    ) {
        let gradients = AlignedBuffer(count: network.parameters.count)
        let optimizer = Optimizer(kind: .adam, parameterCount: network.parameters.count)
        let pool = ComputePool(threads: 1)
        for step in 0..<3 {
            gradients.zero()
            window(UInt64(step), gradients)
            digest.add(gradients.array)
            optimizer.update(
                parameters: network.parameters, gradients: gradients, learningRate: 0.01, pool: pool)
            network.repack(pool: pool)
        }
        digest.add(network.parameters.array)
    }

    @Test(arguments: [
        (CellKind.lstm, "d5c74b7230a2df7"), (.gru, "a6e1abe88ac5121"), (.rnn, "60a5fba2b5673da4"),
    ]) func recurrentNetworks(_ cell: CellKind, _ recorded: String) {
        var digest = Digest()
        recurrent((GradientTests.cases + GradientTests.optionCases).filter { $0.settings.cell == cell }, &digest)
        #expect(digest.text == recorded)
    }

    private func recurrent(_ cases: [GradientTests.Case], _ digest: inout Digest) {
        for c in cases {
            let network = RecurrentNetwork(settings: c.settings, seed: 11)
            let (T, B) = ((c.lengths.max() ?? 1) + 1, c.lengths.count)
            let w = WindowWorkspace(network: network, stepsMax: T, batchMax: B, training: true)
            train(network, &digest) { step, gradients in
                w.begin(steps: T, batch: B)
                let targets = GradientTests().fill(w, c, steps: T)
                network.forward(w, training: true, dropoutKey: 77 + step)
                _ = SoftmaxCrossEntropy.evaluate(
                    logits: w.outputs, classes: c.settings.outputs, targets: targets, rows: targets.count,
                    gradients: w.outputGradients, scale: 0.25)
                network.backward(w, training: true, dropoutKey: 77 + step, gradients: gradients)
            }
            network.forward(w, training: false)
            digest.add((0..<c.settings.outputs * B).map { w.outputs[$0] })
            digest.add((0..<B).flatMap { w.state.row($0) })
        }
    }

    /// Networks that read numbers and categories, of both families.
    @Test func mixedInputs() {
        var digest = Digest()
        recurrent(GradientTests.mixedCases, &digest)
        transformers(TransformerTests.mixedCases, &digest)
        #expect(digest.text == "9cf509cb530e54bd")
    }

    /// The initial weights of every initialiser, whose biases differ by cell.
    @Test(arguments: [
        (CellKind.lstm, "a3b498cf2323b599"), (.gru, "d993216285693ab0"), (.rnn, "838c5f9c8275813d"),
    ]) func initialWeights(_ cell: CellKind, _ recorded: String) {
        var digest = Digest()
        for initializer in NetworkSettings.Initializer.allCases {
            var settings = NetworkSettings(
                input: .tokens(vocabulary: 5, embedding: 3), cell: cell, layers: 2, hidden: 9, outputs: 3)
            (settings.initializer, settings.chronoSteps, settings.layerNorm) = (initializer, 50, true)
            digest.add(RecurrentNetwork(settings: settings, seed: 3).parameters.array)
        }
        #expect(digest.text == recorded)
    }

    @Test func servedNetworks() throws {
        var digest = Digest()
        for settings in ServingTests.settings {
            let tensors = RecurrentNetwork(settings: settings, seed: 5).tensors()
            for weights in WeightPrecision.allCases {
                let network = try RecurrentNetwork(
                    settings: settings, tensors: tensors,
                    serving: Serving(pool: ComputePool(threads: 2), weights: weights))
                digest.add(ServingTests().run(network).lazy.map { Float(bitPattern: $0) })
            }
        }
        #expect(digest.text == "9dd7ba968f1ec73a")
    }

    @Test func encoderDecoders() {
        var digest = Digest()
        for c in EncoderDecoderTests.cases {
            var c = c
            c.settings.dropout = 0.3
            let network = EncoderDecoderNetwork(settings: c.settings, seed: 11)
            let w = EncoderDecoderTests().window(network, c)
            let targets = (0..<w.steps * w.batch).map { Int32($0 % 5) }
            train(network, &digest) { step, gradients in
                network.forward(w, training: true, dropoutKey: step)
                _ = SoftmaxCrossEntropy.evaluate(
                    logits: w.outputs, classes: 5, targets: targets, rows: targets.count, gradients: w.outputGradients,
                    scale: 0.1)
                network.backward(w, training: true, dropoutKey: step, gradients: gradients)
            }
        }
        #expect(digest.text == "b1258cce618a9969")
    }

    @Test func pointerNetworks() {
        var digest = Digest()
        for c in PointerTests.cases {
            var c = c
            c.settings.dropout = 0.3
            let network = PointerNetwork(settings: c.settings, seed: 11)
            let w = PointerTests().window(network, c, order: Array(c.lengths.indices), padding: 1)
            train(network, &digest) { step, gradients in
                network.forward(w, training: true, dropoutKey: step)
                _ = network.loss(w, scale: 0.1)
                network.backward(w, dropoutKey: step, gradients: gradients)
            }
        }
        #expect(digest.text == "d5f00fb6ee30db13")
    }

    @Test func transformers() {
        var digest = Digest()
        transformers(TransformerTests.cases, &digest)
        #expect(digest.text == "73ae93b8dd7e29e3")
    }

    private func transformers(_ cases: [TransformerTests.Case], _ digest: inout Digest) {
        for c in cases {
            var c = c
            c.settings.dropout = 0.3
            let network = TransformerNetwork(settings: c.settings, seed: 11)
            let w = TransformerTests().window(network, c, order: Array(c.lengths.indices), padding: 1)
            let rows = c.settings.readout == .everyStep ? w.steps * w.batch : w.batch
            let targets = (0..<rows).map { Int32($0 % c.settings.outputs) }
            train(network, &digest) { step, gradients in
                network.forward(w, training: true, dropoutKey: step)
                _ = SoftmaxCrossEntropy.evaluate(
                    logits: w.outputs, classes: c.settings.outputs, targets: targets, rows: rows,
                    gradients: w.outputGradients, scale: 0.1)
                network.backward(w, training: true, dropoutKey: step, gradients: gradients)
            }
        }
    }
}
