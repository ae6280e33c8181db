import CKernels
import Kernels
import RecurrentLayers
import Testing

/// Values and gradients of whole networks against the double-precision reference: every cell × layers × direction ×
/// masks × readout.
@Suite struct GradientTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var settings: NetworkSettings
        var lengths: [Int]
        var testDescription: String {
            let options =
                "P\(settings.projection) norm \(settings.layerNorm) recurrent \(settings.recurrentDropout) reset "
                + "\(settings.gruReset)"
            return
                "\(settings.cell) \(settings.activation) L\(settings.layers) D\(settings.bidirectional ? 2 : 1) "
                + "\(settings.readout) lengths \(lengths) dropout \(settings.dropout) \(options)"
        }
    }

    /// Every option of the cells, on its own and with others, × layers × direction × masks.
    static let optionCases: [Case] = {
        let options: [(cells: [CellKind], set: (inout NetworkSettings) -> Void)] = [
            ([.lstm], { $0.projection = 2 }),
            (CellKind.allCases, { $0.layerNorm = true }),
            (CellKind.allCases, { $0.recurrentDropout = 0.4 }),
            ([.gru], { $0.gruReset = .before }),
            ([.gru], { ($0.gruReset, $0.layerNorm, $0.recurrentDropout) = (.before, true, 0.4) }),
            ([.lstm], { ($0.projection, $0.layerNorm, $0.recurrentDropout) = (3, true, 0.4) }),
            (
                CellKind.allCases,
                { ($0.layerNorm, $0.recurrentDropout, $0.dropout, $0.residual) = (true, 0.3, 0.3, true) }
            ),
            ([.lstm], { ($0.projection, $0.residual, $0.dropout, $0.initializer) = (2, true, 0.3, .orthogonal) }),
        ]
        return options.flatMap { option in
            option.cells.flatMap { cell in
                (0..<8).map { n in
                    var settings = NetworkSettings(
                        input: n % 3 == 0 ? .numeric(channels: 3) : .tokens(vocabulary: 5, embedding: 3), cell: cell,
                        layers: 1 + n & 1, hidden: 5, bidirectional: n & 2 != 0, outputs: 3,
                        readout: n % 3 == 1 ? .lastStep : .everyStep)
                    option.set(&settings)
                    // A last step's draw belongs to the end of the padded window, which the reference does not know.
                    if settings.dropout > 0 { settings.readout = .everyStep }
                    return Case(settings: settings, lengths: n & 4 != 0 ? [4, 4] : [4, 2, 1])
                }
            }
        }
    }()

    static let cases: [Case] = {
        var all: [Case] = []
        let tokens = NetworkSettings.Input.tokens(vocabulary: 5, embedding: 3)
        for cell in CellKind.allCases {
            for activation in cell == .rnn ? Activation.allCases : [.tanh] {
                for layers in 1...3 {
                    for bidirectional in [false, true] {
                        for lengths in [[5, 5, 5], [5, 2, 1]] {
                            let readout: NetworkSettings.Readout = layers == 2 ? .lastStep : .everyStep
                            let input = layers == 1 ? NetworkSettings.Input.numeric(channels: 3) : tokens
                            var settings = NetworkSettings(
                                input: input, cell: cell, layers: layers, hidden: 4, bidirectional: bidirectional,
                                outputs: 3, readout: readout)
                            settings.activation = activation
                            all.append(Case(settings: settings, lengths: lengths))
                        }
                    }
                }
            }
        }
        for cell in CellKind.allCases {
            all.append(
                Case(
                    settings: NetworkSettings(
                        input: tokens, cell: cell, layers: 2, hidden: 5, dropout: 0.4, outputs: 3),
                    lengths: [4, 3]))
        }
        for (n, cell) in CellKind.allCases.enumerated() {
            var settings = NetworkSettings(
                input: .tokens(vocabulary: 5, embedding: 4), cell: cell, layers: 3, hidden: 4, dropout: 0.3, outputs: 5)
            settings.lockedDropout = true
            settings.residual = true
            settings.tied = true
            settings.embeddingDropout = n == 0 ? 0 : 0.3
            settings.initializer = NetworkSettings.Initializer.allCases[n]
            all.append(Case(settings: settings, lengths: [4, 3]))
            settings.dropout = 0
            settings.embeddingDropout = 0
            all.append(Case(settings: settings, lengths: [4, 3]))
        }
        all.append(Case(settings: NetworkSettings(input: tokens, hidden: 1, outputs: 1), lengths: [1]))
        return all
    }()

    /// Numbers and categories: two fields of one table and one of another, and the options that rows of inputs meet.
    static let mixedCases: [Case] = CellKind.allCases.flatMap { cell in
        (0..<8).map { n in
            var settings = NetworkSettings(
                input: n % 3 == 2 ? .withoutNumbers : .withCategories, cell: cell, layers: 1 + n % 2, hidden: 5,
                bidirectional: n & 2 != 0, outputs: 3, readout: n == 1 || n == 4 ? .lastStep : .everyStep)
            if n > 5 { (settings.embeddingDropout, settings.dropout) = (0.4, 0.3) }
            if n == 5 { (settings.layerNorm, settings.residual) = (true, true) }
            return Case(settings: settings, lengths: n & 4 != 0 ? [4, 4] : [4, 2, 1])
        }
    }

    private func number(_ b: Int, _ t: Int, _ i: Int) -> Double {
        Double(Float(CounterRandom(seed: 3, stream: 4).normal(UInt64(b * 100 + t * 10 + i))))
    }
    private func token(_ b: Int, _ t: Int) -> Int {
        Int(CounterRandom(seed: 3, stream: 5).bits(UInt64(b * 100 + t)) % 5)
    }
    private func row(_ c: Case, _ b: Int, _ t: Int) -> [Double] {
        c.settings.input.row(number: { number(b, t, $0) }, category: { token(b, t + 7 * $0) })
    }
    private func target(_ b: Int, _ t: Int, _ outputs: Int) -> Int { (b * 7 + t * 3) % outputs }

    /// The reference's loss: mean cross-entropy over all targets of all sequences.
    private func loss(
        _ reference: ReferenceNetwork, _ c: Case, keep: ((Int, Int, Int, Int) -> Double)?,
        keepState: ((Int, Int, Int, Int) -> Double)? = nil
    ) -> (Tape.Scalar, [[[Double]]]) {
        let tape = reference.tape
        var (sum, count) = (tape.constant(0), 0.0)
        var outputs: [[[Double]]] = []
        for (b, length) in c.lengths.enumerated() {
            let sequence = (0..<length).map { row(c, b, $0) }
            let isTokens = if case .tokens = c.settings.input { true } else { false }
            let y = reference.outputs(
                sequence, tokens: isTokens ? (0..<length).map { token(b, $0) } : nil,
                keep: keep.map { k in { k($0, $1, b, $2) } },
                keepState: keepState.map { k in { k($0, $1, b, $2) } })
            for (t, logits) in y.enumerated() {
                sum = tape.add(sum, reference.crossEntropy(logits, target(b, t, c.settings.outputs)))
                count += 1
            }
            outputs.append(y.map { $0.map { tape.value($0) } })
        }
        return (tape.scale(sum, 1 / count), outputs)
    }

    /// Writes the case's sequences into the window; returns the targets, −1 where there is none.
    func fill(_ w: WindowWorkspace, _ c: Case, steps: Int) -> [Int32] {
        let (B, O) = (c.lengths.count, c.settings.outputs)
        let isLast = c.settings.readout == .lastStep
        var targets = [Int32](repeating: -1, count: isLast ? B : steps * B)
        for (b, length) in c.lengths.enumerated() {
            for t in 0..<length {
                w.mask[t * B + b] = 1
                if case .tokens = c.settings.input {
                    w.tokens[t * B + b] = Int32(token(b, t))
                } else {
                    let row = row(c, b, t)
                    for (i, value) in row.enumerated() { w.inputs[(t * B + b) * row.count + i] = Float(value) }
                }
                if !isLast { targets[t * B + b] = Int32(target(b, t, O)) }
            }
            if isLast { targets[b] = Int32(target(b, 0, O)) }
        }
        return targets
    }

    @Test(arguments: cases + optionCases + mixedCases) func agreesWithReference(_ c: Case) throws {
        let network = RecurrentNetwork(settings: c.settings, seed: 11)
        let (T, B, O) = (c.lengths.max() ?? 1, c.lengths.count, c.settings.outputs)
        // A workspace that is larger than the window, and padding beyond the longest sequence.
        let w = WindowWorkspace(network: network, stepsMax: T + 3, batchMax: B + 1, training: true)
        let steps = T + 1
        w.begin(steps: steps, batch: B)
        let targets = fill(w, c, steps: steps)
        let drops = c.settings.dropout > 0 || c.settings.recurrentDropout > 0
        network.forward(w, training: drops, dropoutKey: 77)
        let counted = targets.count { $0 >= 0 }
        let value = SoftmaxCrossEntropy.evaluate(
            logits: w.outputs, classes: O, targets: targets, rows: targets.count, gradients: w.outputGradients,
            scale: 1 / Float(counted))
        let gradients = AlignedBuffer(count: network.parameters.count)
        network.backward(w, training: drops, dropoutKey: 77, gradients: gradients)

        let width = c.settings.stateWidth * (c.settings.bidirectional ? 2 : 1)
        var keep: ((Int, Int, Int, Int) -> Double)?
        if c.settings.dropout > 0 {
            let ones = [Float](repeating: 1, count: steps * B * width)
            let masks = (0..<c.settings.layers).map { layer in
                var mask = ones
                InstructionSet.kernels.dropout(ones.count, 77 + UInt64(layer), 1 - c.settings.dropout, ones, &mask)
                guard c.settings.lockedDropout else { return mask }
                return (0..<steps).flatMap { _ in mask[0..<B * width] }
            }
            keep = { layer, t, b, unit in Double(masks[layer][(t * B + b) * width + unit]) }
        }
        let tensors = network.tensors()
        var reference = ReferenceNetwork(settings: c.settings, tensors: tensors)
        if c.settings.embeddingDropout > 0 {
            let random = CounterRandom(seed: 77, stream: 0xE3B)
            let rate = Double(c.settings.embeddingDropout)
            reference.keepSymbol = { random.uniform(UInt64($0)) < rate ? 0 : 1 / (1 - rate) }
        }
        let (root, outputs) = loss(reference, c, keep: keep, keepState: stateMask(c.settings, batch: B))
        #expect(abs(value.mean - reference.tape.value(root)) < 1e-6)
        for (b, y) in outputs.enumerated() {
            for (t, row) in y.enumerated() {
                for (o, exact) in row.enumerated() {
                    #expect(abs(Double(w.outputs[(t * B + b) * O + o]) - exact) < 2e-6)
                }
            }
        }

        // float32: relative to the largest gradient of the tensor, at most 1e-4; below 5e-4 in all, an error of 5e-8 is
        // one rounding of the loss's own gradients, which are up to 0.5.
        let exact = reference.tape.gradients(of: root)
        let engine = try RecurrentNetwork(settings: c.settings, tensors: tensors)
        engine.parameters.assign(from: gradients)
        for tensor in engine.tensors() {
            let expected = try #require(reference.parameters[tensor.name]).map { exact[$0.index] }
            let largest = max(expected.map(abs).max() ?? 0, 5e-4)
            for (a, b) in zip(tensor.values, expected) {
                #expect(abs(Double(a) - b) / largest < 1e-4, "\(tensor.name)")
            }
        }
        if !drops { try checkReference(c, tensors, exact, reference) }
    }

    /// The draws of recurrent dropout: (layer, direction, row, unit) → 0 or 1/(1 − p), nil without.
    private func stateMask(_ settings: NetworkSettings, batch: Int) -> ((Int, Int, Int, Int) -> Double)? {
        guard settings.recurrentDropout > 0 else { return nil }
        let (width, directions) = (settings.stateWidth, settings.bidirectional ? 2 : 1)
        let masks = (0..<settings.layers * directions).map { index in
            let ones = [Float](repeating: 1, count: batch * width)
            var mask = ones
            let key = CounterRandom(seed: 77, stream: 0x4EC).bits(UInt64(index))
            InstructionSet.kernels.dropout(ones.count, key, 1 - settings.recurrentDropout, ones, &mask)
            return mask
        }
        return { layer, direction, row, unit in Double(masks[layer * directions + direction][row * width + unit]) }
    }

    /// The reference itself, by central differences on a sample of parameters: relative error below 1e-6.
    private func checkReference(_ c: Case, _ tensors: [NamedTensor], _ exact: [Double], _ reference: ReferenceNetwork)
        throws
    {
        var values: [String: [Double]] = [:]
        for tensor in tensors { values[tensor.name] = tensor.values.map(Double.init) }
        for (n, tensor) in tensors.enumerated() {
            let index = Int(CounterRandom(seed: 9, stream: UInt64(n)).bits(0) % UInt64(tensor.values.count))
            let step = 1e-4
            func at(_ offset: Double) -> Double {
                var moved = values
                moved[tensor.name]?[index] += offset
                let network = ReferenceNetwork(settings: c.settings, values: moved)
                return network.tape.value(loss(network, c, keep: nil).0)
            }
            // Fourth-order central difference: the error is step⁴ · f⁽⁵⁾ / 30.
            let numeric = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
            let analytic = exact[try #require(reference.parameters[tensor.name])[index].index]
            #expect(abs(numeric - analytic) < 1e-6 * max(abs(analytic), 1e-3), "\(tensor.name)[\(index)]")
        }
    }
}
