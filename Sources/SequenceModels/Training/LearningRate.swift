import Kernels

/// The learning rate as a function of the step alone.
struct LearningRate: Sendable {
    let peak: Double
    let kind: ScheduleKind
    /// Steps of the whole schedule.
    let steps: Int

    /// Share of the steps in which a cosine schedule rises.
    private static let warmUpShare = 0.03
    /// Where it ends, relative to its peak.
    private static let floor = 0.02

    /// - Parameter step: 0-based.
    func at(_ step: Int) -> Double {
        guard kind == .cosine else { return peak }
        let warm = max(1, Int(Double(steps) * Self.warmUpShare))
        if step < warm { return peak * Double(step + 1) / Double(warm) }
        let progress = min(1, Double(step - warm) / Double(max(1, steps - warm)))
        let wave = (1 + PortableMath.cosSinTurns(min(progress / 2, 0.5)).cos) / 2
        return peak * (Self.floor + (1 - Self.floor) * wave)
    }
}
