import Kernels
import RecurrentLayers

/// How the seconds of `max_seconds` are shared out: what is left of them for training.
struct TimeShares: Sendable {
    /// What a second training may need beside the first, which saw nine tenths of the data.
    private static let firstShare = 0.45
    /// Kept free, for what nobody foresees.
    private static let slack = 0.01
    /// Of the whole time, what the measuring may take at most; then it is done on a sample of its cases.
    private static let measuringShareMax = 0.25

    /// `max_seconds`.
    let limitSeconds: Double
    /// That the measuring at the end takes, as estimated.
    var measuringSeconds = 0.0
    /// That a validation takes.
    var validationSeconds = 0.0
    /// Versions that it is compared with, each of which is measured too, and what it takes to read the data again.
    var rivals = 0
    var readingSeconds = 0.0

    /// When training is over and measuring begins, in seconds of the training.
    var measuringBegins: Double {
        let measuring = measuringSeconds * Double(1 + rivals) + readingSeconds
        return limitSeconds * (1 - Self.slack) - min(measuring, Self.measuringShareMax * limitSeconds)
    }

    /// Of the seconds left at the end, those for the measuring without the comparisons.
    func measuringShare(of seconds: Double) -> Double {
        max(0, (seconds - (rivals > 0 ? min(readingSeconds, seconds / 2) : 0)) / Double(1 + rivals))
    }

    /// When the steps of the training under way are over.
    /// - Parameter isFirst: whether a second one follows.
    func stepsEnd(isFirst: Bool) -> Double {
        max(0, measuringBegins * (isFirst ? Self.firstShare : 1) - validationSeconds)
    }
}

extension Trainer {
    /// What is to be done next, or nil at the end of all training.
    func nextEpochs(_ clock: TrainingClock, _ observer: any TrainingObserver) throws(ModelError) -> EpochPlan? {
        if !progress.refit {
            if !isFirstOver(clock) {
                if isPatienceOver { try beginCoolDown(observer) }
                return plan(clock)
            }
            // Where no epoch was done in the time there was, there is nothing to compare with, and no time to lose.
            if learner.hasValidation && progress.step > 0 && !(time != nil && best.isEmpty) { validate() }
            guard learner.refits && progress.bestEpoch >= 0, fitsRefit(clock) else { return nil }
            try beginRefit()
            observer.enter(.refit(epochs: progress.refitEpochs))
        }
        return isTimeUp(clock) || progress.epoch >= progress.refitEpochs ? nil : plan(clock)
    }

    private func plan(_ clock: TrainingClock) -> EpochPlan {
        let stepsPerEpoch = learner.stepsPerEpoch(refit: progress.refit)
        let epochs = progress.refit ? progress.refitEpochs : perStep.epochs
        var steps = epochs * stepsPerEpoch
        if progress.coolFrom >= 0 { steps = min(steps, progress.coolFrom + progress.coolSteps) }
        var share = 0.0
        if let time {
            let end = time.stepsEnd(isFirst: isFirst)
            share = (clock.seconds - progress.trainingBegan) / max(1e-9, end - progress.trainingBegan)
            let fitting = (end - clock.seconds) / max(1e-9, clock.secondsPerStep(stepsDone))
            if fitting < Double(steps - progress.steps) { steps = progress.steps + max(1, Int(fitting)) }
        }
        return EpochPlan(
            epochs: min(epochs, (steps + stepsPerEpoch - 1) / max(1, stepsPerEpoch)), epochsMax: epochs,
            stepsPerEpoch: stepsPerEpoch, steps: steps, timeShare: share)
    }

    /// Whether a second training follows the one under way, as far as is known.
    private var isFirst: Bool {
        guard learner.refits, !progress.refit, progress.bestEpoch >= 0 else { return false }
        // Behind the middle of the time a second one would not be over in time.
        return time.map { progress.seconds < 0.5 * $0.measuringBegins } ?? true
    }

    private func isTimeUp(_ clock: TrainingClock) -> Bool {
        stepsDone > 0 && (time.map { clock.seconds >= $0.stepsEnd(isFirst: isFirst) } ?? false)
    }

    private func isFirstOver(_ clock: TrainingClock) -> Bool {
        if isTimeUp(clock) || progress.epoch >= perStep.epochs { return true }
        if progress.coolFrom >= 0 { return progress.steps >= progress.coolFrom + progress.coolSteps }
        return isPatienceOver && (perStep.schedule.coolShare == nil || best.isEmpty)
    }

    /// Whether validation has not become better for too long. While the rate falls it is given time to.
    private var isPatienceOver: Bool {
        progress.epochsWithoutBetter >= perStep.patience && progress.coolFrom < 0
            && !rates(EpochPlan(whole: perStep.epochs, learner.stepsPerEpoch(refit: false))).falls(at: progress.steps)
    }

    /// The rate falls to nothing from here on, from the best weights, over the share of the steps that it would have
    /// fallen over had the training been planned to end now.
    private func beginCoolDown(_ observer: any TrainingObserver) throws(ModelError) {
        let share = perStep.schedule.coolShare ?? 0
        let epochs = Double(progress.bestEpoch + 1) * share / max(1e-9, 1 - share)
        let left = perStep.epochs - progress.epoch
        let coolEpochs = max(1, min(left, Int(epochs.rounded())))
        progress.coolFrom = progress.steps
        progress.coolSteps = coolEpochs * learner.stepsPerEpoch(refit: false)
        progress.stableEpochs = progress.bestEpoch + 1
        try learner.assign(best)
        learner.repack(pool: pool)
        observer.enter(.coolDown(epochs: coolEpochs))
    }

    /// Whether there is time for a second training; one cut short would have learned less than the first.
    private func fitsRefit(_ clock: TrainingClock) -> Bool {
        guard let time else { return true }
        let steps = Double(refitEpochs.all * learner.stepsPerEpoch(refit: true))
        return clock.seconds + steps * clock.secondsPerStep(stepsDone) < time.stepsEnd(isFirst: false)
    }

    /// Of a second training: as many as proved best, and of them those in which the rate fell.
    private var refitEpochs: (all: Int, cool: Int) {
        let perEpoch = max(1, learner.stepsPerEpoch(refit: false))
        guard progress.coolFrom >= 0, progress.bestEpoch >= progress.coolFrom / perEpoch else {
            return (progress.bestEpoch + 1, 0)
        }
        let cool = progress.coolSteps / perEpoch
        return (min(perStep.epochs, progress.stableEpochs + cool), cool)
    }

    /// How long the training was best, for others to repeat it.
    var found: EpochChoice {
        let epochs = refitEpochs
        return EpochChoice(
            epochs: max(1, epochs.all), cool: epochs.cool,
            trained: min(perStep.epochs, max(1, progress.epoch, epochs.all)), cuts: progress.cuts)
    }

    /// Starts over on all data, with a schedule of its own.
    private func beginRefit() throws(ModelError) {
        (progress.refitEpochs, progress.refitCoolEpochs) = refitEpochs
        try learner.startOver()
        optimizer = Self.freshOptimizer(settings, parameterCount: learner.parameters.count)
        alarm = GradientAlarm(normMax: perStep.gradientNormMax)
        progress.refit = true
        progress.stepsBefore = progress.steps
        progress.trainingBegan = progress.seconds
        (progress.coolFrom, progress.coolSteps) = (-1, 0)
        progress.steps = 0
        progress.epoch = 0
        progress.step = 0
    }

    /// The rates of the training under way.
    func rates(_ plan: EpochPlan) -> LearningRate {
        var rates = LearningRate(
            peak: perStep.learningRate, schedule: perStep.schedule, epochs: plan.epochsMax,
            stepsPerEpoch: plan.stepsPerEpoch, cuts: progress.cuts)
        if progress.coolFrom >= 0 { rates.cooling = progress.coolFrom..<progress.coolFrom + progress.coolSteps }
        if progress.refit, progress.refitCoolEpochs > 0 {
            rates.fallSteps = progress.refitCoolEpochs * plan.stepsPerEpoch
        }
        return rates
    }
}
