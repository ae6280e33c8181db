import RecurrentLayers

/// The epochs of the training under way.
struct EpochPlan {
    /// As many as there will be as far as is known.
    var epochs: Int
    /// As many as there can be.
    var epochsMax: Int
    var stepsPerEpoch: Int
    /// Of this training, as many as there will be as far as is known.
    var steps: Int
    /// Of the time that this training has, what is over; 0 where it has as much as it takes.
    var timeShare = 0.0
}

extension EpochPlan {
    /// Nothing ends it sooner.
    init(whole epochs: Int, _ stepsPerEpoch: Int) {
        self.init(
            epochs: epochs, epochsMax: epochs, stepsPerEpoch: stepsPerEpoch, steps: epochs * stepsPerEpoch)
    }
}

/// What one optimiser step was like.
struct StepResult {
    /// 1-based.
    var epoch: Int
    /// Mean per target.
    var loss: Double
    var learningRate: Double
    var gradientNorm: Double
    var picture: GradientPicture?
}

/// Seconds of a training, over all its attempts.
struct TrainingClock {
    let observer: any TrainingObserver
    let secondsBefore: Double
    let stepsBefore: Int
    let tokensBefore: Int
    private let start: Double
    private var lastSave: Double

    /// - Parameters:
    ///   - progress: of the attempts before.
    ///   - savedAt: when a checkpoint was kept last; nil for now.
    init(observer: any TrainingObserver, _ progress: TrainingProgress, savedAt: Double? = nil) {
        self.observer = observer
        secondsBefore = progress.seconds
        stepsBefore = progress.stepsBefore + progress.steps
        tokensBefore = progress.tokens
        start = observer.nowSeconds()
        lastSave = savedAt ?? start
    }

    /// Since `run` was called.
    var secondsOfRun: Double { observer.nowSeconds() - start }
    var seconds: Double { secondsBefore + secondsOfRun }
    /// The pace of this run so far, validation included.
    func secondsPerStep(_ stepsDone: Int) -> Double {
        stepsDone > stepsBefore ? secondsOfRun / Double(stepsDone - stepsBefore) : 0
    }
    var secondsSinceSave: Double { observer.nowSeconds() - lastSave }
    mutating func saved() { lastSave = observer.nowSeconds() }
}

extension Trainer {
    func report(_ result: StepResult, _ plan: EpochPlan, _ clock: TrainingClock) -> TrainingReport {
        let (run, now) = (max(clock.secondsOfRun, 1e-9), clock.seconds)
        let total = max(stepsDone, progress.stepsBefore + plan.steps)
        let pace = run / Double(max(1, stepsDone - clock.stepsBefore))
        var remaining = pace * Double(total - stepsDone)
        if let time { remaining = min(remaining + time.measuringSeconds, max(0, time.limitSeconds - now)) }
        return TrainingReport(
            epoch: result.epoch, epochs: plan.epochs, step: stepsDone, steps: total, tokens: progress.tokens,
            tokensPerSecond: Double(progress.tokens - clock.tokensBefore) / run,
            trainLoss: progress.epochLoss / Double(max(1, progress.epochTargets)),
            validationLoss: progress.lastValidation.isNaN ? nil : progress.lastValidation,
            learningRate: result.learningRate, gradientNorm: result.gradientNorm, remainingSeconds: remaining,
            warning: explosionWarning(result) ?? pictureWarning(result.picture),
            gradients: result.picture,
            gateSaturation: learner.gateSaturation(shards: counts.indices.filter { counts[$0] > 0 }))
    }

    /// Once a training, and only where the loss suffers.
    private func explosionWarning(_ result: StepResult) -> String? {
        guard !progress.warned.contains(.explodes),
            let explosion = alarm.add(norm: result.gradientNorm, loss: result.loss)
        else { return nil }
        progress.warned.append(.explodes)
        return "the gradient explodes: at step \(stepsDone) its norm had risen from "
            + "\(ReadableNumber.text(explosion.usualNorm)) to \(ReadableNumber.text(explosion.norm)), and the loss "
            + "from \(ReadableNumber.text(explosion.usualLoss)) to \(ReadableNumber.text(explosion.loss)); "
            + GradientPicture.Trouble.explodes.remedy(settings)
    }

    /// What vanishes, once a training. What explodes by lag is told by the picture alone: clipping may well contain it.
    private func pictureWarning(_ picture: GradientPicture?) -> String? {
        guard let picture, picture.trouble == .vanishes, !progress.warned.contains(.vanishes) else { return nil }
        progress.warned.append(.vanishes)
        return picture.warning
    }
}
