import EngineSpeed
import Kernels
import RecurrentLayers

/// Speed of the engine, one JSON object a line, as the peers' programs print them. `Usage` says how it is called.
///
/// Without `--only` it runs the workloads T1 to T6 and I1 to I5 that the peers run too; X1 is a Transformer.
@main struct EngineBench {
    static func main() throws {
        var (threads, only, budget, weights) = (1, Workload.all.map(\.name), 4.0, WeightPrecision.float32)
        var arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.contains("--help") || arguments.contains("-h") { return print(Usage.text) }
        while !arguments.isEmpty {
            let flag = arguments.removeFirst()
            guard let value = arguments.first else { Usage.refuse("\(flag) needs a value") }
            arguments.removeFirst()
            switch flag {
            case "--threads": threads = Usage.number(flag, value, Int.init) { $0 > 0 }
            case "--only": only = value.split(separator: ",").map(String.init)
            case "--budget": budget = Usage.number(flag, value, Double.init) { $0 > 0 }
            case "--weights": weights = Usage.number(flag, value, WeightPrecision.init(rawValue:)) { _ in true }
            default: Usage.refuse("no option \(flag)")
            }
        }
        for name in only where !Usage.names.contains(name) { Usage.refuse("nothing is called \"\(name)\"") }
        if let refusal = InstructionSet.refusal { Usage.refuse(refusal) }
        let pool = ComputePool(threads: threads)
        let report = Report(threads: threads, weights: weights)
        for name in only {
            switch name {
            case "limits": Limits.run(pool, report)
            case "products": ProductShapes.run(pool, report, budget: budget, weights: weights)
            case "shapes": OddShapes.run(pool, report, budget: budget)
            case "allocations": try Allocations.run(pool, report)
            case "lengths": SequenceLengths.run(pool, report, budget: budget)
            case TransformerRun.name: transformer(pool, report, budget: budget)
            case "numbers": HardNumbers.run(pool, report, budget: budget)
            default:
                for workload in Workload.all where workload.name == name {
                    try run(workload, pool, report, budget: budget, weights: weights)
                }
            }
        }
    }

    private static func transformer(_ pool: ComputePool, _ report: Report, budget: Double) {
        let (run, tokens) = (TransformerRun(pool: pool), Double(TransformerRun.steps * TransformerRun.batch))
        let rates = Stopwatch.seconds(budget: budget) { run.step() }.map { tokens / $0 }
        let flops = TransformerRun.flopsPerToken * Stopwatch.median(rates) / 1e9
        report.line(TransformerRun.name, "train_throughput", rates, "tokens/s", [("gflops", flops)])
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
