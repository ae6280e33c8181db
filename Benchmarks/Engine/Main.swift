import Foundation
import Kernels

/// Speed of the engine on the workloads of the peers, one JSON object a line:
///
///     engine-bench [--threads N] [--only T1,I2] [--budget SECONDS]
@main struct EngineBench {
    static func main() throws {
        var (threads, only, budget) = (1, Set<String>(), 4.0)
        var arguments = Array(CommandLine.arguments.dropFirst())
        while arguments.count >= 2 {
            let (flag, value) = (arguments.removeFirst(), arguments.removeFirst())
            switch flag {
            case "--threads": threads = Int(value) ?? 1
            case "--only": only = Set(value.split(separator: ",").map(String.init))
            case "--budget": budget = Double(value) ?? 4
            default: throw ExitUsage()
            }
        }
        guard arguments.isEmpty else { throw ExitUsage() }
        let pool = ComputePool(threads: threads)
        for workload in Workload.all where only.isEmpty || only.contains(workload.name) {
            if workload.isTraining {
                let run = TrainingRun(workload, pool: pool)
                let tokens = Double(workload.steps * workload.batch)
                report(workload, threads, "train_throughput", measure(budget) { run.step() }.map { tokens / $0 }, "tokens/s")
            } else {
                let run = try InferenceRun(workload, pool: pool)
                let seconds = measure(budget) { run.repetition() }
                let (steps, batch) = (Double(workload.steps), Double(workload.batch))
                switch (workload.kind, workload.batch) {
                case (.stream, 1): report(workload, threads, "step_latency", seconds.map { $0 / steps * 1e6 }, "us/step")
                case (.stream, _): report(workload, threads, "stream_steps", seconds.map { batch * steps / $0 }, "steps/s")
                case (_, 1): report(workload, threads, "sequence_latency", seconds.map { $0 * 1e6 }, "us/sequence")
                default: report(workload, threads, "sequence_throughput", seconds.map { batch / $0 }, "sequences/s")
                }
            }
        }
    }

    /// Seconds of each repetition: three to warm up, then at least seven, until the budget is spent.
    private static func measure(_ budget: Double, _ body: () -> Void) -> [Double] {
        for _ in 0..<3 { body() }
        var times: [Double] = []
        let start = DispatchTime.now().uptimeNanoseconds
        while times.count < 7 || (Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9 < budget && times.count < 200) {
            let before = DispatchTime.now().uptimeNanoseconds
            body()
            times.append(Double(DispatchTime.now().uptimeNanoseconds - before) * 1e-9)
        }
        return times
    }

    private static func report(_ workload: Workload, _ threads: Int, _ metric: String, _ values: [Double], _ unit: String) {
        let sorted = values.sorted()
        print(
            "{\"workload\":\"\(workload.name)\",\"peer\":\"rondo-\(InstructionSet.name)\",\"threads\":\(threads),"
                + "\"metric\":\"\(metric)\",\"value\":\(sorted[sorted.count / 2]),\"unit\":\"\(unit)\",\"reps\":\(values.count),"
                + "\"min\":\(sorted.first ?? 0),\"max\":\(sorted.last ?? 0)}")
    }
}

struct ExitUsage: Error, CustomStringConvertible {
    var description: String { "usage: engine-bench [--threads N] [--only T1,I2] [--budget SECONDS]" }
}
