import CAllocationCounter
import EngineSpeed
import Kernels
import RecurrentLayers

/// Allocations of a repetition once everything is warm: steady state should have none.
enum Allocations {
    static func run(_ pool: ComputePool, _ report: Report) throws {
        guard rk_counts_allocations() != 0 else { return }
        for workload in Workload.all {
            let body: () -> Void
            if workload.isTraining {
                let run = TrainingRun(workload, pool: pool)
                body = run.step
            } else {
                let run = try InferenceRun(workload, pool: pool)
                body = run.repetition
            }
            for _ in 0..<2 { body() }
            var counts: [Double] = []
            counts.reserveCapacity(3)
            for _ in 0..<3 {
                let before = rk_allocations()
                body()
                counts.append(Double(rk_allocations() - before))
            }
            report.line(workload.name, "allocations", counts, "allocations/repetition")
        }
    }
}
