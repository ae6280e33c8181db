import Kernels
import RecurrentLayers
import Testing

/// Networks of zero weights, whose gates are the logistic function of their biases.
@Suite struct GateSaturationTests {
    /// - Parameter biases: of the gates, in PyTorch's order.
    private func shares(_ cell: CellKind, biases: [Float], steps: Int, real: Int) throws -> [Double] {
        var settings = NetworkSettings(
            input: .numeric(channels: 2), cell: cell, layers: 2, hidden: 3, bidirectional: true, outputs: 1)
        settings.dropout = 0
        let network = RecurrentNetwork(settings: settings, seed: 1)
        try network.assign(
            network.tensors().map { tensor in
                let values: [Float] =
                    tensor.name.contains("bias_ih")
                    ? biases.flatMap { [Float](repeating: $0, count: 3) }
                    : [Float](repeating: 0, count: tensor.values.count)
                return NamedTensor(name: tensor.name, shape: tensor.shape, values: values)
            })
        let workspace = WindowWorkspace(network: network, stepsMax: steps, batchMax: 1, training: true)
        workspace.begin(steps: steps, batch: 1)
        for t in 0..<real { workspace.mask[t] = 1 }
        network.forward(workspace, training: true)
        let gates = workspace.saturatedGates()
        let perStep = cell == .lstm ? 18 : 12
        #expect(gates.allSatisfy { $0.all == real * perStep })
        return gates.map { Double($0.saturated) / Double($0.all) }
    }

    @Test func countsSigmoidGatesOfRealSteps() throws {
        // σ(3) = 0.953, σ(−3) = 0.047, σ(2.9) = 0.948; the tanh gate is not a gate that shuts.
        #expect(try shares(.lstm, biases: [3, 0, 9, -3], steps: 5, real: 4) == [2.0 / 3, 2.0 / 3])
        #expect(try shares(.lstm, biases: [2.9, -2.9, 9, 0], steps: 5, real: 5) == [0, 0])
        #expect(try shares(.gru, biases: [-3, 1, 9], steps: 4, real: 3) == [0.5, 0.5])
    }

    @Test func aCellWithoutGatesHasNone() {
        let network = RecurrentNetwork(
            settings: NetworkSettings(input: .numeric(channels: 1), cell: .rnn, hidden: 2, outputs: 1), seed: 1)
        let workspace = WindowWorkspace(network: network, stepsMax: 1, batchMax: 1, training: false)
        workspace.begin(steps: 1, batch: 1)
        #expect(workspace.saturatedGates().isEmpty)
    }
}
