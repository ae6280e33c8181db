import CKernels
import Kernels

extension KernelCase {
    /// Products in which the size at hand is the rows, the columns or the depth, from each start.
    static let products = [
        KernelCase("gemm rows") { k, n, m in multiply(k, n, 1 + n * 7 % 67, 1 + n * 13 % 67, m) },
        KernelCase("gemm columns") { k, n, m in multiply(k, 1 + n % 16, n, 9, m) },
        KernelCase("gemm depth") { k, n, m in multiply(k, 5, 17, n, m) },
        KernelCase("gemm rows that collide in a cache") { k, n, m in multiply(k, n, 3, 512, m) },
        KernelCase("gemm few columns") { k, n, m in
            for columns in 1...9 { multiplyTransposed(k, n, columns, 19, m) }
        },
        KernelCase("gemm_half rows") { k, n, m in multiplyHalves(k, n, 1 + n * 7 % 67, 1 + n * 13 % 67, m) },
        KernelCase("gemm_half columns") { k, n, m in multiplyHalves(k, 1 + n % 4, n, 9, m) },
    ]

    private static func start(_ n: Int, _ turn: Int, _ m: GuardedMemory) -> UnsafeMutablePointer<Float>? {
        turn == 1 ? m.normal(n) : nil
    }

    private static func multiply(_ k: rk_kernels, _ rows: Int, _ columns: Int, _ depth: Int, _ m: GuardedMemory) {
        let packed = m.zeros(PackedMatrix.count(depth: depth, columns: columns))
        k.pack(depth, columns, m.normal(depth * columns), columns, 1, packed, rk_panel_stride(depth))
        let a = m.gradients(rows * depth)
        for (strided, turn) in [(false, 0), (false, 1), (false, 2), (true, 0), (true, 1), (true, 2)] {
            k.gemm(
                rows, columns, depth, a, strided ? 1 : depth, strided ? rows : 1, packed, start(columns, turn, m),
                m.normal(rows * columns), columns, turn == 2 ? 1 : 0, m.scratch)
        }
    }

    /// C += Aᵀ B: the way of a weight gradient.
    private static func multiplyTransposed(
        _ k: rk_kernels, _ rows: Int, _ columns: Int, _ depth: Int, _ m: GuardedMemory
    ) {
        let packed = m.zeros(PackedMatrix.count(depth: depth, columns: columns))
        k.pack(depth, columns, m.normal(depth * columns), 1, depth, packed, rk_panel_stride(depth))
        k.gemm(
            rows, columns, depth, m.gradients(rows * depth), 1, rows, packed, nil, m.normal(rows * columns), columns, 1,
            m.scratch)
    }

    private static func multiplyHalves(_ k: rk_kernels, _ rows: Int, _ columns: Int, _ depth: Int, _ m: GuardedMemory) {
        let count = PackedMatrix.count(depth: depth, columns: columns)
        let (packed, halves) = (m.zeros(count), m.copy([UInt16](repeating: 0, count: count)))
        k.pack(depth, columns, m.normal(depth * columns), 1, depth, packed, rk_panel_stride(depth))
        k.to_half(count, packed, halves)
        let a = m.gradients(rows * depth)
        for turn in 0..<3 {
            k.gemm_half(
                rows, columns, depth, a, depth, halves, start(columns, turn, m), m.normal(rows * columns), columns,
                turn == 2 ? 1 : 0)
        }
    }
}
