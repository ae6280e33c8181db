import CKernels
import Foundation
import Kernels
import Testing

/// Kernels of attention and Transformer blocks: each instruction set against the scalar one, bit for bit, and values
/// against references in double precision.
@Suite struct AttentionKernelTests {
    private func random(_ count: Int, _ stream: UInt64, scale: Double = 1) -> [Float] {
        let source = CounterRandom(seed: 7, stream: stream)
        return (0..<count).map { Float(source.normal(UInt64($0)) * scale) }
    }
    private func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

    @Test func instructionSetsAgree() throws {
        let scalar = try #require(InstructionSet.kernels(named: "scalar")).attention
        var shapes = [(1, 200), (33, 64), (67, 130), (200, 9)]
        for size in 1...67 { shapes += [(size % 18 + 1, size), (size, 5)] }
        for (n, k) in shapes {
            let (v, q, x) = (random(k, 1), random(k, 2), random(n * (k + 3), 3))
            let (w, mask) = (random(n, 4).map { $0 > 1 ? 0 : $0 }, random(n, 5).map { $0 > 0.5 ? Float(0) : 1 })
            func run(_ a: rk_attention_kernels) -> [UInt32] {
                var (scores, dotted, dv, dq, dx) = (w, w, v, q, x)
                a.dots(n, k, q, x, k + 3, &dotted)
                a.additive_scores(n, k, v, q, x, k + 3, &scores)
                a.additive_backward(n, k, v, q, x, k + 3, w, &dv, &dq, &dx, k + 3)
                var (soft, plain, d) = (scores, scores, dotted)
                a.masked_softmax(n, mask, 0.7, &soft)
                a.masked_softmax(n, nil, 0.7, &plain)
                a.softmax_backward(n, soft, 0.7, &d)
                var (context, outer) = (q, x)
                a.weighted_rows(n, k, w, x, k + 3, &context)
                a.add_outer(n, k, w, q, &outer, k + 3)
                var (normal, statistics, dn, gain, bias) = (
                    Array(x[0..<n * k]), [Float](repeating: 0, count: 2 * n), outer, v, q
                )
                a.normalise_rows(n, k, x, v, q, 1e-5, &normal, &statistics)
                a.normalise_rows_backward(n, k, x, v, statistics, outer, &dn, &gain, &bias)
                var all = dotted + scores + dv + dq + dx + soft + plain
                all += d + context + outer + normal + statistics + dn + gain + bias
                for relu in 0...1 as ClosedRange<Int32> {
                    var (y, dy) = (x, outer)
                    a.feed_forward_activation(x.count, relu, x, &y)
                    a.feed_forward_activation_backward(x.count, relu, x, &dy)
                    all += y + dy
                }
                return bits(all)
            }
            let expected = run(scalar)
            for set in KernelSet.others { #expect(run(set.kernels.attention) == expected, "\(set.name)") }
        }
    }

    @Test func maskedSoftmax() {
        let a = InstructionSet.kernels.attention
        for n in 1...20 {
            let (x, mask) = (random(n, 1, scale: 3), (0..<n).map { $0 % 3 == 1 ? Float(0) : 1 })
            var p = x
            a.masked_softmax(n, mask, 0.5, &p)
            let exps = (0..<n).map { mask[$0] == 0 ? 0 : exp(Double(x[$0]) * 0.5) }
            for (got, e) in zip(p, exps) {
                #expect(abs(Double(got) - e / exps.reduce(0, +)) < 1e-6 && (e > 0 || got == 0))
            }
            // Padding behind the last position changes no byte; where nothing is allowed there is no weight at all.
            var longer = x + random(9, 2)
            a.masked_softmax(n + 9, mask + [Float](repeating: 0, count: 9), 0.5, &longer)
            #expect(bits(Array(longer[0..<n])) == bits(p) && longer[n...].allSatisfy { $0 == 0 })
            a.masked_softmax(n, [Float](repeating: 0, count: n), 0.5, &longer)
            #expect(longer[0..<n].allSatisfy { $0 == 0 })
        }
    }

    @Test func activations() {
        let a = InstructionSet.kernels.attention
        let x = (-600...600).map { Float($0) * 0.01 }
        var (y, slope) = (x, [Float](repeating: 1, count: x.count))
        a.feed_forward_activation(x.count, 0, x, &y)
        a.feed_forward_activation_backward(x.count, 0, x, &slope)
        func gelu(_ x: Double) -> Double {
            0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
        }
        for (index, value) in x.map(Double.init).enumerated() {
            #expect(abs(Double(y[index]) - gelu(value)) < 2e-6)
            #expect(abs(Double(slope[index]) - (gelu(value + 1e-5) - gelu(value - 1e-5)) / 2e-5) < 3e-6)
        }
    }
}
