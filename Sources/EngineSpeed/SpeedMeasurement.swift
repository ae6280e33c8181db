package import Kernels
import RecurrentLayers

/// One figure for users: how fast a usual training or prediction runs, and how near that is to what the machine can do.
package struct SpeedMeasurement: Sendable {
    /// For example `text, 2 × 256 units, 64 rows`.
    package let name: String
    /// `training` or `stepping`.
    package let kind: String
    /// Tokens (training) or steps of a row (stepping) a second, the median.
    package let perSecond: Double
    /// Floating-point operations of products per second; to be compared with `MachineLimits.flopsPerSecond`.
    package let flopsPerSecond: Double
    /// Bytes of weights read a second by stepping; nil for training, which reads them once for many rows.
    package let weightBytesPerSecond: Double?

    /// What is measured, by the names of the workloads.
    package static let names = ["T2", "T4", "I1b", "I1c", "I4"]

    /// Measures each for `budget` seconds, or three repetitions.
    package static func all(pool: ComputePool, budget: Double) throws -> [SpeedMeasurement] {
        try Workload.all.filter { names.contains($0.name) }.map { try measure($0, pool, budget) }
    }

    private static func measure(_ workload: Workload, _ pool: ComputePool, _ budget: Double) throws -> SpeedMeasurement
    {
        let tokens = Double(workload.steps * workload.batch)
        let seconds: Double
        var flops = workload.flopsPerToken * tokens
        var weightBytes: Double?
        if workload.isTraining {
            let run = TrainingRun(workload, pool: pool)
            seconds = Stopwatch.median(Stopwatch.seconds(budget: budget, warmUps: 1, least: 3) { run.step() })
        } else {
            let run = try InferenceRun(workload, pool: pool)
            seconds = Stopwatch.median(Stopwatch.seconds(budget: budget, warmUps: 1, least: 3) { run.repetition() })
            let bytes = Double(run.weightBytesPerStep * workload.steps)
            // What is computed: the products of symbols with the first layer's weights are in a table.
            flops = 2 * Double(workload.batch) * bytes / Double(MemoryLayout<Float>.size)
            weightBytes = bytes
        }
        return SpeedMeasurement(
            name: description(of: workload), kind: workload.isTraining ? "training" : "stepping",
            perSecond: tokens / seconds,
            flopsPerSecond: flops / seconds, weightBytesPerSecond: weightBytes.map { $0 / seconds })
    }

    private static func description(of workload: Workload) -> String {
        let isText = if case .tokens = workload.settings.input { true } else { false }
        let rows = workload.batch == 1 ? "1 row" : "\(workload.batch) rows"
        return "\(isText ? "text" : "series"), \(workload.settings.layers) × \(workload.settings.hidden) units, \(rows)"
    }
}
