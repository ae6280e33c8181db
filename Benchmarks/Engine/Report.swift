import EngineSpeed
import Kernels
import RecurrentLayers

/// Writes results as the peers' programs do: the median of the repetitions, their number and their range.
struct Report {
    let threads: Int
    let peer: String

    init(threads: Int, weights: WeightPrecision) {
        self.threads = threads
        // Weights in halves are another contest.
        peer = weights == .float32 ? "rondo" : "rondo-\(weights.rawValue)"
    }

    func line(_ workload: String, _ metric: String, _ values: [Double], _ unit: String, _ more: [(String, Double)] = [])
    {
        let rest = more.map { ",\"\($0.0)\":\(Self.short($0.1))" }.joined()
        print(
            "{\"workload\":\"\(workload)\",\"peer\":\"\(peer)\",\"threads\":\(threads),\"metric\":\"\(metric)\","
                + "\"value\":\(Self.short(Stopwatch.median(values))),\"unit\":\"\(unit)\",\"reps\":\(values.count),"
                + "\"min\":\(Self.short(values.min() ?? 0)),\"max\":\(Self.short(values.max() ?? 0)),"
                + "\"isa\":\"\(InstructionSet.name)\"\(rest)}")
    }

    /// Six digits.
    private static func short(_ value: Double) -> Double {
        guard value != 0, value.isFinite else { return 0 }
        var unit = 1.0
        while abs(value) / unit >= 1e6 { unit *= 10 }
        while abs(value) / unit < 1e5 { unit /= 10 }
        return unit >= 1 ? (value / unit).rounded() * unit : (value / unit).rounded() / (1 / unit).rounded()
    }
}
