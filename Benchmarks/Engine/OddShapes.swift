import EngineSpeed
import Kernels
import RecurrentLayers

/// Shapes that are multiples of nothing against their round neighbours: operations a second, and the ratio.
enum OddShapes {
    static func run(_ pool: ComputePool, _ report: Report, budget: Double) {
        let pairs: [(String, odd: Workload, round: Workload)] = [
            (
                "text_train", text(.languageModel, 1003, 97, steps: 37, batch: 7),
                text(.languageModel, 1008, 96, steps: 40, batch: 8)
            ),
            ("series_train", series(97, steps: 37, batch: 7), series(96, steps: 40, batch: 8)),
            ("series_train_wide", series(97, steps: 37, batch: 33), series(96, steps: 40, batch: 32)),
        ]
        for (name, odd, round) in pairs {
            // Alternating, so that a neighbour's noise hits both.
            let runs = [TrainingRun(odd, pool: pool), TrainingRun(round, pool: pool)]
            var rates: [[Double]] = [[], []]
            for _ in 0..<5 {
                for (index, workload) in [odd, round].enumerated() {
                    let flops = workload.flopsPerToken * Double(workload.steps * workload.batch)
                    rates[index] += Stopwatch.seconds(budget: budget / 10) { runs[index].step() }.map {
                        flops / $0 / 1e9
                    }
                }
            }
            report.line(
                name + "_odd", "rate", rates[0], "GFLOP/s",
                [("of_round", Stopwatch.median(rates[0]) / Stopwatch.median(rates[1]))])
            report.line(name + "_round", "rate", rates[1], "GFLOP/s")
        }
    }

    private static func text(_ kind: Workload.Kind, _ vocabulary: Int, _ hidden: Int, steps: Int, batch: Int)
        -> Workload
    {
        Workload(
            name: "odd", kind: kind, settings: Workload.text(vocabulary, hidden, hidden, 2), steps: steps, batch: batch)
    }

    private static func series(_ hidden: Int, steps: Int, batch: Int) -> Workload {
        Workload(
            name: "odd", kind: .regression, settings: Workload.numeric(16, hidden, 2, 24), steps: steps, batch: batch)
    }
}
