import Kernels
import RecurrentLayers
import Testing

/// One layer of a cell whose head is the identity: its outputs are h itself, and the gradients of its parameters those
/// of the cell. Three steps of two sequences, of which one is a step shorter: a masked step carries its state over.
enum CellCheck {
    private static let hidden = 5

    static func settings(_ cell: CellKind, _ set: (inout NetworkSettings) -> Void = { _ in }) -> NetworkSettings {
        var settings = NetworkSettings(input: .numeric(channels: 2), cell: cell, hidden: hidden, outputs: hidden)
        set(&settings)
        settings.outputs = settings.stateWidth
        return settings
    }

    private static func number(_ stream: UInt64, _ index: Int) -> Double {
        Double(Float(CounterRandom(seed: 7, stream: stream).normal(UInt64(index))))
    }

    /// A network with larger weights than a fresh one, so that gates leave their linear part.
    static func network(_ settings: NetworkSettings) throws -> RecurrentNetwork {
        let tensors = RecurrentNetwork(settings: settings, seed: 1).tensors().enumerated().map { n, tensor in
            var values = tensor.values.indices.map { Float(number(UInt64(n), $0)) }
            if tensor.name == "head.weight" {
                values = values.indices.map { $0 % (settings.outputs + 1) == 0 ? 1 : 0 }
            } else if tensor.name == "head.bias" {
                values = values.map { _ in 0 }
            }
            return NamedTensor(name: tensor.name, shape: tensor.shape, values: values)
        }
        return try RecurrentNetwork(settings: settings, tensors: tensors)
    }

    /// Values and gradients of the cell's steps against the equations of `ReferenceNetwork`, in double precision.
    static func agreesWithReference(_ settings: NetworkSettings) throws {
        let network = try network(settings)
        let (lengths, outputs) = ([3, 2], settings.outputs)
        let w = WindowWorkspace(network: network, stepsMax: 3, batchMax: 2, training: true)
        w.begin(steps: 3, batch: 2)
        let reference = ReferenceNetwork(settings: settings, tensors: network.tensors())
        let tape = reference.tape
        var (root, exact): (Tape.Scalar, [[[Double]]]) = (tape.constant(0), [])
        for (row, length) in lengths.enumerated() {
            let sequence = (0..<length).map { t in (0..<2).map { number(100, row * 100 + t * 10 + $0) } }
            let h = reference.outputs(sequence)
            for t in 0..<length {
                w.mask[t * 2 + row] = 1
                for channel in 0..<2 { w.inputs[(t * 2 + row) * 2 + channel] = Float(sequence[t][channel]) }
                for unit in 0..<outputs {
                    root = tape.add(root, tape.scale(h[t][unit], number(101, (t * 2 + row) * outputs + unit)))
                }
            }
            exact.append(h.map { $0.map { tape.value($0) } })
        }
        network.forward(w, training: false)
        for (row, steps) in exact.enumerated() {
            for t in 0..<3 {
                for (unit, value) in steps[min(t, steps.count - 1)].enumerated() {
                    #expect(abs(Double(w.outputs[(t * 2 + row) * outputs + unit]) - value) < 2e-6)
                }
            }
            for t in steps.indices {
                for unit in 0..<outputs {
                    let place = (t * 2 + row) * outputs + unit
                    w.outputGradients[place] = Float(number(101, place))
                }
            }
        }
        let gradients = AlignedBuffer(count: network.parameters.count)
        network.backward(w, training: false, gradients: gradients)
        let named = try RecurrentNetwork(settings: settings, tensors: network.tensors())
        named.parameters.assign(from: gradients)
        let derivatives = tape.gradients(of: root)
        for tensor in named.tensors() {
            let expected = try #require(reference.parameters[tensor.name]).map { derivatives[$0.index] }
            // float32 sums of a few dozen terms: a few roundings of the largest.
            let largest = max(expected.map(abs).max() ?? 0, 1e-3)
            for (a, b) in zip(tensor.values, expected) {
                #expect(abs(Double(a) - b) / largest < 2e-5, "\(tensor.name)")
            }
        }
    }

    /// b_ih of a fresh network, by gate `[G][H]`.
    static func freshBiases(_ settings: NetworkSettings) throws -> [[Float]] {
        let tensors = RecurrentNetwork(settings: settings, seed: 3).tensors()
        let bias = try #require(tensors.first { $0.name == "rnn.bias_ih_l0" }).values
        return stride(from: 0, to: bias.count, by: hidden).map { Array(bias[$0..<$0 + hidden]) }
    }
}
