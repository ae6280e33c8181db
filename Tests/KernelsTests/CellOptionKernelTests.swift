import CKernels
import Kernels
import Testing

/// Layer normalisation against its definition in double precision.
@Suite struct CellOptionKernelTests {
    private func random(_ count: Int, _ stream: UInt64) -> [Float] {
        let source = CounterRandom(seed: 8, stream: stream)
        return (0..<count).map { Float(source.normal(UInt64($0))) }
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
