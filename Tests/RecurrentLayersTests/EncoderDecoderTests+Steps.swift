import Kernels
import RecurrentLayers
import Testing

/// Encoder-decoders step by step, as they serve, and what they learn.
extension EncoderDecoderTests {
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
            let norm = Gradients.norm(gradients, pool: pool)
            optimizer.update(
                parameters: network.parameters, gradients: gradients, scale: Gradients.scale(norm: norm, normMax: 1),
                learningRate: 0.01 * (1 - Float(step) / 400),
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
