import Foundation
import Kernels
import ModelFiles
import RecurrentLayers
import Testing

/// Values recorded from PyTorch (`Goldens/make_goldens.py`): outputs and gradients agree to 1e-5, ten steps of each
/// optimiser to 1e-4.
@Suite struct GoldenTests {
    struct Golden: Sendable {
        var name: String
        var cell: CellKind
        var layers = 2
        var bidirectional = false
        var activation = Activation.tanh
        var projection = 0
        var layerNorm = false
        var gruReset = NetworkSettings.GRUReset.after
    }
    static let goldens =
        CellKind.allCases.flatMap {
            [Golden(name: "\($0)-l2", cell: $0), Golden(name: "\($0)-l2-bidirectional", cell: $0, bidirectional: true)]
        } + [Golden(name: "rnn-relu-l1", cell: .rnn, layers: 1, activation: .relu)]
        + [
            Golden(name: "lstm-projected-l2", cell: .lstm, projection: 3),
            Golden(name: "lstm-projected-l2-bidirectional", cell: .lstm, bidirectional: true, projection: 3),
        ]
    /// Cells that PyTorch has no module for, written with its functions; without optimiser steps.
    static let handWritten =
        [
            Golden(name: "gru-before-l2", cell: .gru, gruReset: .before),
            Golden(name: "gru-before-norm-l2", cell: .gru, layerNorm: true, gruReset: .before),
        ] + CellKind.allCases.map { Golden(name: "\($0)-norm-l2", cell: $0, layerNorm: true) }

    /// One recorded case: the network with its parameters, and the batch in a workspace.
    private struct Replay {
        let tensors: [String: NamedTensor]
        let network: RecurrentNetwork
        let workspace: WindowWorkspace
        let targets: [Int32]
        let T: Int, B: Int, O: Int
        let lengths: [Int]

        init(_ golden: Golden) throws {
            let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens")
            let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(golden.name + ".safetensors")))
            let decoded = try SafeTensors.decode(bytes).tensors
            let tensors = Dictionary(uniqueKeysWithValues: decoded.map { ($0.name, $0) })
            self.tensors = tensors
            let x = try #require(tensors["x"]), y = try #require(tensors["y"])
            (T, B) = (x.shape[0], x.shape[1])
            O = try #require(tensors["p.head.bias"]).shape[0]
            lengths = try #require(tensors["lengths"]).values.map { Int($0) }
            let hidden =
                try #require(tensors["p.rnn.bias_hh_l0"]).shape[0]
                / (golden.cell == .lstm ? 4 : golden.cell == .gru ? 3 : 1)
            var settings = NetworkSettings(
                input: .numeric(channels: x.shape[2]), cell: golden.cell, layers: golden.layers, hidden: hidden,
                bidirectional: golden.bidirectional, outputs: O)
            settings.activation = golden.activation
            settings.projection = golden.projection
            settings.layerNorm = golden.layerNorm
            settings.gruReset = golden.gruReset
            network = try RecurrentNetwork(settings: settings, tensors: Self.named("p.", decoded))
            workspace = WindowWorkspace(network: network, stepsMax: T, batchMax: B, training: true)
            workspace.begin(steps: T, batch: B)
            for (i, value) in x.values.enumerated() { workspace.inputs[i] = value }
            var targets = [Int32](repeating: -1, count: T * B)
            for t in 0..<T {
                for b in 0..<B where t < lengths[b] {
                    workspace.mask[t * B + b] = 1
                    targets[t * B + b] = Int32(y.values[t * B + b])
                }
            }
            self.targets = targets
        }

        static func named(_ prefix: String, _ tensors: [NamedTensor]) -> [NamedTensor] {
            tensors.filter { $0.name.hasPrefix(prefix) }.map {
                NamedTensor(name: String($0.name.dropFirst(prefix.count)), shape: $0.shape, values: $0.values)
            }
        }

        func lossAndGradients(_ gradients: AlignedBuffer) -> LossSum {
            workspace.state.zero()
            network.forward(workspace, training: true)
            let loss = SoftmaxCrossEntropy.evaluate(
                logits: workspace.outputs, classes: O, targets: targets, rows: T * B,
                gradients: workspace.outputGradients,
                scale: 1 / Float(targets.count { $0 >= 0 }))
            network.backward(workspace, gradients: gradients)
            return loss
        }
    }

    private func expectClose(_ a: [Float], _ b: [Float], relative: Float, _ name: String) {
        let largest = max(b.map(abs).max() ?? 0, 1e-3)
        let worst = zip(a, b).map { abs($0 - $1) }.max() ?? 0
        #expect(worst <= relative * largest, "\(name): \(worst / largest)")
    }

    @Test(arguments: goldens + handWritten) func outputsAndGradients(_ golden: Golden) throws {
        let replay = try Replay(golden)
        let gradients = AlignedBuffer(count: replay.network.parameters.count)
        let loss = replay.lossAndGradients(gradients)
        let recorded = try #require(replay.tensors["loss"]).values[0]
        #expect(abs(loss.mean - Double(recorded)) < 1e-6)
        let outputs = try #require(replay.tensors["outputs"]).values
        for t in 0..<replay.T {
            for b in 0..<replay.B where t < replay.lengths[b] {
                let start = (t * replay.B + b) * replay.O
                let ours = (0..<replay.O).map { replay.workspace.outputs[start + $0] }
                expectClose(ours, Array(outputs[start..<start + replay.O]), relative: 1e-5, "outputs \(t) \(b)")
            }
        }
        replay.network.parameters.assign(from: gradients)
        for tensor in replay.network.tensors() {
            expectClose(
                tensor.values, try #require(replay.tensors["g." + tensor.name]).values, relative: 1e-5, tensor.name)
        }
    }

    @Test(arguments: goldens, OptimizerKind.allCases) func tenOptimiserSteps(_ golden: Golden, _ kind: OptimizerKind)
        throws
    {
        let replay = try Replay(golden)
        let gradients = AlignedBuffer(count: replay.network.parameters.count)
        let optimizer = Optimizer(
            kind: kind, parameterCount: gradients.count, momentum: 0.9, weightDecay: kind == .adamw ? 0.1 : 0.01)
        let pool = ComputePool(threads: 1)
        for step in 0..<10 {
            gradients.zero()
            _ = replay.lossAndGradients(gradients)
            let norm = Gradients.norm(gradients, pool: pool)
            optimizer.update(
                parameters: replay.network.parameters, gradients: gradients,
                scale: Gradients.scale(norm: norm, normMax: 0.5),
                learningRate: kind == .sgd || kind == .nesterov ? 0.1 : 0.01, pool: pool)
            replay.network.repack()
            guard step == 4 else { continue }
            // Half way, the optimiser goes through a checkpoint.
            try optimizer.restore(tensors: optimizer.tensors(), step: optimizer.step)
        }
        for tensor in replay.network.tensors() {
            let expected = try #require(replay.tensors["\(kind.rawValue)." + tensor.name]).values
            expectClose(tensor.values, expected, relative: 1e-4, tensor.name)
        }
    }
}
