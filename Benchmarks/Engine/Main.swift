import EngineSpeed
import Kernels
import RecurrentLayers

/// Speed of the engine, one JSON object a line, as the peers' programs print them:
///
///     engine-bench [--threads N] [--only T1,I2,products,shapes,lengths,limits,allocations] [--budget SECONDS]
///         [--weights float16]
///
/// Without `--only` it runs the workloads T1 to T6 and I1 to I4 that the peers run too.
@main struct EngineBench {
    static func main() throws {
        var (threads, only, budget, weights) = (1, Workload.all.map(\.name), 4.0, WeightPrecision.float32)
        var arguments = Array(CommandLine.arguments.dropFirst())
        while arguments.count >= 2 {
            let (flag, value) = (arguments.removeFirst(), arguments.removeFirst())
            switch flag {
            case "--threads": threads = Int(value) ?? 1
            case "--only": only = value.split(separator: ",").map(String.init)
            case "--budget": budget = Double(value) ?? 4
            case "--weights": weights = WeightPrecision(rawValue: value) ?? .float32
            default: throw ExitUsage()
            }
        }
        guard arguments.isEmpty else { throw ExitUsage() }
        let pool = ComputePool(threads: threads)
        let report = Report(threads: threads, weights: weights)
        for name in only {
            switch name {
            case "limits": Limits.run(pool, report)
            case "products": ProductShapes.run(pool, report, budget: budget, weights: weights)
            case "shapes": OddShapes.run(pool, report, budget: budget)
            case "allocations": try Allocations.run(pool, report)
            case "lengths": SequenceLengths.run(pool, report, budget: budget)
            default:
                guard let workload = Workload.all.first(where: { $0.name == name }) else { throw ExitUsage() }
                try run(workload, pool, report, budget: budget, weights: weights)
            }
        }
    }

    private static func run(
        _ workload: Workload, _ pool: ComputePool, _ report: Report, budget: Double, weights: WeightPrecision
    ) throws {
        let (steps, batch) = (Double(workload.steps), Double(workload.batch))
        if workload.isTraining {
            let run = TrainingRun(workload, pool: pool)
            let rates = Stopwatch.seconds(budget: budget) { run.step() }.map { steps * batch / $0 }
            let flops = workload.flopsPerToken * Stopwatch.median(rates) / 1e9
            return report.line(workload.name, "train_throughput", rates, "tokens/s", [("gflops", flops)])
        }
        let run = try InferenceRun(workload, pool: pool, weights: weights)
        let seconds = Stopwatch.seconds(budget: budget) { run.repetition() }
        switch (workload.kind, workload.batch) {
        case (.stream, 1): report.line(workload.name, "step_latency", seconds.map { $0 / steps * 1e6 }, "us/step")
        case (.stream, _): report.line(workload.name, "stream_steps", seconds.map { batch * steps / $0 }, "steps/s")
        case (_, 1): report.line(workload.name, "sequence_latency", seconds.map { $0 * 1e6 }, "us/sequence")
        default: report.line(workload.name, "sequence_throughput", seconds.map { batch / $0 }, "sequences/s")
        }
    }
}

struct ExitUsage: Error, CustomStringConvertible {
    var description: String {
        "usage: engine-bench [--threads N] [--only T1,I2,products,shapes,lengths,limits,allocations] [--budget "
            + "SECONDS] [--weights float32|float16]"
    }
}
