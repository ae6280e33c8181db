import Kernels

/// The learning rate as a function of the step (and, for `plateau`, of the cuts made so far).
struct LearningRate: Sendable {
    let peak: Double
    let schedule: Schedule
    let epochs: Int
    let stepsPerEpoch: Int
    /// 0-based epochs from which on `plateau` has cut the rate once more.
    var cuts: [Int] = []

    /// The settings of a schedule, looked up once for all steps.
    struct Schedule: Sendable {
        let name: ScheduleKind?
        let warmup: Double?
        let factor: Double?
        let every: Int?
        let decay: Double?
        let hold: Int?
        let divisor: Double?

        init(_ settings: EffectiveSettings.Schedule) {
            name = settings.name
            warmup = settings.warmup
            factor = settings.factor
            every = settings.every
            decay = settings.decay
            hold = settings.hold
            divisor = settings.divisor
        }
    }

    /// Where a cosine schedule ends, relative to its peak.
    private static let floor = 0.02

    /// - Parameter step: 0-based.
    func at(_ step: Int) -> Double {
        let epoch = step / max(1, stepsPerEpoch)
        let factor = schedule.factor ?? 1
        switch schedule.name ?? .constant {
        case .constant: return peak
        case .cosine: return cosine(step)
        case .step: return peak * Self.power(factor, epoch / max(1, schedule.every ?? 1))
        case .exponential: return peak * Self.power(schedule.decay ?? 1, epoch)
        case .plateau: return peak * Self.power(factor, cuts.count { $0 <= epoch })
        case .holdThenDivide:
            return peak * Self.power(1 / (schedule.divisor ?? 1), max(0, epoch + 1 - (schedule.hold ?? 0)))
        }
    }

    private func cosine(_ step: Int) -> Double {
        let steps = epochs * stepsPerEpoch
        let warm = max(1, Int(Double(steps) * (schedule.warmup ?? 0.03)))
        if step < warm { return peak * Double(step + 1) / Double(warm) }
        let progress = min(1, Double(step - warm) / Double(max(1, steps - warm)))
        let wave = (1 + PortableMath.cosSinTurns(min(progress / 2, 0.5)).cos) / 2
        return peak * (Self.floor + (1 - Self.floor) * wave)
    }

    /// base^exponent by repeated multiplication: the same on every machine.
    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var result = 1.0
        for _ in 0..<exponent where result > 0 { result *= base }
        return result
    }
}
