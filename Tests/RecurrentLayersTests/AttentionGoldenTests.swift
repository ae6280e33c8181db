import Foundation
import Kernels
import ModelFiles
import RecurrentLayers
import Testing

/// Attention and Transformers against values recorded from PyTorch (`Goldens/make_attention_goldens.py`): outputs,
/// weights and gradients agree to 1e-5 of the largest.
@Suite struct AttentionGoldenTests {
    private struct Golden {
        let tensors: [NamedTensor]

        init(_ name: String) throws {
            let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens")
            tensors = try SafeTensors.decode(
                [UInt8](Data(contentsOf: folder.appendingPathComponent(name + ".safetensors")))
            ).tensors
        }

        func values(_ name: String) throws -> [Float] {
            try #require(tensors.first { $0.name == name }, "\(name)").values
        }
        func shape(_ name: String) throws -> [Int] { try #require(tensors.first { $0.name == name }, "\(name)").shape }
        var parameters: [NamedTensor] {
            tensors.filter { $0.name.hasPrefix("p.") }.map {
                NamedTensor(name: String($0.name.dropFirst(2)), shape: $0.shape, values: $0.values)
            }
        }
        func lengths() throws -> [Int] { try values("lengths").map { Int($0) } }

        func expectGradients(_ gradients: [NamedTensor]) throws {
            for tensor in gradients { expectClose(tensor.values, try values("g." + tensor.name), tensor.name) }
        }
    }

    private static func expectClose(_ a: [Float], _ b: [Float], _ name: String) {
        let largest = max(b.map(abs).max() ?? 0, 1e-3)
        let worst = zip(a, b).map { abs($0 - $1) }.max() ?? 0
        #expect(a.count == b.count && worst <= 1e-5 * largest, "\(name): \(worst / largest)")
    }

    @Test(arguments: [
        ("transformer-gelu", false, FeedForwardActivation.gelu), ("transformer-relu-causal", true, .relu),
    ])
    func transformers(_ name: String, _ causal: Bool, _ activation: FeedForwardActivation) throws {
        let golden = try Golden(name)
        let (x, lengths, O) = (try golden.shape("x"), try golden.lengths(), 4)
        let settings = TransformerSettings(
            input: .numeric(channels: x[2]),
            shape: TransformerShape(layers: 2, width: 8, heads: 2, feedForward: 12, activation: activation),
            causal: causal, outputs: O)
        let network = try TransformerNetwork(settings: settings, tensors: golden.parameters)
        let w = TransformerWorkspace(network: network, stepsMax: x[0], batchMax: x[1], training: true)
        w.begin(steps: x[0], batch: x[1])
        for (index, value) in try golden.values("x").enumerated() { w.inputs[index] = value }
        var targets = [Int32](repeating: -1, count: x[0] * x[1])
        let y = try golden.values("y")
        for place in targets.indices where place / x[1] < lengths[place % x[1]] {
            (w.mask[place], targets[place]) = (1, Int32(y[place]))
        }
        network.forward(w, training: true)
        let loss = SoftmaxCrossEntropy.evaluate(
            logits: w.outputs, classes: O, targets: targets, rows: targets.count, gradients: w.outputGradients,
            scale: 1 / Float(targets.count { $0 >= 0 }))
        #expect(abs(loss.mean - Double(try golden.values("loss")[0])) < 1e-6)
        let outputs = try golden.values("outputs")
        for place in targets.indices where targets[place] >= 0 {
            let range = place * O..<(place + 1) * O
            Self.expectClose(range.map { w.outputs[$0] }, Array(outputs[range]), "outputs \(place)")
        }
        let gradients = AlignedBuffer(count: network.parameters.count)
        network.backward(w, gradients: gradients)
        network.parameters.assign(from: gradients)
        try golden.expectGradients(network.tensors())
    }

    @Test(arguments: [AttentionKind.additive, .general, .dot]) func attention(_ kind: AttentionKind) throws {
        let golden = try Golden("attention-\(kind)")
        let (x, lengths, y) = (try golden.shape("x"), try golden.lengths(), try golden.values("y"))
        let (S, B, V) = (x[0], x[1], 5)
        let T = y.count / B
        let settings = EncoderDecoderSettings(
            source: .numeric(channels: x[2]), encoder: .recurrent(RecurrentShape(hidden: 4, bidirectional: true)),
            decoder: RecurrentShape(hidden: 8), targetVocabulary: V, targetEmbedding: 3, attention: kind,
            attentionWidth: 6)
        let network = try EncoderDecoderNetwork(settings: settings, tensors: golden.parameters)
        let w = EncoderDecoderWorkspace(
            network: network, sourceStepsMax: S, targetStepsMax: T, batchMax: B, training: true)
        w.begin(sourceSteps: S, targetSteps: T, batch: B)
        for (index, value) in try golden.values("x").enumerated() { w.source.inputs[index] = value }
        for place in 0..<S * B where place / B < lengths[place % B] { w.source.mask[place] = 1 }
        for place in B..<T * B { w.tokens[place] = Int32(y[place - B]) }
        network.forward(w, training: true)
        let loss = SoftmaxCrossEntropy.evaluate(
            logits: w.outputs, classes: V, targets: y.map { Int32($0) }, rows: T * B, gradients: w.outputGradients,
            scale: 1 / Float(T * B))
        #expect(abs(loss.mean - Double(try golden.values("loss")[0])) < 1e-6)
        Self.expectClose((0..<T * B * V).map { w.outputs[$0] }, try golden.values("outputs"), "outputs")
        let attention = try #require(w.attention)
        Self.expectClose((0..<T * B * S).map { attention[$0] }, try golden.values("weights"), "weights")
        let gradients = AlignedBuffer(count: network.parameters.count)
        network.backward(w, gradients: gradients)
        network.parameters.assign(from: gradients)
        try golden.expectGradients(network.tensors())
    }
}
