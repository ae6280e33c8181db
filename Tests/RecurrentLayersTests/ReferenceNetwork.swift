import Kernels
import RecurrentLayers

/// The networks of the engine written one sequence and one scalar at a time: no batch, no mask, no padding.
struct ReferenceNetwork {
    let settings: NetworkSettings
    let tape = Tape()
    /// By name, flat, in PyTorch's shapes.
    private(set) var parameters: [String: [Tape.Scalar]] = [:]

    /// Multiplier of a symbol's embedding.
    var keepSymbol: ((Int) -> Double)?

    init(settings: NetworkSettings, tensors: [NamedTensor]) {
        self.settings = settings
        for tensor in tensors { parameters[tensor.name] = tensor.values.map { tape.constant(Double($0)) } }
    }

    init(settings: NetworkSettings, values: [String: [Double]]) {
        self.settings = settings
        for (name, numbers) in values.sorted(by: { $0.key < $1.key }) { parameters[name] = numbers.map { tape.constant($0) } }
    }

    private func row(_ name: String, _ index: Int, _ width: Int) -> [Tape.Scalar] {
        Array((parameters[name] ?? [])[index * width..<(index + 1) * width])
    }

    private func activate(_ x: Tape.Scalar) -> Tape.Scalar {
        switch settings.activation {
        case .tanh: tape.tanh(x)
        case .sigmoid: tape.sigmoid(x)
        case .relu: tape.relu(x)
        }
    }

    /// One step of one cell: x, h, c → h, c.
    private func step(_ suffix: String, _ x: [Tape.Scalar], _ h: [Tape.Scalar], _ c: [Tape.Scalar]) -> ([Tape.Scalar], [Tape.Scalar]) {
        let H = settings.hidden
        func input(_ j: Int) -> Tape.Scalar {
            tape.affine(row("rnn.weight_ih_" + suffix, j, x.count), x, row("rnn.bias_ih_" + suffix, j, 1)[0])
        }
        func recurrent(_ j: Int) -> Tape.Scalar {
            tape.affine(row("rnn.weight_hh_" + suffix, j, H), h, row("rnn.bias_hh_" + suffix, j, 1)[0])
        }
        func z(_ j: Int) -> Tape.Scalar { tape.add(input(j), recurrent(j)) }
        switch settings.cell {
        case .rnn: return ((0..<H).map { activate(z($0)) }, c)
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
                tape.add(tape.multiply(tape.sigmoid(z(H + j)), c[j]), tape.multiply(tape.sigmoid(z(j)), tape.tanh(z(2 * H + j))))
            }
            return ((0..<H).map { tape.multiply(tape.sigmoid(z(3 * H + $0)), tape.tanh(cell[$0])) }, cell)
        }
    }

    /// The head's outputs of one sequence: `[T][O]`, or `[1][O]` for `lastStep`.
    ///
    /// - Parameter keep: multiplier of each activation after a layer, (layer, step, unit) → 0 or 1/(1 − p).
    func outputs(_ sequence: [[Double]], tokens: [Int]? = nil, keep: ((Int, Int, Int) -> Double)? = nil) -> [[Tape.Scalar]] {
        let H = settings.hidden
        var x: [[Tape.Scalar]]
        if let tokens, case .tokens(_, let width) = settings.input {
            x = tokens.map { token in
                row("embedding.weight", token, width).map { tape.scale($0, keepSymbol?(token) ?? 1) }
            }
        } else {
            x = sequence.map { $0.map { tape.constant($0) } }
        }
        for layer in 0..<settings.layers {
            var out = [[Tape.Scalar]](repeating: [], count: x.count)
            for direction in 0..<(settings.bidirectional ? 2 : 1) {
                var (h, c) = ((0..<H).map { _ in tape.constant(0) }, (0..<H).map { _ in tape.constant(0) })
                for t in direction == 0 ? Array(0..<x.count) : Array((0..<x.count).reversed()) {
                    (h, c) = step("l\(layer)" + (direction == 1 ? "_reverse" : ""), x[t], h, c)
                    out[t] += h
                }
            }
            if let keep {
                for t in out.indices { out[t] = out[t].enumerated().map { tape.scale($1, keep(layer, t, $0)) } }
            }
            if settings.residual, layer > 0 {
                for t in out.indices { out[t] = zip(out[t], x[t]).map { tape.add($0, $1) } }
            }
            x = out
        }
        let headWeight = settings.tied ? "embedding.weight" : "head.weight"
        if settings.readout == .lastStep {
            x = [Array(x[x.count - 1][0..<H]) + (settings.bidirectional ? Array(x[0][H...]) : [])]
        }
        return x.map { features in
            (0..<settings.outputs).map { tape.affine(row(headWeight, $0, features.count), features, row("head.bias", $0, 1)[0]) }
        }
    }

    /// −log softmax(logits)[target].
    func crossEntropy(_ logits: [Tape.Scalar], _ target: Int) -> Tape.Scalar {
        let sum = logits.map { tape.exp($0) }.reduce(tape.constant(0)) { tape.add($0, $1) }
        return tape.subtract(tape.log(sum), logits[target])
    }
}
