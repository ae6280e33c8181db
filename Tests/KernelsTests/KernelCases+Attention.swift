import CKernels
import Kernels

extension KernelCase {
    /// Positions attended to, by the size at hand: few and many.
    private static func positions(_ n: Int) -> Int { n % 18 + 1 }

    static let attention = [
        KernelCase("attention.dots") { k, n, m in
            let (count, ld) = (positions(n), n + 3)
            k.attention.dots(count, n, m.normal(n), m.normal((count - 1) * ld + n), ld, m.zeros(count))
        },
        KernelCase("attention.additive") { k, n, m in
            let (count, ld) = (positions(n), n + 3)
            let (v, q, x) = (m.normal(n), m.normal(n), m.normal((count - 1) * ld + n))
            k.attention.additive_scores(count, n, v, q, x, ld, m.zeros(count))
            let ds = m.gradients(count)
            ds[count / 2] = 0
            k.attention.additive_backward(
                count, n, v, q, x, ld, ds, m.normal(n), m.normal(n), m.normal((count - 1) * ld + n), ld)
        },
        KernelCase("attention.softmax") { k, n, m in
            let mask = m.copy((0..<n).map { $0 % 3 == 1 ? Float(0) : 1 })
            let (x, plain) = (m.logits(n, scale: 3), m.logits(n, scale: 3))
            k.attention.masked_softmax(n, mask, 0.7, x)
            k.attention.masked_softmax(n, nil, 0.7, plain)
            k.attention.softmax_backward(n, x, 0.7, m.gradients(n))
        },
        KernelCase("attention.rows") { k, n, m in
            let (count, ld) = (positions(n), n + 3)
            let w = m.gradients(count)
            w[count / 2] = 0
            k.attention.weighted_rows(count, n, w, m.normal((count - 1) * ld + n), ld, m.normal(n))
            k.attention.add_outer(count, n, w, m.normal(n), m.normal((count - 1) * ld + n), ld)
        },
    ]

    static let transformer = [
        KernelCase("attention.normalise_rows") { k, n, m in
            let (count, gain) = (positions(n), m.normal(n))
            let (x, statistics) = (m.normal(count * n), m.zeros(2 * count))
            k.attention.normalise_rows(count, n, x, gain, m.normal(n), 1e-5, m.zeros(count * n), statistics)
            k.attention.normalise_rows_backward(
                count, n, x, gain, statistics, m.gradients(count * n), m.normal(count * n), m.normal(n), m.normal(n))
        },
        KernelCase("attention.feed_forward") { k, n, m in
            for relu in 0...1 as ClosedRange<Int32> {
                let x = m.logits(n)
                k.attention.feed_forward_activation(n, relu, x, m.zeros(n))
                k.attention.feed_forward_activation_backward(n, relu, x, m.gradients(n))
            }
        },
    ]
}
