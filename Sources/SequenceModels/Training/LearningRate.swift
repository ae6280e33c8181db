import Kernels

/// The learning rate as a function of the step, and of what the training has decided meanwhile.
struct LearningRate: Sendable {
    let peak: Double
    let schedule: Schedule
    let epochs: Int
    let stepsPerEpoch: Int
    /// 0-based epochs from which on `plateau` has cut the rate once more.
    var cuts: [Int] = []
    /// Steps over which the rate falls to nothing, where that was decided before it was planned.
    var cooling: Range<Int>?
    /// The last steps, over which the rate falls to nothing; nil: the share that the schedule says.
    var fallSteps: Int?

    /// The settings of a schedule, looked up once for all steps.
    struct Schedule: Sendable {
        let name: ScheduleKind?
        let warmup: Double?
        let cooldown: Double?
        let factor: Double?
        let every: Int?
        let decay: Double?
        let hold: Int?
        let divisor: Double?

        init(_ settings: EffectiveSettings.Schedule) {
            name = settings.name
            warmup = settings.warmup
            cooldown = settings.cooldown
            factor = settings.factor
            every = settings.every
            decay = settings.decay
            hold = settings.hold
            divisor = settings.divisor
        }

        /// The share of the steps over which the rate falls to nothing; nil unless patience or time may begin that.
        var coolShare: Double? { name == .warmupStableDecay ? cooldown ?? 0.2 : nil }
    }

    /// Where a cosine schedule ends, relative to its peak; the least that time leaves of the rate.
    private static let floor = 0.02

    /// - Parameters:
    ///   - step: 0-based.
    ///   - timeShare: of the time that the training has, what is over.
    func at(_ step: Int, timeShare: Double = 0) -> Double {
        let epoch = step / max(1, stepsPerEpoch)
        let factor = schedule.factor ?? 1
        switch schedule.name ?? .constant {
        case .constant: return peak
        case .warmupStableDecay: return peak * min(rise(step), fall(step), fall(timeShare: timeShare))
        case .cosine: return cosine(step, timeShare)
        case .step: return peak * Self.power(factor, epoch / max(1, schedule.every ?? 1))
        case .exponential: return peak * Self.power(schedule.decay ?? 1, epoch)
        case .plateau: return peak * Self.power(factor, cuts.count { $0 <= epoch })
        case .holdThenDivide:
            return peak * Self.power(1 / (schedule.divisor ?? 1), max(0, epoch + 1 - (schedule.hold ?? 0)))
        }
    }

    /// Of the schedule `warmup_stable_decay`: whether the rate falls at this step, as planned or as decided.
    func falls(at step: Int) -> Bool { fall(step) < 1 }

    private var steps: Int { epochs * stepsPerEpoch }
    private var warmSteps: Int { max(1, Int(Double(steps) * (schedule.warmup ?? 0.03))) }

    private func rise(_ step: Int) -> Double { min(1, Double(step + 1) / Double(warmSteps)) }

    /// From 1 in a straight line to what is nearly 0 at the last step: as planned, and as decided.
    private func fall(_ step: Int) -> Double {
        let planned = fallSteps ?? Int((Double(steps) * (schedule.cooldown ?? 0.2)).rounded(.up))
        var factor = Self.fall(left: steps - step, of: planned)
        if let cooling, step >= cooling.lowerBound {
            factor = min(factor, Self.fall(left: cooling.upperBound - step, of: cooling.count))
        }
        return factor
    }

    private func fall(timeShare: Double) -> Double {
        let share = schedule.cooldown ?? 0.2
        return max(Self.floor, min(1, (1 - timeShare) / share))
    }

    private static func fall(left: Int, of steps: Int) -> Double {
        left > steps ? 1 : max(0, Double(left)) / Double(steps + 1)
    }

    private func cosine(_ step: Int, _ timeShare: Double) -> Double {
        let (steps, warm) = (steps, warmSteps)
        if step < warm { return peak * rise(step) }
        let progress = min(1, max(timeShare, Double(step - warm) / Double(max(1, steps - warm))))
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
