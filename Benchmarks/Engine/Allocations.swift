import CAllocationCounter
import EngineSpeed
import Kernels
import RecurrentLayers

/// Allocations of a repetition once everything is warm: steady state should have none.
enum Allocations {
    static func run(_ pool: ComputePool, _ report: Report) throws {
        guard rk_counts_allocations() != 0 else { return }
        for workload in Workload.all + [.mixed] {
            if workload.isTraining {
                count(workload.name, report, TrainingRun(workload, pool: pool).step)
            } else {
                count(workload.name, report, try InferenceRun(workload, pool: pool).repetition)
            }
        }
        count(TransformerRun.name, report, TransformerRun(pool: pool).step)
    }

    private static func count(_ name: String, _ report: Report, _ body: () -> Void) {
        for _ in 0..<2 { body() }
        var counts: [Double] = []
        counts.reserveCapacity(3)
        for _ in 0..<3 {
            let before = rk_allocations()
            body()
            counts.append(Double(rk_allocations() - before))
        }
        report.line(name, "allocations", counts, "allocations/repetition")
    }
}
