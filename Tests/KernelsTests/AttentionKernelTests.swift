import CKernels
import Foundation
import Kernels
import Testing

/// Kernels of attention and Transformer blocks: values against references in double precision.
@Suite struct AttentionKernelTests {
    private func random(_ count: Int, _ stream: UInt64, scale: Double = 1) -> [Float] {
        let source = CounterRandom(seed: 7, stream: stream)
        return (0..<count).map { Float(source.normal(UInt64($0)) * scale) }
    }
    private func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

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
