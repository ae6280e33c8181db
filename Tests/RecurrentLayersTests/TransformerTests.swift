import Kernels
import RecurrentLayers
import Testing

/// Transformers: values and gradients against the double-precision reference, and what must hold for all of them.
@Suite struct TransformerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var settings: TransformerSettings
        var lengths = [5, 3, 1]
        var testDescription: String { "\(settings)" }
    }

    static let cases: [Case] = {
        var all: [Case] = []
        for causal in [false, true] {
            for (n, activation) in FeedForwardActivation.allCases.enumerated() {
                for readout in [NetworkSettings.Readout.everyStep, .lastStep] {
                    let shape = TransformerShape(
                        layers: 1 + n, width: 6, heads: 1 + n, feedForward: 7, activation: activation)
                    all.append(
                        Case(
                            settings: TransformerSettings(
                                input: causal == (readout == .everyStep)
                                    ? .tokens(vocabulary: 6, embedding: 6) : .numeric(channels: 3),
                                shape: shape, causal: causal, outputs: 4, readout: readout)))
                }
            }
        }
        all.append(
            Case(
                settings: TransformerSettings(
                    input: .numeric(channels: 3),
                    shape: TransformerShape(layers: 1, width: 1, heads: 1, feedForward: 1), causal: true,
                    outputs: 1), lengths: [1]))
        return all
    }()

    /// Numbers and categories, which are projected together.
    static let mixedCases: [Case] = [false, true].flatMap { causal in
        [NetworkSettings.Input.withCategories, .withoutNumbers].map { input in
            Case(
                settings: TransformerSettings(
                    input: input, shape: TransformerShape(layers: 2, width: 6, heads: 2, feedForward: 7),
                    causal: causal, outputs: 4, readout: causal == (input == .withCategories) ? .everyStep : .lastStep))
        }
    }

    func window(_ network: TransformerNetwork, _ c: Case, order: [Int], padding: Int) -> TransformerWorkspace {
        let T = (c.lengths.max() ?? 1) + padding
        let w = TransformerWorkspace(network: network, stepsMax: T + 2, batchMax: order.count + 1, training: true)
        w.begin(steps: T, batch: order.count)
        for (row, b) in order.enumerated() {
            for t in 0..<c.lengths[b] {
                let place = t * w.batch + row
                w.mask[place] = 1
                if case .tokens = c.settings.input {
                    w.tokens[place] = Int32(EncoderDecoderTests.token(b, t))
                } else {
                    let values = self.row(c, b, t)
                    for (i, value) in values.enumerated() { w.inputs[place * values.count + i] = Float(value) }
                }
            }
        }
        return w
    }

    private func row(_ c: Case, _ b: Int, _ t: Int) -> [Double] {
        c.settings.input.row(
            number: { EncoderDecoderTests.number(b, t, $0) }, category: { EncoderDecoderTests.token(b, t + 7 * $0) })
    }
    private func target(_ b: Int, _ t: Int, _ c: Case) -> Int { (b * 7 + t * 3) % c.settings.outputs }

    private func reference(_ g: ReferenceGraph, _ c: Case) -> (loss: Tape.Scalar, outputs: [[[Double]]]) {
        let (tape, settings) = (g.tape, c.settings)
        var (loss, count, outputs) = (tape.constant(0), 0, [[[Double]]]())
        for (b, length) in c.lengths.enumerated() {
            let x: [ReferenceGraph.Vector] = (0..<length).map { t in
                if case .tokens(_, let width) = settings.input {
                    return g.row("embedding.weight", EncoderDecoderTests.token(b, t), width).map {
                        tape.scale($0, Double(width).squareRoot())
                    }
                }
                let embedded = settings.input.embedded(row(c, b, t), number: { tape.constant($0) }) {
                    table, category, width, _ in g.row("embedding.\(table).weight", category, width)
                }
                return g.dense("input_projection", embedded)
            }
            var top = g.blocks(settings.shape, "", causal: settings.causal, x)
            if settings.readout == .lastStep {
                let share = tape.constant(1 / Double(length))
                top = [settings.causal ? top[length - 1] : g.mix(top.map { _ in share }, top)]
            }
            let y = top.map { g.dense("head", $0) }
            for (t, logits) in y.enumerated() {
                loss = tape.add(loss, g.crossEntropy(logits, target(b, t, c)))
                count += 1
            }
            outputs.append(y.map { $0.map { tape.value($0) } })
        }
        return (tape.scale(loss, 1 / Double(count)), outputs)
    }

    private func gradients(_ network: TransformerNetwork, _ c: Case, _ w: TransformerWorkspace, key: UInt64 = 0) -> (
        LossSum, AlignedBuffer
    ) {
        let isLast = c.settings.readout == .lastStep
        var targets = [Int32](repeating: -1, count: isLast ? w.batch : w.steps * w.batch)
        for (b, length) in c.lengths.enumerated() {
            for t in 0..<(isLast ? 1 : length) { targets[t * w.batch + b] = Int32(target(b, t, c)) }
        }
        network.forward(w, training: true, dropoutKey: key)
        let loss = SoftmaxCrossEntropy.evaluate(
            logits: w.outputs, classes: c.settings.outputs, targets: targets, rows: targets.count,
            gradients: w.outputGradients,
            scale: 1 / Float(targets.count { $0 >= 0 }))
        let gradients = AlignedBuffer(count: network.parameters.count)
        network.backward(w, dropoutKey: key, gradients: gradients)
        return (loss, gradients)
    }

    @Test(arguments: cases + mixedCases) func agreesWithReference(_ c: Case) {
        let network = TransformerNetwork(settings: c.settings, seed: 11)
        let w = window(network, c, order: Array(c.lengths.indices), padding: 1)
        let (loss, gradients) = gradients(network, c, w)
        let g = ReferenceGraph(GradientCheck.values(network.tensors()))
        let (root, outputs) = reference(g, c)
        #expect(abs(loss.mean - g.tape.value(root)) < 2e-6)
        for (b, rows) in outputs.enumerated() {
            for (t, row) in rows.enumerated() {
                for (o, exact) in row.enumerated() {
                    #expect(abs(Double(w.outputs[(t * w.batch + b) * c.settings.outputs + o]) - exact) < 4e-6)
                }
            }
        }
        let named = TransformerNetwork(settings: c.settings, seed: 1)
        named.parameters.assign(from: gradients)
        GradientCheck.engine(named.tensors(), g, root)
        GradientCheck.reference(network.tensors()) { reference($0, c).loss }
    }

    /// The drawn loss with dropout, by central differences in the engine's own float32.
    @Test func dropoutGradients() {
        var c = Self.cases[5]
        c.settings.dropout = 0.3
        let network = TransformerNetwork(settings: c.settings, seed: 11)
        let w = window(network, c, order: Array(c.lengths.indices), padding: 1)
        let (_, analytic) = gradients(network, c, w, key: 5)
        for index in stride(from: 0, to: analytic.count, by: 37) {
            let start = network.parameters.pointer[index]
            func at(_ offset: Float) -> Double {
                network.parameters.pointer[index] = start + offset
                network.repack()
                return gradients(network, c, w, key: 5).0.mean
            }
            let numeric = (8 * (at(0.01) - at(-0.01)) - (at(0.02) - at(-0.02))) / 0.12
            network.parameters.pointer[index] = start
            #expect(abs(numeric - Double(analytic.pointer[index])) < 2e-3)
        }
    }

    /// Output bytes of each row: rows in another order and company, and more padding, change none.
    private func bytes(_ network: TransformerNetwork, _ c: Case, order: [Int], padding: Int) -> [[UInt32]] {
        let w = window(network, c, order: order, padding: padding)
        network.forward(w, training: false)
        let isLast = c.settings.readout == .lastStep
        return order.enumerated().map { row, b in
            (0..<(isLast ? 1 : c.lengths[b])).flatMap { t in
                (0..<c.settings.outputs).map { w.outputs[(t * w.batch + row) * c.settings.outputs + $0].bitPattern }
            }
        }
    }

    @Test(arguments: cases + mixedCases) func paddingAndOrderChangeNothing(_ c: Case) {
        let network = TransformerNetwork(settings: c.settings, seed: 2)
        let all = Array(c.lengths.indices)
        let alone = all.map { bytes(network, c, order: [$0], padding: 0)[0] }
        #expect(bytes(network, c, order: all, padding: 0) == alone)
        #expect(bytes(network, c, order: all.reversed(), padding: 4) == alone.reversed())
    }

    /// Past several blocks of queries, with rows at different positions, the cache gives the bytes of the window.
    @Test func stepsEqualWindows() {
        let settings = TransformerSettings(
            input: .tokens(vocabulary: 6, embedding: 24),
            shape: TransformerShape(layers: 2, width: 24, heads: 2, feedForward: 20), causal: true, outputs: 5)
        let network = TransformerNetwork(settings: settings, seed: 2)
        let c = Case(settings: settings, lengths: [150, 70])
        let windows = bytes(network, c, order: [0, 1], padding: 3)
        let batch = TransformerStepBatch(network: network, rowsMax: 3, stepsMax: 150)
        var (caches, produced) = (
            (0..<2).map { _ in KeyValueCache(network: network, stepsMax: 150) }, [[UInt32]](repeating: [], count: 2)
        )
        // The second stream starts when the first is at step 20, and comes first in the batch.
        for t in 0..<150 {
            let members = t >= 20 && t < 90 ? [1, 0] : [0]
            batch.caches = members.map { caches[$0] }
            batch.rows = members.count
            for (row, member) in members.enumerated() {
                batch.tokens[row] = Int32(EncoderDecoderTests.token(member, caches[member].steps))
            }
            network.step(batch)
            for (row, member) in members.enumerated() {
                produced[member] += (0..<5).map { batch.outputs[row * 5 + $0].bitPattern }
            }
            // Half way, a stream goes on in a copy.
            guard t == 100 else { continue }
            let copy = KeyValueCache(network: network, stepsMax: 150)
            copy.copy(from: caches[0])
            caches[0] = copy
        }
        #expect(produced == windows)
        #expect(caches[0].steps == 150 && caches[0].byteCount == 150 * 24 * 2 * 2 * 4)
        caches[0].reset()
        #expect(caches[0].steps == 0)
    }

    /// A window read at once leaves the cache that its steps would have left, and answers as they did.
    @Test(arguments: [1, 64, 65, 130]) func readingEqualsSteps(count: Int) {
        let settings = TransformerSettings(
            input: .numeric(channels: 3), shape: TransformerShape(layers: 2, width: 24, heads: 2, feedForward: 20),
            causal: true, outputs: 5)
        let network = TransformerNetwork(settings: settings, seed: 2)
        let values = (0..<3 * (count + 3)).map { Float(($0 * 7) % 11) / 5 - 1 }
        let window = TransformerWorkspace(
            network: network, stepsMax: count, batchMax: 1, training: false, hasOutputs: false)
        window.begin(steps: count, batch: 1)
        for (place, value) in values.prefix(3 * count).enumerated() { window.inputs[place] = value }
        let (read, stepped) = (
            KeyValueCache(network: network, stepsMax: count + 3), KeyValueCache(network: network, stepsMax: count + 3)
        )
        network.read(window, into: read)
        let answers = AlignedBuffer(count: 5 * count)
        network.answer(window, from: 0, count: count, into: answers.pointer)
        #expect(read.steps == count)

        let batch = TransformerStepBatch(network: network, rowsMax: 2, stepsMax: count + 3)
        func step(_ t: Int, _ caches: [KeyValueCache]) -> [[UInt32]] {
            (batch.rows, batch.caches) = (caches.count, caches)
            for row in caches.indices {
                for channel in 0..<3 { batch.inputs[row * 3 + channel] = values[3 * t + channel] }
            }
            network.step(batch)
            return caches.indices.map { row in (0..<5).map { batch.outputs[row * 5 + $0].bitPattern } }
        }
        for t in 0..<count { #expect(step(t, [stepped])[0] == (0..<5).map { answers.pointer[5 * t + $0].bitPattern }) }
        for t in count..<count + 3 {
            let rows = step(t, [read, stepped])
            #expect(rows[0] == rows[1])
        }
    }

    @Test func parametersComeAndGo() throws {
        let settings = Self.cases[0].settings
        let network = TransformerNetwork(settings: settings, seed: 4)
        network.setHeadBias([1, 2, 3, 4])
        let copy = try TransformerNetwork(settings: settings, tensors: network.tensors(), training: false)
        #expect(copy.tensors() == network.tensors() && copy.tensors().last?.values == [1, 2, 3, 4])
        #expect(throws: ModelError.missingTensor("head.bias")) {
            try TransformerNetwork(settings: settings, tensors: network.tensors().dropLast())
        }
    }

    /// Symbols said once, then asked for again in order: learned by attention to the past within seconds.
    @Test func learnsToCopy() {
        let (length, batch, steps) = (4, 32, 300)
        let settings = TransformerSettings(
            input: .tokens(vocabulary: 9, embedding: 32),
            shape: TransformerShape(layers: 2, width: 32, heads: 2, feedForward: 64),
            causal: true, outputs: 8)
        let network = TransformerNetwork(settings: settings, seed: 1)
        let w = TransformerWorkspace(network: network, stepsMax: 2 * length, batchMax: batch, training: true)
        let pool = ComputePool(threads: 2)
        let optimizer = Optimizer(kind: .adam, parameterCount: network.parameters.count)
        let gradients = AlignedBuffer(count: network.parameters.count)
        func load(_ step: Int) -> [Int32] {
            let random = CounterRandom(seed: 5, stream: UInt64(step))
            w.begin(steps: 2 * length, batch: batch)
            var targets = [Int32](repeating: -1, count: 2 * length * batch)
            for place in 0..<length * batch {
                let symbol = Int32(random.bits(UInt64(place)) % 8)
                (w.tokens[place], w.mask[place]) = (symbol, 1)
                (w.tokens[place + length * batch], w.mask[place + length * batch]) = (8, 1)
                targets[place + length * batch] = symbol
            }
            return targets
        }
        for step in 0..<steps {
            let targets = load(step)
            network.forward(w, training: true)
            _ = SoftmaxCrossEntropy.evaluate(
                logits: w.outputs, classes: 8, targets: targets, rows: targets.count, gradients: w.outputGradients,
                scale: 1 / Float(length * batch))
            gradients.zero()
            network.backward(w, gradients: gradients)
            let norm = Gradients.norm(gradients, pool: pool)
            optimizer.update(
                parameters: network.parameters, gradients: gradients, scale: Gradients.scale(norm: norm, normMax: 1),
                learningRate: 0.005 * (1 - Float(step) / Float(steps)), pool: pool)
            network.repack(pool: pool)
        }
        let targets = load(1_000_000)
        network.forward(w, training: false)
        let right = targets.indices.count { place in
            let logits = UnsafeBufferPointer(start: w.outputs + place * 8, count: 8)
            return targets[place] >= 0 && logits.indices.max { logits[$0] < logits[$1] } == Int(targets[place])
        }
        #expect(right >= length * batch * 97 / 100, "\(right) of \(length * batch)")
    }
}
