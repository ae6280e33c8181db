import Kernels
import RecurrentLayers
import Testing

/// The Transformer on a tape, one sequence and one scalar at a time.
extension ReferenceGraph {
    func normalise(_ prefix: String, _ x: Vector) -> Vector {
        let count = Double(x.count)
        let mean = tape.scale(sum(x), 1 / count)
        let centred = x.map { tape.subtract($0, mean) }
        let variance = tape.scale(sum(centred.map { tape.multiply($0, $0) }), 1 / count)
        let inverse = tape.exp(tape.scale(tape.log(tape.add(variance, tape.constant(1e-5))), -0.5))
        let (gain, bias) = (parameter(prefix + ".weight"), parameter(prefix + ".bias"))
        return x.indices.map { tape.add(tape.multiply(tape.multiply(centred[$0], inverse), gain[$0]), bias[$0]) }
    }

    func feedForwardActivation(_ kind: FeedForwardActivation, _ x: Tape.Scalar) -> Tape.Scalar {
        guard kind == .gelu else { return tape.relu(x) }
        let cube = tape.multiply(x, tape.multiply(x, x))
        let inner = tape.scale(tape.add(x, tape.scale(cube, 0.044715)), (2 / Double.pi).squareRoot())
        return tape.scale(tape.multiply(x, tape.add(tape.constant(1), tape.tanh(inner))), 0.5)
    }

    /// The normalised outputs of stacked blocks over x, positions included.
    func blocks(_ shape: TransformerShape, _ prefix: String, causal: Bool, _ input: [Vector]) -> [Vector] {
        let (M, d) = (shape.width, shape.width / shape.heads)
        var x = input.enumerated().map { t, row in
            row.enumerated().map { j, value in
                let angle = Double(t) / PortableMath.exp(PortableMath.log(10000) * Double(j / 2 * 2) / Double(M))
                let turns = angle / (2 * Double.pi)
                let (cosine, sine) = PortableMath.cosSinTurns(turns - turns.rounded(.down))
                return tape.add(value, tape.constant(j % 2 == 0 ? sine : cosine))
            }
        }
        for layer in 0..<shape.layers {
            let name = "\(prefix)layers.\(layer)."
            let qkv = x.map { row in
                let normal = normalise(name + "norm1", row)
                return (0..<3 * M).map {
                    tape.affine(
                        self.row(name + "self_attn.in_proj_weight", $0, M), normal,
                        parameter(name + "self_attn.in_proj_bias")[$0])
                }
            }
            x = x.indices.map { t in
                var joined: Vector = []
                for head in 0..<shape.heads {
                    func part(_ s: Int, _ which: Int) -> Vector {
                        Array(qkv[s][which * M + head * d..<which * M + (head + 1) * d])
                    }
                    let seen = Array(causal ? 0..<t + 1 : 0..<x.count)
                    let p = softmax(seen.map { tape.scale(dot(part(t, 0), part($0, 1)), 1 / Double(d).squareRoot()) })
                    joined += mix(p, seen.map { part($0, 2) })
                }
                let middle = add(x[t], dense(name + "self_attn.out_proj", joined))
                let wide = dense(name + "linear1", normalise(name + "norm2", middle)).map {
                    feedForwardActivation(shape.activation, $0)
                }
                return add(middle, dense(name + "linear2", wide))
            }
        }
        return x.map { normalise(prefix + "norm", $0) }
    }
}
