import EngineSpeed
import Kernels

/// Cost of a token over the length of a window, T = 100 to 10,000: it should be flat.
enum SequenceLengths {
    static func run(_ pool: ComputePool, _ report: Report, budget: Double) {
        var first = 0.0
        for steps in [100, 300, 1_000, 3_000, 10_000] {
            let workload = Workload(
                name: "length", kind: .regression, settings: Workload.numeric(8, 64, 1, 1), steps: steps,
                batch: 16 * pool.threads)
            let run = TrainingRun(workload, pool: pool)
            let costs = Stopwatch.seconds(budget: budget / 2) { run.step() }.map {
                $0 / Double(steps * workload.batch) * 1e9
            }
            if first == 0 { first = Stopwatch.median(costs) }
            report.line("length_T\(steps)", "cost", costs, "ns/token", [("of_T100", Stopwatch.median(costs) / first)])
        }
    }
}
