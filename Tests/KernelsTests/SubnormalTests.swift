import CKernels
import Kernels
import Testing

/// No kernel meets a subnormal number, or makes one: the processor's own flags are looked at after each run. Numbers
/// that decay become exactly zero.
@Suite struct SubnormalTests {
    private static let sets = KernelSet.supported + KernelSet.others.filter { $0.name == "wide" }

    private func meetsSubnormals(_ body: () -> Void) -> Bool {
        rk_forget_subnormals()
        body()
        return rk_met_subnormals() != 0
    }

    private func isNormal(_ values: [Float]) -> Bool { values.allSatisfy { $0.isNormal || $0.isZero } }

    @Test(arguments: KernelCase.all, [GuardedMemory.Draws.vanishing, .saturated])
    func nothingIsSubnormal(_ test: KernelCase, _ draws: GuardedMemory.Draws) {
        let memory = GuardedMemory(edge: .end, draws: draws)
        for set in Self.sets {
            for n in [1, 7, 16, 37, 67] {
                memory.reset()
                #expect(!meetsSubnormals { test.run(set.kernels, n, memory) }, "\(set.name), \(n)")
            }
        }
    }

    /// Backward in time with halved gates: 2^-63 is reached within a hundred steps, 2^-126 within two hundred.
    @Test(arguments: SubnormalTests.sets) func gradientsDecayToZero(_ set: KernelSet) {
        let (k, b, h) = (set.kernels, 2, 21)
        let size = b * h
        func filled(_ count: Int, _ value: Float) -> [Float] { [Float](repeating: value, count: count) }
        let (half, gates) = (filled(size, 0.5), filled(4 * size, 0.5))
        var (dh, dc, dz, dzh, through) = (half, half, filled(4 * size, 0), filled(3 * size, 0), half)
        let lstm = meetsSubnormals {
            for _ in 0..<400 { k.lstm_backward(b, h, gates, nil, half, half, &dh, &dc, &dz) }
        }
        #expect(!lstm && (dc + dz).allSatisfy { $0 == 0 })
        dh = half
        let gru = meetsSubnormals {
            for _ in 0..<400 { k.gru_backward(b, h, gates, gates, nil, half, h, &dh, &dz, &dzh) }
        }
        #expect(!gru && (dh + dz[0..<3 * size] + dzh).allSatisfy { $0 == 0 })
        dh = half
        let before = meetsSubnormals {
            for _ in 0..<400 {
                k.gru_candidate_backward(b, h, gates, nil, half, h, &dh, &dz)
                k.gru_gates_backward(b, h, gates, nil, half, h, dh, &through, &dz)
                for index in 0..<size { dh[index] = 0.5 * dh[index] }
            }
        }
        #expect(!before && dh.allSatisfy { $0 == 0 } && isNormal(dz + through))
        dh = half
        let rnn = meetsSubnormals {
            for _ in 0..<400 {
                k.rnn_backward(b, h, half, h, 1, nil, &dh, &dz)
                for index in 0..<size { dh[index] = dz[index] }
            }
        }
        #expect(!rnn && dz[0..<size].allSatisfy { $0 == 0 })
    }

    /// Without inputs a cell forgets: its state halves each step, or is the hidden state times a weight.
    @Test(arguments: SubnormalTests.sets) func statesDecayToZero(_ set: KernelSet) {
        let (k, h) = (set.kernels, 21)
        let zero = [Float](repeating: 0, count: 4 * h)
        var (c, state, gates, tanhC) = ([Float](repeating: 1, count: h), zero, zero, zero)
        let lstm = meetsSubnormals {
            for _ in 0..<400 {
                gates = zero
                let previous = c
                k.lstm_forward(1, h, &gates, nil, previous, zero, &c, &tanhC, &state, h)
            }
        }
        #expect(!lstm && (c + state).allSatisfy { $0 == 0 })
        state = [Float](repeating: 0.5, count: h)
        let gru = meetsSubnormals {
            for _ in 0..<400 {
                gates = zero
                let previous = state
                k.gru_forward(1, h, &gates, zero, nil, previous, &state, h)
            }
        }
        #expect(!gru && state.allSatisfy { $0 == 0 })
        state = [Float](repeating: 0.5, count: h)
        let rnn = meetsSubnormals {
            for _ in 0..<400 {
                let halved = state.map { $0 * 0.5 }
                k.rnn_forward(1, h, halved, 0, nil, zero, &state, h)
            }
        }
        #expect(!rnn && state.allSatisfy { $0 == 0 })
    }

    /// Gradients that stay zero, as of a symbol that is not seen again, or tiny ones: the moments of every optimiser.
    @Test(arguments: SubnormalTests.sets, [0, 1e-17, 1e-30] as [Float])
    func momentsDecayToZero(_ set: KernelSet, _ gradient: Float) {
        let (k, n) = (set.kernels, 19)
        func filled(_ value: Float) -> [Float] { [Float](repeating: value, count: n) }
        var (p, m, v, velocity, squares) = (filled(0.1), filled(1e-3), filled(1e-33), filled(1e-3), filled(1e-33))
        let g = filled(gradient)
        let met = meetsSubnormals {
            for _ in 0..<8_000 {
                k.adam(n, &p, g, &m, &v, 1e-3, 0.9, 0.999, 1e-8, 1, 1, 0, 0)
                k.sgd(n, &p, g, &velocity, 1e-3, 0.9, 0, 0)
                k.scaled_descent(n, &p, g, &squares, 1e-3, 0.99, 0.01, 1e-8, 0)
            }
        }
        #expect(!met && isNormal(p + m + v + velocity + squares))
        #expect((v + squares).allSatisfy { $0 == 0 })
        if gradient == 0 { #expect((m + velocity).allSatisfy { $0 == 0 }) }
    }

    /// The second moment of an ordinary gradient has the bytes it would have without a bound.
    @Test func ordinaryMomentsKeepTheirBytes() {
        for gradient in [1e-14, 1e-10, 1e-3, 10] as [Float] {
            var (p, m, v): ([Float], [Float], [Float]) = ([0.1], [0], [0])
            InstructionSet.kernels.adam(1, &p, [gradient], &m, &v, 1e-3, 0.9, 0.999, 1e-8, 0.1, 0.001, 0, 0)
            #expect(v[0] == (1 - 0.999 as Float) * (gradient * gradient) && m[0] == (1 - 0.9 as Float) * gradient)
        }
    }

    /// Logits far below the highest: no probability is subnormal, nor is one zero that has a logarithm; the gradients
    /// are zero.
    @Test(arguments: SubnormalTests.sets) func farLogits(_ set: KernelSet) {
        let (k, n) = (set.kernels, 41)
        let logits = (0..<n).map { Float($0) * -25 }
        var (p, g, loss) = (logits, logits, 0.0)
        let met = meetsSubnormals {
            k.softmax(1, n, logits, 1, &p)
            _ = k.softmax_cross_entropy(1, n, logits, [0], &g, 1e-3, &loss)
        }
        #expect(!met && isNormal(p + g) && p.allSatisfy { $0 > 0 } && g[2...].allSatisfy { $0 == 0 })
        var (weights, d) = (logits, (0..<n).map { 1e-9 * Float($0 - 20) })
        let attended = meetsSubnormals {
            k.attention.masked_softmax(n, nil, 0.5, &weights)
            k.attention.softmax_backward(n, weights, 0.5, &d)
        }
        #expect(!attended && isNormal(weights + d) && weights.allSatisfy { $0 > 0 })
    }

    /// Numbers from outside: below the bound they are zero for a product, others are left alone.
    @Test(arguments: SubnormalTests.sets) func inputsAreFlushed(_ set: KernelSet) {
        let least = Float(sign: .plus, exponent: -63, significand: 1)
        var x: [Float] = [
            .leastNonzeroMagnitude, -.leastNormalMagnitude / 128, 1e-20, least.nextDown, least, -least, 1, -.infinity,
            3e38, -2, 0, 1e-19, 7,
        ]
        let kept = x.map { abs($0) < least ? 0 : $0 }
        var packed = [Float](repeating: 1, count: PackedMatrix.count(depth: 1, columns: x.count))
        set.kernels.pack(1, x.count, x, x.count, 1, &packed, Int(RK_PANEL))
        #expect(Array(packed[0..<x.count]) == kept)
        set.kernels.flush(x.count, &x)
        #expect(x == kept)
        var nan = [Float.nan]
        set.kernels.flush(1, &nan)
        #expect(nan[0].isNaN)
    }
}
