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

    func window(_ network: EncoderDecoderNetwork, _ c: Case, order: [Int]? = nil, padding: Int = 1)
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
    func reference(_ g: ReferenceGraph, _ c: Case) -> (
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

    func score(_ g: ReferenceGraph, _ kind: AttentionKind, _ state: [Tape.Scalar], _ e: [Tape.Scalar])
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
    func gradients(
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
}
