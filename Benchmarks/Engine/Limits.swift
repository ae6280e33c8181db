import EngineSpeed
import Kernels

/// The machine itself: fused multiply-adds in registers, and reading from each level of memory.
enum Limits {
    static func run(_ pool: ComputePool, _ report: Report) {
        let limits = MachineLimits(pool: pool)
        report.line("fma_peak", "fp32_fma", [limits.flopsPerSecond / 1e9], "GFLOP/s")
        for (name, bytes) in [("L1_16K", 16 << 10), ("L2_256K", 256 << 10), ("L3_3M", 3 << 20)] {
            report.line(name, "read", [MachineLimits.reading(bytes, pool) / 1e9], "GB/s")
        }
        report.line("DRAM_64M", "read", [limits.memoryBytesPerSecond / 1e9], "GB/s")
    }
}
