import CKernels
package import Kernels

/// What the machine can do at most, measured on a pool's threads: the best of some repetitions.
package struct MachineLimits {
    /// Fused multiply-adds in registers, two operations each.
    package let flopsPerSecond: Double
    /// Reading memory far larger than any cache.
    package let memoryBytesPerSecond: Double

    /// Measures both, which takes about a second.
    package init(pool: ComputePool) {
        flopsPerSecond = Self.fma(pool)
        memoryBytesPerSecond = Self.reading(64 << 20, pool)
    }

    private static func fma(_ pool: ComputePool) -> Double {
        let rounds = 500_000
        let seconds = Stopwatch.seconds(budget: 0.3) {
            pool.forEach(pool.threads) { _ in blackHole(InstructionSet.kernels.fma_rounds(rounds)) }
        }
        return Double(pool.threads * rounds * Int(RK_PEAK_FLOPS)) / (seconds.min() ?? 1)
    }

    /// Bytes a second of reading `bytes` again and again, each thread its own.
    package static func reading(_ bytes: Int, _ pool: ComputePool) -> Double {
        let count = bytes / MemoryLayout<Float>.size
        let buffers = (0..<pool.threads).map { _ in AlignedBuffer(count: count) }
        // Small sets are read often enough for a fork to cost nothing beside it.
        let times = max(1, (64 << 20) / bytes)
        let seconds = Stopwatch.seconds(budget: 0.3) {
            pool.forEach(pool.threads) { thread in
                for _ in 0..<times { blackHole(InstructionSet.kernels.read_floats(count, buffers[thread].pointer)) }
            }
        }
        return Double(pool.threads * times * bytes) / (seconds.min() ?? 1)
    }
}

/// Uses a value, so that its computation is not left out.
@inline(never) package func blackHole(_ value: Float) {}
