import EngineSpeed
import JSON
import Kernels

/// Figures of `rondo bench`: a table as they come, or one JSON object at the end.
final class BenchDisplay {
    private let isJSON: Bool
    private var machines: [JSONValue] = []
    private var results: [JSONValue] = []

    init(isJSON: Bool) { self.isJSON = isJSON }

    func begin() {
        guard !isJSON else { return }
        StandardOutput.write("instruction set \(InstructionSet.name), \(ComputePool.coreCount) processors\n")
        StandardOutput.write("GB/s is of weights; peak and memory are shares of what this machine can do\n")
    }

    func show(_ limits: MachineLimits, threads: Int) {
        machines.append([
            "threads": .integer(threads), "fma_peak_gflops": .number(Self.rounded(limits.flopsPerSecond / 1e9)),
            "memory_read_gb_per_second": .number(Self.rounded(limits.memoryBytesPerSecond / 1e9)),
        ])
        guard !isJSON else { return }
        StandardOutput.write(
            "\n\(threads) \(threads == 1 ? "thread" : "threads"): at most "
                + "\(Self.text(limits.flopsPerSecond / 1e9)) GFLOP/s, "
                + "\(Self.text(limits.memoryBytesPerSecond / 1e9)) GB/s from memory\n")
        line("layers × units", "a second", "GFLOP/s", "peak", "GB/s", "memory")
    }

    func show(_ bench: SpeedMeasurement, _ limits: MachineLimits, threads: Int) {
        let ofPeak = bench.flopsPerSecond / limits.flopsPerSecond
        let ofMemory = bench.weightBytesPerSecond.map { $0 / limits.memoryBytesPerSecond }
        results.append([
            "name": .string(bench.name), "kind": .string(bench.kind), "threads": .integer(threads),
            "per_second": .number(Self.rounded(bench.perSecond)),
            "gflops": .number(Self.rounded(bench.flopsPerSecond / 1e9)),
            "of_fma_peak": .number(Self.rounded(ofPeak)),
            "weights_gb_per_second": JSONValue(bench.weightBytesPerSecond.map { Self.rounded($0 / 1e9) }),
            "of_memory": JSONValue(ofMemory.map(Self.rounded)),
        ])
        guard !isJSON else { return }
        line(
            "\(bench.kind): \(bench.name.replacing(" units", with: ""))",
            "\(Int(bench.perSecond)) \(bench.kind == "training" ? "tokens" : "steps")",
            Self.text(bench.flopsPerSecond / 1e9), Self.text(ofPeak),
            bench.weightBytesPerSecond.map { Self.text($0 / 1e9) } ?? "",
            ofMemory.map(Self.text) ?? "")
    }

    func end() {
        guard isJSON else { return }
        let all: JSONValue = [
            "isa": .string(InstructionSet.name), "processors": .integer(ComputePool.coreCount),
            "machine": .array(machines),
            "results": .array(results),
        ]
        StandardOutput.write(all.text + "\n")
    }

    private func line(_ cells: String...) {
        // 80 columns with the gaps.
        let widths = [33, 13, 7, 5, 6, 6]
        let padded = zip(cells, widths).enumerated().map { index, cell in
            let gap = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
            return index == 0 ? cell.0 + gap : gap + cell.0
        }
        StandardOutput.write(padded.joined(separator: "  ") + "\n")
    }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

    /// Two decimals.
    private static func text(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100)." + (hundredths % 100 < 10 ? "0" : "") + "\(hundredths % 100)"
    }
}
