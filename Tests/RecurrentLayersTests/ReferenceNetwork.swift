import Kernels
import RecurrentLayers

/// The networks of the engine written one sequence and one scalar at a time: no batch, no mask, no padding.
struct ReferenceNetwork {
    let settings: NetworkSettings
    let tape = Tape()
    /// By name, flat, in PyTorch's shapes.
    private(set) var parameters: [String: [Tape.Scalar]] = [:]

    /// Multiplier of a symbol's embedding, or a category's: the rows of all tables are counted on.
    var keepSymbol: ((Int) -> Double)?

    init(settings: NetworkSettings, tensors: [NamedTensor]) {
        self.settings = settings
        for tensor in tensors { parameters[tensor.name] = tensor.values.map { tape.constant(Double($0)) } }
    }

    init(settings: NetworkSettings, values: [String: [Double]]) {
        self.settings = settings
        for (name, numbers) in values.sorted(by: { $0.key < $1.key }) {
            parameters[name] = numbers.map { tape.constant($0) }
        }
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

    private func sum(_ x: [Tape.Scalar]) -> Tape.Scalar { x.reduce(tape.constant(0)) { tape.add($0, $1) } }

    /// gain ⊙ (x − mean) / √(variance + 1e-5).
    private func normalise(_ x: [Tape.Scalar], gain: [Tape.Scalar]) -> [Tape.Scalar] {
        let share = 1 / Double(x.count)
        let mean = tape.scale(sum(x), share)
        let centred = x.map { tape.subtract($0, mean) }
        let variance = tape.scale(sum(centred.map { tape.multiply($0, $0) }), share)
        let inverse = tape.exp(tape.scale(tape.log(tape.add(variance, tape.constant(1e-5))), -0.5))
        return zip(centred, gain).map { tape.multiply(tape.multiply($0, inverse), $1) }
    }

    /// Rows of W x + b, W x normalised where the network asks for it; `name` is "ih" or "hh".
    private func gates(_ name: String, _ suffix: String, _ rows: Range<Int>, _ x: [Tape.Scalar]) -> [Tape.Scalar] {
        func values(_ parameter: String) -> [Tape.Scalar] { Array((parameters[parameter] ?? [])[rows]) }
        var product = rows.map { tape.affine(row("rnn.weight_\(name)_\(suffix)", $0, x.count), x, tape.constant(0)) }
        if settings.layerNorm { product = normalise(product, gain: values("rnn.layer_norm_\(name)_\(suffix).weight")) }
        return zip(product, values("rnn.bias_\(name)_\(suffix)")).map { tape.add($0, $1) }
    }

    private func add(_ x: [Tape.Scalar], _ y: [Tape.Scalar]) -> [Tape.Scalar] { zip(x, y).map { tape.add($0, $1) } }
    private func multiply(_ x: [Tape.Scalar], _ y: [Tape.Scalar]) -> [Tape.Scalar] {
        zip(x, y).map { tape.multiply($0, $1) }
    }

    /// One step of one cell: x, h, c → h, c; `read` is what the recurrent products see of h.
    private func step(
        _ suffix: String, _ x: [Tape.Scalar], _ h: [Tape.Scalar], read: [Tape.Scalar], _ c: [Tape.Scalar]
    ) -> ([Tape.Scalar], [Tape.Scalar]) {
        let H = settings.hidden
        func both(_ rows: Range<Int>) -> [Tape.Scalar] {
            add(gates("ih", suffix, rows, x), gates("hh", suffix, rows, read))
        }
        switch settings.cell {
        case .rnn: return (both(0..<H).map { activate($0) }, c)
        case .gru:
            let first = both(0..<2 * H).map { tape.sigmoid($0) }
            let (r, u) = (Array(first[..<H]), Array(first[H...]))
            let rows = 2 * H..<3 * H
            let recurrent =
                settings.gruReset == .after
                ? multiply(r, gates("hh", suffix, rows, read)) : gates("hh", suffix, rows, multiply(r, read))
            let n = add(gates("ih", suffix, rows, x), recurrent).map { tape.tanh($0) }
            return (add(multiply(u.map { tape.subtract(tape.constant(1), $0) }, n), multiply(u, h)), c)
        case .lstm:
            let z = both(0..<4 * H)
            func gate(_ n: Int) -> [Tape.Scalar] { Array(z[n * H..<(n + 1) * H]) }
            let (i, f, o) = (
                gate(0).map { tape.sigmoid($0) }, gate(1).map { tape.sigmoid($0) }, gate(3).map { tape.sigmoid($0) }
            )
            let cell = add(multiply(f, c), multiply(i, gate(2).map { tape.tanh($0) }))
            var shown = cell
            if settings.layerNorm {
                shown = add(
                    normalise(cell, gain: parameters["rnn.layer_norm_c_\(suffix).weight"] ?? []),
                    parameters["rnn.layer_norm_c_\(suffix).bias"] ?? [])
            }
            let state = multiply(o, shown.map { tape.tanh($0) })
            guard settings.projection > 0 else { return (state, cell) }
            return (
                (0..<settings.projection).map {
                    tape.affine(row("rnn.weight_hr_" + suffix, $0, H), state, tape.constant(0))
                }, cell
            )
        default: preconditionFailure("no equations for the cell \(settings.cell)")
        }
    }

    /// The head's outputs of one sequence: `[T][O]`, or `[1][O]` for `lastStep`.
    ///
    /// - Parameters:
    ///   - keep: multiplier of each activation after a layer, (layer, step, unit) → 0 or 1/(1 − p).
    ///   - keepState: multiplier of each unit of h in recurrent products, (layer, direction, unit) → 0 or 1/(1 − p).
    func outputs(
        _ sequence: [[Double]], tokens: [Int]? = nil, keep: ((Int, Int, Int) -> Double)? = nil,
        keepState: ((Int, Int, Int) -> Double)? = nil
    ) -> [[Tape.Scalar]] {
        let S = settings.stateWidth
        var x: [[Tape.Scalar]]
        if let tokens, case .tokens(_, let width) = settings.input {
            x = tokens.map { token in
                row("embedding.weight", token, width).map { tape.scale($0, keepSymbol?(token) ?? 1) }
            }
        } else {
            x = sequence.map { raw in
                settings.input.embedded(raw, number: { tape.constant($0) }) { table, category, width, first in
                    row("embedding.\(table).weight", category, width).map {
                        tape.scale($0, keepSymbol?(first + category) ?? 1)
                    }
                }
            }
        }
        for layer in 0..<settings.layers {
            var out = [[Tape.Scalar]](repeating: [], count: x.count)
            for direction in 0..<(settings.bidirectional ? 2 : 1) {
                var (h, c) = (
                    (0..<S).map { _ in tape.constant(0) }, (0..<settings.hidden).map { _ in tape.constant(0) }
                )
                for t in direction == 0 ? Array(0..<x.count) : Array((0..<x.count).reversed()) {
                    let read =
                        keepState.map { keep in h.enumerated().map { tape.scale($1, keep(layer, direction, $0)) } } ?? h
                    (h, c) = step("l\(layer)" + (direction == 1 ? "_reverse" : ""), x[t], h, read: read, c)
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
            x = [Array(x[x.count - 1][0..<S]) + (settings.bidirectional ? Array(x[0][S...]) : [])]
        }
        return x.map { features in
            (0..<settings.outputs).map {
                tape.affine(row(headWeight, $0, features.count), features, row("head.bias", $0, 1)[0])
            }
        }
    }

    /// −log softmax(logits)[target].
    func crossEntropy(_ logits: [Tape.Scalar], _ target: Int) -> Tape.Scalar {
        let sum = logits.map { tape.exp($0) }.reduce(tape.constant(0)) { tape.add($0, $1) }
        return tape.subtract(tape.log(sum), logits[target])
    }
}
