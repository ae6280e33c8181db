import CKernels
import Kernels
import Testing

/// Every kernel of every set that this machine can run against the scalar one, bit for bit, over sizes that fill, miss
/// and cross vectors, from starts that are not aligned.
@Suite struct InstructionSetTests {
    let scalar: rk_kernels
    static let sizes = Array(1...67) + [128, 200, 333]

    private let scratch = AlignedBuffer(count: Product.scratchCount)

    init() throws { scalar = try #require(InstructionSet.kernels(named: "scalar")) }

    /// Floats of assorted magnitude, reproducible; `start` floats before them keep the vector off its alignment.
    private func random(_ count: Int, _ stream: UInt64, scale: Double = 1) -> [Float] {
        let source = CounterRandom(seed: 7, stream: stream)
        return (0..<count).map { Float(source.normal(UInt64($0)) * scale) }
    }

    private func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

    @Test func mapsAgree() {
        for n in Self.sizes {
            let x = random(n, 1, scale: 8)
            for map in [\rk_kernels.map_exp, \.map_tanh, \.map_sigmoid] {
                func run(_ kernels: rk_kernels) -> [UInt32] {
                    var y = [Float](repeating: 0, count: n + 1)
                    y.withUnsafeMutableBufferPointer { kernels[keyPath: map](n, x, $0.baseAddress! + 1) }
                    return bits(y)
                }
                let expected = run(scalar)
                for set in KernelSet.others { #expect(run(set.kernels) == expected, "\(set.name)") }
            }
        }
    }

    /// Every number of rows that a tile may have, every width of a last panel, chains longer than a block.
    static let shapes: [(m: Int, n: Int, k: Int)] = {
        var all: [(m: Int, n: Int, k: Int)] = []
        for size in 1...67 { all += [(size, 1 + size * 7 % 67, 1 + size * 13 % 67), (1 + size % 16, size, 9)] }
        all += [(1, 1, 1), (3, 64, 65), (6, 16, 400), (7, 97, 37), (13, 33, 800), (1, 300, 40), (2, 300, 19)]
        return all + [(5, 300, 7), (40, 5, 70), (64, 2, 33), (80, 1, 50), (200, 20, 6), (500, 40, 3)]
    }()

    @Test func productsAgree() {
        for (m, n, k) in Self.shapes {
            let (a, b, bias) = (random(m * k, 2), random(k * n, 3), random(n, 4))
            for strided in [false, true] {
                for start in 0..<3 {
                    func run(_ kernels: rk_kernels) -> [UInt32] {
                        let packed = AlignedBuffer(count: PackedMatrix.count(depth: k, columns: n))
                        kernels.pack(k, n, b, n, 1, packed.pointer)
                        var c = random(m * n, 5)
                        kernels.gemm(
                            m, n, k, a, strided ? 1 : k, strided ? m : 1, packed.pointer, start == 1 ? bias : nil, &c,
                            n, start == 2 ? 1 : 0, scratch.pointer)
                        return bits(c)
                    }
                    let expected = run(scalar)
                    for set in KernelSet.others { #expect(run(set.kernels) == expected, "\(set.name) \(m) \(n) \(k)") }
                }
            }
        }
    }

    @Test func halfProductsAgree() {
        for (m, n, k) in Self.shapes {
            let (a, b, bias) = (random(m * k, 2), random(k * n, 3).map { Float(Float16($0)) }, random(n, 4))
            for start in 0..<3 {
                func run(_ kernels: rk_kernels, halves: Bool) -> [UInt32] {
                    let packed = AlignedBuffer(count: PackedMatrix.count(depth: k, columns: n))
                    kernels.pack(k, n, b, n, 1, packed.pointer)
                    var c = random(m * n, 5)
                    let (first, accumulate) = (start == 1 ? bias : nil, start == 2 ? 1 : 0)
                    if halves {
                        var small = [UInt16](repeating: 0, count: packed.count)
                        kernels.to_half(packed.count, packed.pointer, &small)
                        kernels.gemm_half(m, n, k, a, k, small, first, &c, n, Int32(accumulate))
                    } else {
                        kernels.gemm(m, n, k, a, k, 1, packed.pointer, first, &c, n, Int32(accumulate), scratch.pointer)
                    }
                    return bits(c)
                }
                let expected = run(scalar, halves: false)
                for set in KernelSet.supported { #expect(run(set.kernels, halves: true) == expected, "\(set.name)") }
            }
        }
    }

    @Test func cellsAgree() {
        for h in Array(1...67) + [130, 200] {
            let b = 3
            let mask: [Float] = [1, 0, 1]
            let (z, zh) = (random(b * 4 * h, 6), random(b * 4 * h, 7))
            let (c, hp, dh, dc) = (random(b * h, 8), random(b * h, 9), random(b * h, 10), random(b * h, 11))
            func run(_ k: rk_kernels) -> [UInt32] {
                var (gates, cell, tanhC, out) = (z, c, [Float](repeating: 0, count: b * h), hp)
                k.lstm_forward(b, h, &gates, mask, c, hp, &cell, &tanhC, &out, h)
                var (g, gc, dz) = (dh, dc, [Float](repeating: 0, count: b * 4 * h))
                k.lstm_backward(b, h, gates, mask, c, tanhC, &g, &gc, &dz)
                var all = bits(gates + cell + tanhC + out + g + gc + dz)
                gates = Array(z[0..<b * 3 * h])
                k.gru_forward(b, h, &gates, zh, mask, hp, &out, h)
                (g, dz) = (dh, [Float](repeating: 0, count: b * 3 * h))
                var dzh = dz
                k.gru_backward(b, h, gates, zh, mask, hp, h, &g, &dz, &dzh)
                all += bits(gates + out + g + dz + dzh)
                for activation in 0..<3 as Range<Int32> {
                    k.rnn_forward(b, h, z, activation, mask, hp, &out, h)
                    (g, dz) = (dh, [Float](repeating: 0, count: b * h))
                    k.rnn_backward(b, h, out, h, activation, mask, &g, &dz)
                    all += bits(out + g + dz)
                }
                return all
            }
            let expected = run(scalar)
            for set in KernelSet.others { #expect(run(set.kernels) == expected, "\(set.name)") }
        }
    }

    @Test func wholeBufferKernelsAgree() {
        for n in Self.sizes {
            let (x, y, v) = (random(n, 12), random(n, 13), random(n, 14).map { $0 * $0 })
            func run(_ k: rk_kernels) -> [UInt32] {
                var (a, b, p, m, w) = (y, x, y, x, v)
                k.add(n, x, &a)
                k.scale(n, 0.3, &b)
                k.adam(n, &p, x, &m, &w, 0.01, 0.9, 0.999, 1e-8, 0.1, 0.001, 0.02, 1)
                var (q, s) = (y, x)
                k.sgd(n, &q, x, &s, 0.1, 0.9, 0.01, 1)
                k.scaled_descent(n, &q, y, &w, 0.1, 0.99, 0.01, 1e-8, 0.01)
                var d = x
                k.dropout(n, 99, 0.7, x, &d)
                var soft = x
                k.softmax(1, n, x, 0.7, &soft)
                var (gradient, loss) = (x, 0.0)
                _ = k.softmax_cross_entropy(1, n, x, [Int32(n / 2)], &gradient, 0.5, &loss)
                return bits(a + b + p + m + w + q + s + d + soft + gradient)
                    + bits([Float(k.sum_of_squares(n, x)), Float(loss)])
            }
            let expected = run(scalar)
            for set in KernelSet.others { #expect(run(set.kernels) == expected, "\(set.name)") }
        }
    }
}
