import Kernels
import RecurrentLayers
import Testing

/// Encoder-decoders: values and gradients against the double-precision reference, and what must hold for all of them.
@Suite struct EncoderDecoderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var settings: EncoderDecoderSettings
        /// Steps of source and target of each row.
        var lengths: [(source: Int, target: Int)] = [(4, 3), (2, 4), (3, 1)]
        /// Steps that are fed the network's own choice.
        var feedsOwn = false
        var testDescription: String { "\(settings.attention) \(settings.encoder) \(settings.decoder) own \(feedsOwn)" }
    }

    static let symbols = NetworkSettings.Input.tokens(vocabulary: 6, embedding: 3)

    static let cases: [Case] = {
        var all: [Case] = []
        for attention in AttentionKind.allCases {
            for (n, cell) in CellKind.allCases.enumerated() {
                let encoder = RecurrentShape(cell: cell, layers: 1 + n % 2, hidden: 4, bidirectional: n != 2)
                let decoder = RecurrentShape(
                    cell: cell, layers: 2 - n % 2, hidden: attention == .dot ? encoder.width : 5)
                all.append(
                    Case(
                        settings: EncoderDecoderSettings(
                            source: n == 1 ? .numeric(channels: 3) : symbols, encoder: .recurrent(encoder),
                            decoder: decoder,
                            targetVocabulary: 5, targetEmbedding: 3, attention: attention, attentionWidth: 6),
                        feedsOwn: n == 0))
            }
        }
        for attention in [AttentionKind.none, .additive] {
            all.append(
                Case(
                    settings: EncoderDecoderSettings(
                        source: attention == .none ? .numeric(channels: 3) : symbols,
                        encoder: .transformer(TransformerShape(layers: 2, width: 6, heads: 2, feedForward: 9)),
                        decoder: RecurrentShape(cell: .lstm, layers: 2, hidden: 5), targetVocabulary: 5,
                        targetEmbedding: 3,
                        attention: attention, attentionWidth: 6)))
        }
        // An encoder without c before a decoder with it, and one of fewer layers; one step of everything.
        all.append(
            Case(
                settings: EncoderDecoderSettings(
                    source: symbols, encoder: .recurrent(RecurrentShape(cell: .gru, hidden: 3)),
                    decoder: RecurrentShape(cell: .lstm, layers: 3, hidden: 4), targetVocabulary: 5, targetEmbedding: 1,
                    attention: .general), lengths: [(1, 1)]))
        return all
    }()

    static func number(_ b: Int, _ s: Int, _ i: Int) -> Double {
        Double(Float(CounterRandom(seed: 3, stream: 4).normal(UInt64(b * 100 + s * 10 + i))))
    }
    static func token(_ b: Int, _ s: Int) -> Int {
        Int(CounterRandom(seed: 3, stream: 5).bits(UInt64(b * 100 + s)) % 6)
    }
    static func target(_ b: Int, _ t: Int) -> Int { t < 0 ? 0 : (b * 7 + t * 3 + 1) % 5 }

    /// Fills the source side of one row.
    static func fill(_ source: SourceBatch, _ input: NetworkSettings.Input, row: Int, as b: Int, length: Int) {
        for s in 0..<length {
            let place = s * source.rows + row
            source.mask[place] = 1
            if case .tokens = input {
                source.tokens[place] = Int32(token(b, s))
            } else {
                for i in 0..<3 { source.inputs[place * 3 + i] = Float(number(b, s, i)) }
            }
        }
    }

    private func window(_ network: EncoderDecoderNetwork, _ c: Case, order: [Int]? = nil, padding: Int = 1)
        -> EncoderDecoderWorkspace
    {
        let order = order ?? Array(c.lengths.indices)
        let (S, T) = ((c.lengths.map(\.source).max() ?? 1) + padding, (c.lengths.map(\.target).max() ?? 1) + padding)
        let w = EncoderDecoderWorkspace(
            network: network, sourceStepsMax: S + 2, targetStepsMax: T + 3, batchMax: order.count + 1, training: true)
        w.begin(sourceSteps: S, targetSteps: T, batch: order.count)
        for (row, b) in order.enumerated() {
            Self.fill(w.source, c.settings.source, row: row, as: b, length: c.lengths[b].source)
            for t in 0..<c.lengths[b].target {
                w.tokens[t * w.batch + row] = Int32(Self.target(b, t - 1))
                if c.feedsOwn, t % 2 == 1 { w.feedsOwn[t * w.batch + row] = 1 }
            }
        }
        return w
    }

    /// The reference's loss, mean over all targets; and logits and attention weights `[B][T]`.
    private func reference(_ g: ReferenceGraph, _ c: Case) -> (
        loss: Tape.Scalar, logits: [[[Double]]], weights: [[[Double]]]
    ) {
        let (tape, settings) = (g.tape, c.settings)
        var (loss, count, logits, weights) = (tape.constant(0), 0, [[[Double]]](), [[[Double]]]())
        for (b, length) in c.lengths.enumerated() {
            let source: [ReferenceGraph.Vector] = (0..<length.source).map { s in
                if case .tokens(_, let width) = settings.source {
                    return g.row("source_embedding.weight", Self.token(b, s), width)
                }
                return (0..<3).map { tape.constant(Self.number(b, s, $0)) }
            }
            let e = g.encode(settings.encoder, source)
            var (h, cells) = g.bridge(settings.decoder, h: e.h, c: e.c, encoderHasCell: e.hasCell)
            var a = g.zeros(settings.decoder.hidden)
            var (rows, shares) = ([[Double]](), [[Double]]())
            for t in 0..<length.target {
                var fed = Self.target(b, t - 1)
                if c.feedsOwn, t % 2 == 1, let last = rows.last { fed = last.indices.max { last[$0] < last[$1] } ?? 0 }
                let x = g.row("target_embedding.weight", fed, settings.targetEmbedding)
                let state = g.stackStep(
                    settings.decoder, "decoder", settings.attention == .none ? x : x + a, h: &h, c: &cells)
                a = state
                if settings.attention != .none {
                    let scores = e.outputs.map { score(g, settings.attention, state, $0) }
                    let p = g.softmax(scores)
                    a = g.dense("attention.combine", g.mix(p, e.outputs) + state).map { tape.tanh($0) }
                    shares.append(p.map { tape.value($0) })
                }
                let y = g.dense("head", a)
                loss = tape.add(loss, g.crossEntropy(y, Self.target(b, t)))
                count += 1
                rows.append(y.map { tape.value($0) })
            }
            logits.append(rows)
            weights.append(shares)
        }
        return (tape.scale(loss, 1 / Double(count)), logits, weights)
    }

    private func score(_ g: ReferenceGraph, _ kind: AttentionKind, _ state: [Tape.Scalar], _ e: [Tape.Scalar])
        -> Tape.Scalar
    {
        switch kind {
        case .additive:
            let u = g.add(g.dense("attention.key", e), g.dense("attention.query", state)).map { g.tape.tanh($0) }
            return g.dot(g.parameter("attention.vector"), u)
        case .general: return g.dot(state, g.dense("attention.key", e))
        case .dot, .none: return g.dot(state, e)
        }
    }

    /// Loss and gradients of a window, by name.
    private func gradients(
        _ network: EncoderDecoderNetwork, _ c: Case, _ w: EncoderDecoderWorkspace, order: [Int]? = nil
    ) throws -> (LossSum, [NamedTensor]) {
        var targets = [Int32](repeating: -1, count: w.steps * w.batch)
        for (row, b) in (order ?? Array(c.lengths.indices)).enumerated() {
            for t in 0..<c.lengths[b].target { targets[t * w.batch + row] = Int32(Self.target(b, t)) }
        }
        network.forward(w, training: c.settings.dropout > 0, dropoutKey: 5)
        let loss = SoftmaxCrossEntropy.evaluate(
            logits: w.outputs, classes: c.settings.targetVocabulary, targets: targets, rows: targets.count,
            gradients: w.outputGradients, scale: 1 / Float(targets.count { $0 >= 0 }))
        let gradients = AlignedBuffer(count: network.parameters.count)
        network.backward(w, training: c.settings.dropout > 0, dropoutKey: 5, gradients: gradients)
        let named = EncoderDecoderNetwork(settings: c.settings, seed: 1)
        named.parameters.assign(from: gradients)
        return (loss, named.tensors())
    }

    @Test(arguments: cases) func agreesWithReference(_ c: Case) throws {
        let network = EncoderDecoderNetwork(settings: c.settings, seed: 11)
        let w = window(network, c)
        let (loss, engine) = try gradients(network, c, w)
        let g = ReferenceGraph(GradientCheck.values(network.tensors()))
        let (root, logits, weights) = reference(g, c)
        #expect(abs(loss.mean - g.tape.value(root)) < 1e-6)
        for (b, length) in c.lengths.enumerated() {
            for t in 0..<length.target {
                for (v, exact) in logits[b][t].enumerated() {
                    #expect(abs(Double(w.outputs[(t * w.batch + b) * 5 + v]) - exact) < 2e-6)
                }
                guard let attention = w.attention else { continue }
                let shares = (0..<w.source.steps).map { Double(attention[(t * w.batch + b) * w.source.steps + $0]) }
                for (s, exact) in weights[b][t].enumerated() { #expect(abs(shares[s] - exact) < 1e-6) }
                #expect(shares[length.source...].allSatisfy { $0 == 0 } && abs(shares.reduce(0, +) - 1) < 1e-6)
            }
        }
        GradientCheck.engine(engine, g, root)
        GradientCheck.reference(network.tensors()) { reference($0, c).loss }
    }

    /// Dropout: the gradient of the very loss that was drawn, by central differences in the engine's own float32.
    @Test(arguments: [AttentionKind.none, .additive]) func dropoutGradients(_ attention: AttentionKind) throws {
        let c = Case(
            settings: EncoderDecoderSettings(
                source: Self.symbols, encoder: .recurrent(RecurrentShape(layers: 2, hidden: 4, bidirectional: true)),
                decoder: RecurrentShape(layers: 2, hidden: 5), targetVocabulary: 5, targetEmbedding: 3,
                attention: attention,
                attentionWidth: 6, dropout: 0.4))
        let network = EncoderDecoderNetwork(settings: c.settings, seed: 11)
        let w = window(network, c)
        let (_, engine) = try gradients(network, c, w)
        let start = network.tensors()
        for (n, tensor) in engine.enumerated() {
            let largest = tensor.values.map(abs).max() ?? 0
            let index = tensor.values.firstIndex { abs($0) == largest } ?? 0
            func at(_ offset: Float) throws -> Double {
                var moved = start
                var values = start[n].values
                values[index] += offset
                moved[n] = NamedTensor(name: tensor.name, shape: tensor.shape, values: values)
                try network.assign(moved)
                return try gradients(network, c, w).0.mean
            }
            let numeric = (8 * (try at(0.01) - at(-0.01)) - (try at(0.02) - at(-0.02))) / 0.12
            #expect(abs(numeric - Double(tensor.values[index])) < 1e-4 + 0.01 * Double(largest), "\(tensor.name)")
        }
        try network.assign(start)
        let plain = window(network, c)
        network.forward(plain, training: false)
        #expect((0..<5).contains { plain.outputs[$0] != w.outputs[$0] })
    }

    /// Rows in another order and company, and more padding, give the same bytes.
    @Test(arguments: cases) func paddingAndOrderChangeNothing(_ c: Case) {
        let network = EncoderDecoderNetwork(settings: c.settings, seed: 2)
        func run(_ order: [Int], padding: Int) -> [[UInt32]] {
            let w = window(network, c, order: order, padding: padding)
            network.forward(w, training: false)
            return order.enumerated().map { row, b in
                (0..<c.lengths[b].target).flatMap { t in
                    (0..<5).map { w.outputs[(t * w.batch + row) * 5 + $0].bitPattern }
                }
            }
        }
        let all = Array(c.lengths.indices)
        let alone = all.map { run([$0], padding: 0)[0] }
        #expect(run(all, padding: 0) == alone)
        #expect(run(all.reversed(), padding: 4) == alone.reversed())
    }

    /// Steps, with rows of several sources in any order, give the log-probabilities and weights of the window; a
    /// reordered row goes on as its parent would.
    @Test(arguments: cases.filter { !$0.feedsOwn }) func stepsEqualWindows(_ c: Case) {
        let network = EncoderDecoderNetwork(settings: c.settings, seed: 2)
        let w = window(network, c)
        network.forward(w, training: false)
        let source = SourceBatch(network: network, stepsMax: 9, rowsMax: 5)
        source.begin(steps: 5, rows: c.lengths.count)
        for (b, length) in c.lengths.enumerated() {
            Self.fill(source, c.settings.source, row: b, as: b, length: length.source)
        }
        network.encode(source)
        let d = DecoderBatch(network: network, rowsMax: 7, sourceStepsMax: 9)
        var rows = Array(c.lengths.indices.reversed()) + [0]
        for (row, b) in rows.enumerated() { d.start(row: row, source: b, of: source) }
        d.rows = rows.count
        for t in 0..<(c.lengths.map(\.target).max() ?? 1) {
            for (row, b) in rows.enumerated() {
                d.tokens[row] = Int32(Self.target(b, min(t, c.lengths[b].target - 1) - 1))
            }
            network.step(d, source)
            for (row, b) in rows.enumerated() where t < c.lengths[b].target {
                let logits = (0..<5).map { Double(w.outputs[(t * w.batch + b) * 5 + $0]) }
                let most = logits.max() ?? 0
                let total = most + PortableMath.log(logits.map { PortableMath.exp($0 - most) }.reduce(0, +))
                for v in 0..<5 { #expect(d.logProbabilities[row * 5 + v] == Float(logits[v] - total)) }
                guard let attention = w.attention else { continue }
                for s in 0..<c.lengths[b].source {
                    #expect(d.attention[row * source.steps + s] == attention[(t * w.batch + b) * w.source.steps + s])
                }
            }
            let parents = t == 0 ? [rows.count - 1, 0, 0] + Array(0..<rows.count) : Array((0..<rows.count).reversed())
            let kept = Array(parents.prefix(7))
            d.reorder(kept)
            rows = kept.map { rows[$0] }
        }
    }

    /// A source without a step among others: nothing to attend to, and nothing that is not finite.
    @Test(arguments: [0, 3, 13]) func emptySource(_ index: Int) throws {
        var c = Self.cases[index]
        c.feedsOwn = false
        let network = EncoderDecoderNetwork(settings: c.settings, seed: 2)
        let full = window(network, c)
        network.forward(full, training: true)
        c.lengths[1].source = 0
        let w = window(network, c)
        let (loss, engine) = try gradients(network, c, w)
        #expect(loss.mean.isFinite && engine.allSatisfy { $0.values.allSatisfy(\.isFinite) })
        for place in 0..<w.steps * w.batch {
            if place % w.batch == 1, let attention = w.attention {
                #expect((0..<w.source.steps).allSatisfy { attention[place * w.source.steps + $0] == 0 })
            } else if place % w.batch != 1 {
                #expect((0..<5).allSatisfy { w.outputs[place * 5 + $0] == full.outputs[place * 5 + $0] })
            }
        }
    }

    @Test func parametersComeAndGo() throws {
        let settings = Self.cases[4].settings
        let network = EncoderDecoderNetwork(settings: settings, seed: 4)
        let copy = try EncoderDecoderNetwork(settings: settings, tensors: network.tensors(), training: false)
        #expect(
            copy.tensors() == network.tensors()
                && copy.parameterCount == network.tensors().map(\.values.count).reduce(0, +))
        #expect(throws: ModelError.missingTensor("head.bias")) {
            try EncoderDecoderNetwork(settings: settings, tensors: network.tensors().dropLast())
        }
    }

    /// A sequence of five symbols backwards: learned by attention within seconds, on sequences never seen.
    @Test func learnsToReverse() {
        let settings = EncoderDecoderSettings(
            source: .tokens(vocabulary: 8, embedding: 12),
            encoder: .recurrent(RecurrentShape(cell: .gru, hidden: 16, bidirectional: true)),
            decoder: RecurrentShape(cell: .gru, hidden: 32), targetVocabulary: 9, targetEmbedding: 12,
            attention: .general)
        let network = EncoderDecoderNetwork(settings: settings, seed: 1)
        let (length, batch) = (5, 32)
        let w = EncoderDecoderWorkspace(
            network: network, sourceStepsMax: length, targetStepsMax: length, batchMax: batch, training: true)
        let pool = ComputePool(threads: 2)
        let optimizer = Optimizer(kind: .adam, parameterCount: network.parameters.count)
        let gradients = AlignedBuffer(count: network.parameters.count)
        func load(_ step: Int) -> [Int32] {
            let random = CounterRandom(seed: 5, stream: UInt64(step))
            w.begin(sourceSteps: length, targetSteps: length, batch: batch)
            var targets = [Int32](repeating: 0, count: length * batch)
            for place in 0..<length * batch {
                let (s, b) = (place / batch, place % batch)
                let symbol = Int32(random.bits(UInt64(place)) % 8)
                (w.source.tokens[place], w.source.mask[place]) = (symbol, 1)
                targets[(length - 1 - s) * batch + b] = symbol
            }
            for place in 0..<length * batch { w.tokens[place] = place < batch ? 8 : targets[place - batch] }
            return targets
        }
        for step in 0..<400 {
            let targets = load(step)
            network.forward(w, training: true)
            _ = SoftmaxCrossEntropy.evaluate(
                logits: w.outputs, classes: 9, targets: targets, rows: targets.count, gradients: w.outputGradients,
                scale: 1 / Float(targets.count))
            gradients.zero()
            network.backward(w, gradients: gradients)
            Gradients.clip(gradients, normMax: 1, pool: pool)
            optimizer.update(
                parameters: network.parameters, gradients: gradients, learningRate: 0.01 * (1 - Float(step) / 400),
                pool: pool)
            network.repack(pool: pool)
        }
        let targets = load(1_000_000)
        network.forward(w, training: false)
        let right = targets.indices.count { place in
            let logits = UnsafeBufferPointer(start: w.outputs + place * 9, count: 9)
            return logits.indices.max { logits[$0] < logits[$1] } == Int(targets[place])
        }
        #expect(right >= targets.count * 97 / 100, "\(right) of \(targets.count)")
    }
}
