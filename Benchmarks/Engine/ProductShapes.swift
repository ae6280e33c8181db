import EngineSpeed
import Kernels
import RecurrentLayers

/// Products of the shapes that recurrence has, C [M, N] = A [M, K] · B [K, N] with B packed, as fractions of the
/// machine: of its peak, and (the weights being read once a product) of its memory. Names as those of
/// the peers' program of products.
enum ProductShapes {
    static func run(_ pool: ComputePool, _ report: Report, budget: Double, weights: WeightPrecision) {
        let limits = MachineLimits(pool: pool)
        for hidden in [64, 128, 256, 512, 1024] {
            for rows in [1, 8, 20, 32, 64] { measure(rows, hidden, 4 * hidden, pool, report, limits, budget, weights) }
        }
        measure(3072, 1024, 4096, pool, report, limits, budget, weights)
    }

    private static func measure(
        _ m: Int, _ k: Int, _ n: Int, _ pool: ComputePool, _ report: Report, _ limits: MachineLimits, _ budget: Double,
        _ weights: WeightPrecision
    ) {
        let random = CounterRandom(seed: 1, stream: 1)
        func filled(_ count: Int) -> AlignedBuffer {
            AlignedBuffer((0..<count).map { Float(random.uniform(UInt64($0))) })
        }
        let (a, c, source) = (filled(m * k), AlignedBuffer(count: m * n), filled(k * n))
        let b = PackedMatrix(depth: k, columns: n, halves: weights == .float16)
        b.packRows(source.pointer)
        let scratch = (0..<pool.threads).map { _ in AlignedBuffer(count: Product.scratchCount) }
        let flops = 2 * Double(m) * Double(n) * Double(k)
        let repeats = max(1, Int(2e7 / flops))
        // Columns are shared out in multiples of four panels, many rows by rows.
        let parts = pool.threads, byRows = m >= 48 * parts
        let seconds = Stopwatch.seconds(budget: budget / 4) {
            for _ in 0..<repeats {
                pool.forEach(parts) { part in
                    let rows = byRows ? m * part / parts..<m * (part + 1) / parts : 0..<m
                    let columns =
                        byRows
                        ? 0..<n
                        : n / 64 * part / parts * 64..<(part + 1 == parts ? n : n / 64 * (part + 1) / parts * 64)
                    Product.multiply(
                        rows: rows.count, a.pointer + rows.lowerBound * k, rowStride: k, by: b, columns: columns,
                        start: .zero,
                        into: c.pointer + rows.lowerBound * n, ldc: n, scratch: scratch[part])
                }
            }
        }
        let rates = seconds.map { flops * Double(repeats) / $0 }
        let rate = Stopwatch.median(rates)
        report.line(
            "gemm_M\(m)_K\(k)_N\(n)_nn", "sgemm", rates.map { $0 / 1e9 }, "GFLOP/s",
            [
                ("of_peak", rate / limits.flopsPerSecond),
                ("of_memory", Double(b.sizeBytes) * rate / flops / limits.memoryBytesPerSecond),
            ])
    }
}
