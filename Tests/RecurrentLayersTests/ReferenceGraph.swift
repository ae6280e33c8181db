import Kernels
import RecurrentLayers
import Testing

/// Named parameters on a tape, and the layers from which larger networks are written: one sequence and one scalar at a
/// time, no batch, no mask, no padding.
final class ReferenceGraph {
    typealias Vector = [Tape.Scalar]
    let tape = Tape()
    /// By name, flat.
    private(set) var parameters: [String: Vector] = [:]

    init(_ values: [String: [Double]]) {
        for (name, numbers) in values.sorted(by: { $0.key < $1.key }) {
            parameters[name] = numbers.map { tape.constant($0) }
        }
    }

    func parameter(_ name: String) -> Vector { parameters[name] ?? [] }
    func row(_ name: String, _ index: Int, _ width: Int) -> Vector {
        Array(parameter(name)[index * width..<(index + 1) * width])
    }
    func zeros(_ count: Int) -> Vector { (0..<count).map { _ in tape.constant(0) } }
    func sum(_ values: Vector) -> Tape.Scalar { values.reduce(tape.constant(0)) { tape.add($0, $1) } }
    func dot(_ a: Vector, _ b: Vector) -> Tape.Scalar { tape.affine(a, b, tape.constant(0)) }
    func add(_ a: Vector, _ b: Vector) -> Vector { zip(a, b).map { tape.add($0, $1) } }

    /// W x + b; without bias where there is no such parameter.
    func dense(_ prefix: String, _ x: Vector) -> Vector {
        let (weight, bias) = (parameter(prefix + ".weight"), parameter(prefix + ".bias"))
        return (0..<weight.count / x.count).map { j in
            tape.affine(Array(weight[j * x.count..<(j + 1) * x.count]), x, bias.isEmpty ? tape.constant(0) : bias[j])
        }
    }

    func softmax(_ x: Vector) -> Vector {
        let exps = x.map { tape.exp($0) }
        let inverse = tape.exp(tape.scale(tape.log(sum(exps)), -1))
        return exps.map { tape.multiply($0, inverse) }
    }

    /// −log softmax(x)[target].
    func crossEntropy(_ x: Vector, _ target: Int) -> Tape.Scalar {
        tape.subtract(tape.log(sum(x.map { tape.exp($0) })), x[target])
    }

    /// Σ_s p_s x_s.
    func mix(_ p: Vector, _ x: [Vector]) -> Vector {
        (x.first ?? []).indices.map { j in dot(p, x.map { $0[j] }) }
    }

    /// One step of a recurrent cell: x, h, c → h, c.
    func cell(_ shape: RecurrentShape, _ prefix: String, _ suffix: String, _ x: Vector, _ h: Vector, _ c: Vector) -> (
        Vector, Vector
    ) {
        let H = shape.hidden
        func input(_ j: Int) -> Tape.Scalar {
            tape.affine(
                row("\(prefix).weight_ih_\(suffix)", j, x.count), x, parameter("\(prefix).bias_ih_\(suffix)")[j])
        }
        func recurrent(_ j: Int) -> Tape.Scalar {
            tape.affine(row("\(prefix).weight_hh_\(suffix)", j, H), h, parameter("\(prefix).bias_hh_\(suffix)")[j])
        }
        func z(_ j: Int) -> Tape.Scalar { tape.add(input(j), recurrent(j)) }
        switch shape.cell {
        case .rnn: return ((0..<H).map { tape.tanh(z($0)) }, c)
        case .gru:
            return (
                (0..<H).map { j in
                    let (r, u) = (tape.sigmoid(z(j)), tape.sigmoid(z(H + j)))
                    let n = tape.tanh(tape.add(input(2 * H + j), tape.multiply(r, recurrent(2 * H + j))))
                    return tape.add(tape.multiply(tape.subtract(tape.constant(1), u), n), tape.multiply(u, h[j]))
                }, c
            )
        case .lstm:
            let cell = (0..<H).map { j in
                tape.add(
                    tape.multiply(tape.sigmoid(z(H + j)), c[j]),
                    tape.multiply(tape.sigmoid(z(j)), tape.tanh(z(2 * H + j))))
            }
            return ((0..<H).map { tape.multiply(tape.sigmoid(z(3 * H + $0)), tape.tanh(cell[$0])) }, cell)
        default: preconditionFailure("no equations for the cell \(shape.cell)")
        }
    }

    /// Stacked layers over a sequence: outputs of the top layer, and each layer's last h and c, directions joined.
    func stack(_ shape: RecurrentShape, _ prefix: String, _ sequence: [Vector]) -> (
        outputs: [Vector], h: [Vector], c: [Vector]
    ) {
        var (x, lastH, lastC): ([Vector], [Vector], [Vector]) = (sequence, [], [])
        for layer in 0..<shape.layers {
            var out = [Vector](repeating: [], count: x.count)
            var (jointH, jointC): (Vector, Vector) = ([], [])
            for reverse in shape.bidirectional ? [false, true] : [false] {
                var (h, c) = (zeros(shape.hidden), zeros(shape.hidden))
                for t in reverse ? Array(x.indices.reversed()) : Array(x.indices) {
                    (h, c) = cell(shape, prefix, "l\(layer)" + (reverse ? "_reverse" : ""), x[t], h, c)
                    out[t] += h
                }
                jointH += h
                jointC += c
            }
            x = out
            lastH.append(jointH)
            lastC.append(jointC)
        }
        return (x, lastH, lastC)
    }

    /// Any encoder over a sequence, as `stack`.
    func encode(_ encoder: SequenceEncoder, _ sequence: [Vector]) -> (
        outputs: [Vector], h: [Vector], c: [Vector], hasCell: Bool
    ) {
        switch encoder {
        case .recurrent(let shape):
            let e = stack(shape, "encoder", sequence)
            return (e.outputs, e.h, e.c, shape.cell == .lstm)
        case .transformer(let shape):
            let outputs = blocks(
                shape, "encoder.", causal: false, sequence.map { dense("encoder.input_projection", $0) })
            let share = tape.constant(1 / Double(sequence.count))
            return (outputs, [mix(outputs.map { _ in share }, outputs)], [], false)
        }
    }

    /// First states of a decoder from the last of an encoder.
    func bridge(_ shape: RecurrentShape, h: [Vector], c: [Vector], encoderHasCell: Bool) -> (h: [Vector], c: [Vector]) {
        var (first, cells): ([Vector], [Vector]) = ([], [])
        for layer in 0..<shape.layers {
            let source = max(0, layer + h.count - shape.layers)
            first.append(dense("bridge.hidden_l\(layer)", h[source]).map { tape.tanh($0) })
            cells.append(
                shape.cell == .lstm
                    ? dense("bridge.cell_l\(layer)", encoderHasCell ? c[source] : h[source]) : zeros(shape.hidden))
        }
        return (first, cells)
    }

    /// One step of a unidirectional stack; replaces h and c, returns the top layer's h.
    func stackStep(_ shape: RecurrentShape, _ prefix: String, _ x: Vector, h: inout [Vector], c: inout [Vector])
        -> Vector
    {
        var input = x
        for layer in 0..<shape.layers {
            (h[layer], c[layer]) = cell(shape, prefix, "l\(layer)", input, h[layer], c[layer])
            input = h[layer]
        }
        return input
    }
}

/// Compares an engine's gradients with the reference's, and the reference's with finite differences.
enum GradientCheck {
    static func values(_ tensors: [NamedTensor]) -> [String: [Double]] {
        Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.values.map(Double.init)) })
    }

    /// float32: relative to the largest gradient of the tensor, at most 1e-4.
    static func engine(_ engine: [NamedTensor], _ reference: ReferenceGraph, _ root: Tape.Scalar) {
        let exact = reference.tape.gradients(of: root)
        for tensor in engine {
            let expected = reference.parameter(tensor.name).map { exact[$0.index] }
            #expect(expected.count == tensor.values.count, "\(tensor.name)")
            let largest = max(expected.map(abs).max() ?? 0, 1e-4)
            let worst = zip(tensor.values, expected).map { abs(Double($0) - $1) }.max() ?? 0
            #expect(worst / largest < 1e-4, "\(tensor.name): \(worst / largest)")
        }
    }

    /// Central differences of fourth order on one parameter of each tensor: relative error below 1e-6.
    static func reference(_ tensors: [NamedTensor], loss: (ReferenceGraph) -> Tape.Scalar) {
        let values = values(tensors)
        let graph = ReferenceGraph(values)
        let exact = graph.tape.gradients(of: loss(graph))
        for (n, tensor) in tensors.enumerated() {
            let index = Int(CounterRandom(seed: 9, stream: UInt64(n)).bits(0) % UInt64(tensor.values.count))
            let step = 1e-4
            func at(_ offset: Double) -> Double {
                var moved = values
                moved[tensor.name]?[index] += offset
                let graph = ReferenceGraph(moved)
                return graph.tape.value(loss(graph))
            }
            let numeric = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
            let analytic = exact[graph.parameter(tensor.name)[index].index]
            #expect(abs(numeric - analytic) < 1e-6 * max(abs(analytic), 1e-3), "\(tensor.name)[\(index)]")
        }
    }
}
