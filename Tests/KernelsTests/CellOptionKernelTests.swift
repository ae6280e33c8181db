import CKernels
import Kernels
import Testing

/// The kernels of layer normalisation and of the GRU whose reset gate acts before the product: every set
/// against the scalar one bit for bit, and the normalisation against its definition in double
/// precision.
@Suite struct CellOptionKernelTests {
    let scalar: rk_kernels

    init() throws { scalar = try #require(InstructionSet.kernels(named: "scalar")) }

    private func random(_ count: Int, _ stream: UInt64) -> [Float] {
        let source = CounterRandom(seed: 8, stream: stream)
        return (0..<count).map { Float(source.normal(UInt64($0))) }
    }
    private func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

    @Test func normsAgree() {
        for n in 1...67 {
            let (rows, ld) = (3, n + 2)
            let (x, dy, y, gain, bias) = (
                random(rows * ld, 1), random(rows * ld, 2), random(rows * ld, 3), random(n, 4), random(n, 5)
            )
            func run(_ k: rk_kernels) -> [UInt32] {
                var all: [UInt32] = []
                for start in [bias, nil] {
                    var (values, out, inverse) = (x, y, [Float](repeating: 0, count: rows))
                    k.layer_norm_forward(rows, n, &values, gain, start, &out, ld, &inverse)
                    var slope = gain
                    all += bits(values + out + inverse)
                    k.layer_norm_backward(rows, n, dy, gain, inverse, &values, ld, &slope)
                    all += bits(values + slope)
                }
                return all
            }
            let expected = run(scalar)
            for set in KernelSet.others { #expect(run(set.kernels) == expected, "\(set.name)") }
        }
    }

    @Test func normalisedCellAgrees() {
        let (b, mask) = (3, [1, 0, 1] as [Float])
        for h in Array(1...67) + [130, 200] {
            let (z, c, hp, dh, dc) = (
                random(b * 4 * h, 6), random(b * h, 8), random(b * h, 9), random(b * h, 10), random(b * h, 11)
            )
            let (gain, bias) = (random(h, 12), random(h, 13))
            func run(_ k: rk_kernels) -> [UInt32] {
                let zero = [Float](repeating: 0, count: b * h)
                var (gates, cell, values, inverse, tanhC, out) = (z, c, zero, [Float](repeating: 0, count: b), zero, hp)
                k.lstm_norm_forward(b, h, &gates, mask, c, hp, &cell, gain, bias, &values, &inverse, &tanhC, &out, h)
                var all = bits(gates + cell + values + inverse + tanhC + out)
                var (g, gc, dz, dGain, dBias) = (dh, dc, z, gain, bias)
                k.lstm_norm_backward(b, h, gates, mask, c, tanhC, gain, &values, inverse, &g, &gc, &dz, &dGain, &dBias)
                all += bits(values + g + gc + dz + dGain + dBias)
                return all
            }
            let expected = run(scalar)
            for set in KernelSet.others { #expect(run(set.kernels) == expected, "\(set.name)") }
        }
    }

    @Test func gruBeforeAgrees() {
        let (b, mask) = (3, [1, 0, 1] as [Float])
        for h in Array(1...67) + [130, 200] {
            let (z, zh, hp, dh, d) = (
                random(b * 3 * h, 6), random(b * 3 * h, 7), random(b * h, 9), random(b * h, 10), random(b * h, 11)
            )
            func run(_ k: rk_kernels) -> [UInt32] {
                var (gates, reset, out) = (z, hp, hp)
                k.gru_gates_forward(b, h, &gates, zh, mask, hp, h, &reset)
                k.gru_candidate_forward(b, h, &gates, zh, mask, hp, &out, h)
                var (g, dz, through) = (dh, z, hp)
                k.gru_candidate_backward(b, h, gates, mask, hp, h, &g, &dz)
                k.gru_gates_backward(b, h, gates, mask, hp, h, d, &through, &dz)
                return bits(gates + reset + out + g + dz + through)
            }
            let expected = run(scalar)
            for set in KernelSet.others { #expect(run(set.kernels) == expected, "\(set.name)") }
        }
    }

    /// Also far from zero, where one pass over Σ x² would lose every digit.
    @Test(arguments: [0, 1000] as [Float]) func normValues(_ offset: Float) {
        for n in [2, 8, 13, 200] {
            let x = random(n, 14).map { $0 + offset }
            let (gain, bias) = (random(n, 15), random(n, 16))
            var (values, y, inverse) = (x, [Float](repeating: 0, count: n), [Float](repeating: 0, count: 1))
            InstructionSet.kernels.layer_norm_forward(1, n, &values, gain, bias, &y, n, &inverse)
            let mean = x.reduce(0.0) { $0 + Double($1) } / Double(n)
            let variance = x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(n)
            let exact = 1 / (variance + 1e-5).squareRoot()
            // The mean has the rounding of a float of its size: 2^-24 of it, a few times over.
            let tolerance = 1e-5 + 5e-7 * Double(offset) * exact
            #expect(abs(Double(inverse[0]) / exact - 1) < tolerance)
            for j in 0..<n {
                let expected = Double(gain[j]) * (Double(x[j]) - mean) * exact + Double(bias[j])
                #expect(abs(Double(y[j]) - expected) < tolerance * (1 + 4 * Double(abs(gain[j]))))
            }
        }
    }
}
