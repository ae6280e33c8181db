import Kernels
import RecurrentLayers
import Testing

/// Pointer networks: values and gradients against the double-precision reference, and what must hold for all of them.
@Suite struct PointerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var settings: PointerSettings
        /// Items of each row.
        var lengths = [4, 2, 3]
        /// Steps of an answer: all items but the last, then the end if there is one.
        func steps(_ b: Int) -> Int { lengths[b] - 1 + (settings.hasEnd ? 1 : 0) }
        var testDescription: String {
            "\(settings.items) \(settings.decoder) end \(settings.hasEnd) once \(settings.usesOnce)"
        }
    }

    static let cases: [Case] =
        CellKind.allCases.enumerated().flatMap { n, cell in
            [false, true].map { flag in
                Case(
                    settings: PointerSettings(
                        items: flag ? .numeric(channels: 3) : .tokens(vocabulary: 6, embedding: 3),
                        encoder: .recurrent(
                            RecurrentShape(cell: cell, layers: 1 + n % 2, hidden: 4, bidirectional: flag)),
                        decoder: RecurrentShape(cell: cell, layers: 2 - n % 2, hidden: 5), attentionWidth: 6,
                        hasEnd: flag || n == 0,
                        usesOnce: n != 1))
            }
        } + [
            Case(
                settings: PointerSettings(
                    items: .tokens(vocabulary: 6, embedding: 3),
                    encoder: .transformer(TransformerShape(layers: 1, width: 4, heads: 2, feedForward: 9)),
                    decoder: RecurrentShape(cell: .gru, hidden: 5), attentionWidth: 6, hasEnd: true, usesOnce: true))
        ]

    /// A rotation: items 1, 2, …
    private func item(_ b: Int, _ t: Int, _ c: Case) -> Int { (t + 1) % c.lengths[b] }
    private func target(_ b: Int, _ t: Int, _ c: Case) -> Int { t < c.lengths[b] - 1 ? 1 + item(b, t, c) : 0 }

    func window(_ network: PointerNetwork, _ c: Case, order: [Int], padding: Int) -> PointerWorkspace {
        let (S, T) = ((c.lengths.max() ?? 1) + padding, (c.lengths.indices.map(c.steps).max() ?? 1) + padding)
        let w = PointerWorkspace(
            network: network, sourceStepsMax: S + 2, targetStepsMax: T + 3, batchMax: order.count + 1, training: true)
        w.begin(sourceSteps: S, targetSteps: T, batch: order.count)
        for (row, b) in order.enumerated() {
            EncoderDecoderTests.fill(w.source, c.settings.items, row: row, as: b, length: c.lengths[b])
            for t in 0..<c.steps(b) {
                w.previous[t * w.batch + row] = t == 0 ? -1 : Int32(item(b, t - 1, c))
                w.targets[t * w.batch + row] = Int32(target(b, t, c))
            }
        }
        return w
    }

    private func reference(_ g: ReferenceGraph, _ c: Case) -> (loss: Tape.Scalar, shares: [[[Double]]]) {
        let (tape, settings) = (g.tape, c.settings)
        var (loss, count, shares) = (tape.constant(0), 0, [[[Double]]]())
        for (b, length) in c.lengths.enumerated() {
            let items: [ReferenceGraph.Vector] = (0..<length).map { s in
                if case .tokens(_, let width) = settings.items {
                    return g.row("source_embedding.weight", EncoderDecoderTests.token(b, s), width)
                }
                return (0..<3).map { tape.constant(EncoderDecoderTests.number(b, s, $0)) }
            }
            let e = g.encode(settings.encoder, items)
            var (h, cells) = g.bridge(settings.decoder, h: e.h, c: e.c, encoderHasCell: e.hasCell)
            var (used, rows) = (Set<Int>(), [[Double]]())
            for t in 0..<c.steps(b) {
                let x = t == 0 ? g.parameter("decoder.start") : items[item(b, t - 1, c)]
                if t > 0, settings.usesOnce { used.insert(item(b, t - 1, c)) }
                let q = g.dense("pointer.query", g.stackStep(settings.decoder, "decoder", x, h: &h, c: &cells))
                func score(_ key: [Tape.Scalar]) -> Tape.Scalar {
                    g.dot(g.parameter("pointer.vector"), g.add(key, q).map { tape.tanh($0) })
                }
                var open = (0..<length).filter { !used.contains($0) }.map {
                    ($0 + 1, score(g.dense("pointer.key", e.outputs[$0])))
                }
                if settings.hasEnd { open.append((0, score(g.parameter("pointer.end")))) }
                let p = g.softmax(open.map(\.1))
                loss = tape.add(loss, g.crossEntropy(open.map(\.1), open.firstIndex { $0.0 == target(b, t, c) } ?? 0))
                count += 1
                var row = [Double](repeating: 0, count: 1 + length)
                for (entry, share) in zip(open, p) { row[entry.0] = tape.value(share) }
                rows.append(row)
            }
            shares.append(rows)
        }
        return (tape.scale(loss, 1 / Double(count)), shares)
    }

    @Test(arguments: cases) func agreesWithReference(_ c: Case) {
        let network = PointerNetwork(settings: c.settings, seed: 11)
        let w = window(network, c, order: Array(c.lengths.indices), padding: 1)
        network.forward(w, training: true)
        let loss = network.loss(w, scale: 1 / Float(c.lengths.indices.map(c.steps).reduce(0, +)))
        let gradients = AlignedBuffer(count: network.parameters.count)
        network.backward(w, gradients: gradients)
        let g = ReferenceGraph(GradientCheck.values(network.tensors()))
        let (root, shares) = reference(g, c)
        #expect(abs(loss.mean - g.tape.value(root)) < 1e-6)
        let positions = 1 + w.source.steps
        for (b, rows) in shares.enumerated() {
            for (t, row) in rows.enumerated() {
                let engine = (0..<positions).map { Double(w.probabilities[(t * w.batch + b) * positions + $0]) }
                for (position, exact) in row.enumerated() { #expect(abs(engine[position] - exact) < 1e-6) }
                #expect(
                    engine[row.count...].allSatisfy { $0 == 0 } && zip(row, engine).allSatisfy { $0 > 0 || $1 == 0 })
            }
        }
        let named = PointerNetwork(settings: c.settings, seed: 1)
        named.parameters.assign(from: gradients)
        GradientCheck.engine(named.tensors(), g, root)
        GradientCheck.reference(network.tensors()) { reference($0, c).loss }
    }

    /// The drawn loss with dropout, by central differences in the engine's own float32.
    @Test func dropoutGradients() throws {
        var c = Self.cases[0]
        c.settings.dropout = 0.4
        let network = PointerNetwork(settings: c.settings, seed: 11)
        let w = window(network, c, order: Array(c.lengths.indices), padding: 1)
        func loss() -> Double {
            network.forward(w, training: true, dropoutKey: 5)
            return network.loss(w, scale: 1).loss
        }
        _ = loss()
        let gradients = AlignedBuffer(count: network.parameters.count)
        network.backward(w, dropoutKey: 5, gradients: gradients)
        for index in stride(from: 0, to: gradients.count, by: 97) {
            let start = network.parameters.pointer[index]
            func at(_ offset: Float) -> Double {
                network.parameters.pointer[index] = start + offset
                network.repack()
                return loss()
            }
            let numeric = (8 * (at(0.01) - at(-0.01)) - (at(0.02) - at(-0.02))) / 0.12
            network.parameters.pointer[index] = start
            #expect(abs(numeric - Double(gradients.pointer[index])) < 2e-3)
        }
    }

    /// Rows in another order and company, and more padding, give the same bytes; steps agree with the window.
    @Test(arguments: cases) func paddingCompanyAndSteps(_ c: Case) {
        let network = PointerNetwork(settings: c.settings, seed: 2)
        func run(_ order: [Int], padding: Int) -> [[UInt32]] {
            let w = window(network, c, order: order, padding: padding)
            network.forward(w, training: false)
            return order.enumerated().map { row, b in
                (0..<c.steps(b)).flatMap { t in
                    (0...c.lengths[b]).map {
                        w.probabilities[(t * w.batch + row) * (1 + w.source.steps) + $0].bitPattern
                    }
                }
            }
        }
        let all = Array(c.lengths.indices)
        let alone = all.map { run([$0], padding: 0)[0] }
        #expect(run(all, padding: 0) == alone)
        #expect(run(all.reversed(), padding: 4) == alone.reversed())

        func decode(_ order: [Int]) -> [[UInt32]] {
            let source = SourceBatch(network: network, stepsMax: 9, rowsMax: 5)
            source.begin(steps: 7, rows: all.count)
            for b in all { EncoderDecoderTests.fill(source, c.settings.items, row: b, as: b, length: c.lengths[b]) }
            network.encode(source)
            let d = PointerDecoderBatch(network: network, rowsMax: 4, sourceStepsMax: 9)
            for (row, b) in order.enumerated() { d.start(row: row, source: b, of: source) }
            d.rows = order.count
            var (result, rows) = ([[UInt32]](repeating: [], count: order.count), Array(order.indices))
            for t in 0..<(all.map(c.steps).max() ?? 1) {
                for (row, member) in rows.enumerated() where t > 0 {
                    d.previous[row] = Int32(item(order[member], min(t, c.steps(order[member])) - 1, c))
                }
                network.step(d, source)
                for (row, member) in rows.enumerated() where t < c.steps(order[member]) {
                    result[member] += (0...c.lengths[order[member]]).map { d.logProbabilities[row * 8 + $0].bitPattern }
                }
                d.reorder(rows.indices.reversed())
                rows.reverse()
            }
            return result
        }
        let together = decode(all.reversed())
        for (n, b) in all.reversed().enumerated() {
            #expect(decode([b])[0] == together[n])
            for (log, share) in zip(together[n], alone[b]) {
                let (log, share) = (Float(bitPattern: log), Float(bitPattern: share))
                #expect(share == 0 ? log == -.infinity : abs(PortableMath.exp(Double(log)) - Double(share)) < 1e-6)
            }
        }
    }

    /// Five numbers in ascending order: learned within seconds, on numbers never seen.
    @Test func learnsToSort() {
        let settings = PointerSettings(
            items: .numeric(channels: 1), encoder: .recurrent(RecurrentShape(cell: .gru, hidden: 32)),
            decoder: RecurrentShape(cell: .gru, hidden: 32), attentionWidth: 32, hasEnd: false, usesOnce: true)
        let network = PointerNetwork(settings: settings, seed: 1)
        let (length, batch, steps) = (5, 32, 600)
        let w = PointerWorkspace(
            network: network, sourceStepsMax: length, targetStepsMax: length, batchMax: batch, training: true)
        let pool = ComputePool(threads: 2)
        let optimizer = Optimizer(kind: .adam, parameterCount: network.parameters.count)
        let gradients = AlignedBuffer(count: network.parameters.count)
        func load(_ step: Int) {
            let random = CounterRandom(seed: 5, stream: UInt64(step))
            w.begin(sourceSteps: length, targetSteps: length, batch: batch)
            for b in 0..<batch {
                let numbers = (0..<length).map { random.uniform(UInt64(b * length + $0)) }
                for (s, number) in numbers.enumerated() {
                    (w.source.inputs[s * batch + b], w.source.mask[s * batch + b]) = (Float(number), 1)
                }
                for (t, item) in numbers.indices.sorted(by: { numbers[$0] < numbers[$1] }).enumerated() {
                    w.targets[t * batch + b] = Int32(1 + item)
                    if t + 1 < length { w.previous[(t + 1) * batch + b] = Int32(item) }
                }
            }
        }
        for step in 0..<steps {
            load(step)
            network.forward(w, training: true)
            _ = network.loss(w, scale: 1 / Float(length * batch))
            gradients.zero()
            network.backward(w, gradients: gradients)
            let norm = Gradients.norm(gradients, pool: pool)
            optimizer.update(
                parameters: network.parameters, gradients: gradients, scale: Gradients.scale(norm: norm, normMax: 1),
                learningRate: 0.01 * (1 - Float(step) / Float(steps)), pool: pool)
            network.repack(pool: pool)
        }
        load(1_000_000)
        network.forward(w, training: false)
        let right = (0..<length * batch).count { place in
            let shares = UnsafeBufferPointer(start: w.probabilities + place * (1 + length), count: 1 + length)
            return shares.indices.max { shares[$0] < shares[$1] } == Int(w.targets[place])
        }
        #expect(right >= length * batch * 95 / 100, "\(right) of \(length * batch)")
    }
}
