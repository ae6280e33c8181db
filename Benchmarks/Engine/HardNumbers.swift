import EngineSpeed
import Kernels

/// Work on numbers that vanish or lie far apart beside the same work on usual ones: the ratio of the times, how many
/// subnormal numbers were left, and (with one thread) whether the processor met any.
enum HardNumbers {
    static func run(_ pool: ComputePool, _ report: Report, budget: Double) {
        for stress in StressCase.all(pool: pool) {
            var seconds: (hard: [Double], usual: [Double]) = ([], [])
            // Alternating, so that a neighbour's noise hits both.
            for _ in 0..<5 {
                seconds.hard += Stopwatch.seconds(budget: budget / 10, warmUps: 1, least: 3, stress.bodies.hard)
                seconds.usual += Stopwatch.seconds(budget: budget / 10, warmUps: 1, least: 3, stress.bodies.usual)
            }
            let met = Subnormals.areMet(stress.bodies.hard)
            report.line(
                stress.name, "hard_numbers", seconds.hard.map { $0 * 1e3 }, "ms",
                [
                    ("of_usual", Stopwatch.median(seconds.hard) / Stopwatch.median(seconds.usual)),
                    ("of_usual_fastest", (seconds.hard.min() ?? 0) / (seconds.usual.min() ?? 1)),
                    ("subnormals_left", Double(stress.subnormalsLeft())),
                    ("subnormals_met", met ? 1 : 0),
                ])
        }
    }
}
