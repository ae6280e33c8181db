import Foundation
import Kernels
import RecurrentLayers
import SequenceModels
import Testing

/// Keras layers, computed from their own equations on their own layout, against the imported model.
@Suite struct KerasImportTests {
    private static let inputs = 2, hidden = 3

    /// A kernel `[R, C]` or a bias `[C]`, in double precision.
    private struct Weights {
        let shape: [Int]
        var values: [Double]

        init(_ name: String, _ shape: [Int]) {
            self.shape = shape
            let random = CounterRandom(seed: 9, stream: UInt64(name.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF }))
            values = (0..<shape.reduce(1, *)).map { Double(Float(1.6 * random.uniform(UInt64($0)) - 0.8)) }
        }

        func tensor(_ name: String) -> NamedTensor {
            NamedTensor(name: name, shape: shape, values: values.map { Float($0) })
        }

        /// x · kernel.
        func product(_ x: [Double]) -> [Double] {
            (0..<shape[1]).map { column in x.indices.reduce(0) { $0 + x[$1] * values[$1 * shape[1] + column] } }
        }
    }

    private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    /// The state after `sequence`; gates by their place in Keras.
    private func run(_ cell: String, _ kernel: Weights, _ recurrent: Weights, _ bias: Weights, _ sequence: [[Double]])
        -> [Double]
    {
        let size = Self.hidden
        var h = [Double](repeating: 0, count: size), c = h
        for x in sequence {
            let a = kernel.product(x), b = recurrent.product(h), previous = h
            func gate(_ index: Int, _ unit: Int) -> Double {
                a[index * size + unit] + b[index * size + unit] + bias.values[index * size + unit]
            }
            h = (0..<size).map { unit in
                switch cell {
                case "lstm":  // i, f, c, o
                    c[unit] = sigmoid(gate(1, unit)) * c[unit] + sigmoid(gate(0, unit)) * tanh(gate(2, unit))
                    return sigmoid(gate(3, unit)) * tanh(c[unit])
                case "gru":  // z, r, h with reset_after: the second row of the bias is inside the reset
                    let second = { (index: Int) in bias.values[3 * size + index * size + unit] }
                    let z = sigmoid(gate(0, unit) + second(0)), r = sigmoid(gate(1, unit) + second(1))
                    let candidate = tanh(
                        a[2 * size + unit] + bias.values[2 * size + unit] + r * (b[2 * size + unit] + second(2)))
                    return z * h[unit] + (1 - z) * candidate
                case "gru_before":  // z, r, h with reset_after=False: the reset acts on the state
                    let reset = (0..<size).map { sigmoid(gate(1, $0)) * previous[$0] }
                    let candidate = tanh(
                        a[2 * size + unit] + bias.values[2 * size + unit] + recurrent.product(reset)[2 * size + unit])
                    let z = sigmoid(gate(0, unit))
                    return z * previous[unit] + (1 - z) * candidate
                default: return tanh(gate(0, unit))
                }
            }
        }
        return h
    }

    @Test(arguments: ["lstm", "gru", "gru_before", "simple_rnn"], [false, true])
    func agreesWithItsEquations(cell: String, bidirectional: Bool) throws {
        try agrees(cell, bidirectional: bidirectional, isBiased: true)
    }

    /// With use_bias=False. Nothing shows then where the reset gate of a GRU acts, so it is said.
    @Test(arguments: ["lstm", "gru", "gru_before", "simple_rnn"], [false, true])
    func agreesWithoutABias(cell: String, bidirectional: Bool) throws {
        try agrees(cell, bidirectional: bidirectional, isBiased: false)
    }

    private func agrees(_ cell: String, bidirectional: Bool, isBiased: Bool) throws {
        let layer = cell.hasPrefix("gru") ? "gru" : cell
        let gates = ["lstm": 4, "gru": 3, "simple_rnn": 1][layer] ?? 0
        let width = gates * Self.hidden
        var tensors: [NamedTensor] = []
        var state: [Double] = []
        let sequence: [[Double]] = [[0.3, -1], [1.5, 0.25], [-0.75, 2], [0, 0.5]]  // as below
        for direction in bidirectional
            ? ["bidirectional/forward_\(layer)_7", "bidirectional/backward_\(layer)_7"] : ["model/\(layer)_7"]
        {
            let kernel = Weights(direction + "k", [Self.inputs, width]),
                recurrent = Weights(direction + "r", [Self.hidden, width])
            var bias = Weights(direction + "b", cell == "gru" ? [2, width] : [width])
            tensors += [
                kernel.tensor("\(direction)/\(layer)_cell/kernel:0"),
                recurrent.tensor("\(direction)/\(layer)_cell/recurrent_kernel:0"),
            ]
            if isBiased {
                tensors.append(bias.tensor("\(direction)/\(layer)_cell/bias:0"))
            } else {
                bias.values = bias.values.map { _ in 0 }
            }
            state += run(cell, kernel, recurrent, bias, direction.contains("backward") ? sequence.reversed() : sequence)
        }
        let dense = Weights("dense", [state.count, 2]), offset = Weights("offset", [2])
        tensors += [dense.tensor("dense/kernel:0"), offset.tensor("dense/bias:0")]

        var request = ImportRequest(task: .classification)
        request.labels = ["no", "yes"]
        request.gateOrder = .keras
        if cell == "gru_before" && !isBiased { request.network.gruReset = .before }
        let imported = try ModelImport.model(request, tensors: tensors)
        let model = try SequenceModel(description: imported.description, tensors: imported.tensors)
        var question = PredictionRequest()
        question.sequence = .numeric(
            NumericSeries(values: [0.3, -1, 1.5, 0.25, -0.75, 2, 0, 0.5], channels: Self.inputs))
        guard let answer = try model.predict(question) as? LabelPrediction else { throw NotFinished() }
        let logits = zip(dense.product(state), offset.values).map(+)
        let yes = sigmoid(logits[1] - logits[0])
        let found = answer.probabilities.first { $0.label == "yes" }?.probability ?? 0
        #expect(abs(found - yes) < 1e-6, "\(found) against \(yes)")
    }

    @Test func layersAreCountedAndShapesChecked() throws {
        func tensors(_ biasShape: [Int]) -> [NamedTensor] {
            [
                Weights("a", [2, 9]).tensor("gru_4/gru_cell/kernel"),
                Weights("b", [3, 9]).tensor("gru_4/gru_cell/recurrent_kernel"),
                Weights("c", biasShape).tensor("gru_4/gru_cell/bias"),
                Weights("d", [3, 9]).tensor("gru_11/gru_cell/kernel"),
                Weights("e", [3, 9]).tensor("gru_11/gru_cell/recurrent_kernel"),
                Weights("f", [2, 9]).tensor("gru_11/gru_cell/bias"),
                Weights("g", [3, 1]).tensor("dense/kernel"), Weights("h", [1]).tensor("dense/bias"),
            ]
        }
        var request = ImportRequest(task: .regression)
        request.gateOrder = .keras
        let model = try ModelImport.model(request, tensors: tensors([2, 9]))
        #expect(model.description.network.recurrent?.layers == 2 && model.description.network.recurrent?.cell == .gru)
        do {
            request.network.gruReset = .after
            _ = try ModelImport.model(request, tensors: tensors([9]))
            Issue.record("accepted")
        } catch {
            #expect(
                error.list.map(\.pointer) == ["/tensors/rnn.bias_l0"]
                    && error.list[0].detail.contains("reset_after=False"))
        }
    }
}
