import Kernels
import Testing

/// C += Aᵀ · B, whatever way the kernels take: few columns by rows, whole panels, a window cut into parts.
@Suite struct WeightGradientTests {
    /// One chain of fused multiply-adds over k for each element, in plain Swift.
    @Test(arguments: [1, 2, 3, 5, 6, 7, 8, 9, 16, 37], [(1, 1), (7, 16), (383, 17), (384, 64), (385, 70), (900, 131)])
    func everyElementIsOneChain(columns: Int, _ shape: (depth: Int, rows: Int)) {
        let (depth, rows) = shape
        let source = CounterRandom(seed: 9, stream: UInt64(columns))
        let values = (0..<(depth * (rows + columns) + rows * columns)).map { Float(source.normal(UInt64($0))) }
        let a = Array(values[..<(depth * rows)]), b = Array(values[(depth * rows)..<(depth * (rows + columns))])
        var c = Array(values[(depth * (rows + columns))...]), expected = c
        for row in 0..<rows {
            for column in 0..<columns {
                for k in 0..<depth {
                    expected[row * columns + column].addProduct(a[k * rows + row], b[k * columns + column])
                }
            }
        }
        let panels = AlignedBuffer(count: Product.gradientPanelsCount(depth: depth, columns: columns))
        let scratch = AlignedBuffer(count: Product.scratchCount)
        Product.accumulateTransposed(
            depth: depth, a, rows: rows, lda: rows, b, columns: columns, ldb: columns, into: &c, ldc: columns,
            panels: panels, scratch: scratch)
        #expect(c.map(\.bitPattern) == expected.map(\.bitPattern))
    }
}
