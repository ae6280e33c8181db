package import Kernels
import RecurrentLayers

/// Trains one model: epochs × windows, until the epochs are over, validation stops improving, or the time is up.
///
///     folds:  (of few sequences with targets, trainings on parts of them first: `FoldTrainings`)
///     step:   load all shards → forward, loss, backward per shard on the pool → sum in shard order → clip → update
///     epoch:  steps → validation → keep the best weights
///     end:    (for small data, once more from the start on all of it) → metrics of the best weights → model
///
/// The result is a function of plan, examples and seed alone: not of the number of threads, nor of pauses and resumes.
/// Only `max_seconds` brings the clock in.
package final class Trainer {
    let settings: EffectiveSettings
    let learner: any Learner
    let pool: ComputePool
    var optimizer: Optimizer
    var progress = TrainingProgress()
    /// Weights of the best validation; empty before the first.
    var best: [NamedTensor] = []
    /// One buffer a shard; the first becomes their sum. Clear between steps.
    let shardGradients: [AlignedBuffer]
    private let touched: TouchedFloats
    /// Cases that tell how long the measuring takes.
    private static let probedCases = 16
    private let dropout: CounterRandom
    private(set) lazy var perStep = StepSettings(settings.training)
    /// Targets of each shard in the step at hand.
    private(set) var counts: [Int]
    /// Of the training under way: a second one begins with losses of its own.
    var alarm: GradientAlarm
    /// What `max_seconds` is divided into; nil without that.
    var time: TimeShares?
    var comparing: Comparing?
    /// What is trained on parts of the data before; nil for nothing.
    let folds: FoldTrainings?
    /// Whether it is known how many epochs are best: they are done, and nothing is looked at.
    private(set) var isRepeat = false
    /// Whether gradients are measured by lag.
    var hasPictures = true

    /// - Parameters:
    ///   - prepared: the training, by `Planner.prepare`.
    ///   - resume: a checkpoint of this very training, to go on from.
    /// - Throws: `ModelError` when the parent's weights do not fit, `TrainingFailure` or `ModelError` when the
    ///   checkpoint does not.
    package convenience init(_ prepared: PreparedTraining, pool: ComputePool, resume: Checkpoint?) throws {
        let settings = prepared.plan.settings
        let learner = try Self.learner(prepared.task, seed: settings.training.seed, parent: prepared.parent)
        let folds = prepared.crossValidation.map { FoldTrainings($0, pool: pool) }
        try self.init(learner, settings, pool: pool, folds: folds)
        if let resume { try goOn(from: resume) }
    }

    private func goOn(from checkpoint: Checkpoint) throws {
        guard let folds else { return try restore(checkpoint) }
        guard let own = try folds.restore(checkpoint) else { return }
        begin(folds.choice)
        try restore(own)
    }

    /// Of a part of the data.
    convenience init(fold task: some TrainingTask, _ settings: EffectiveSettings, pool: ComputePool) throws {
        let learner = try Self.learner(task, seed: settings.training.seed, parent: nil)
        try self.init(learner, settings, pool: pool, folds: nil)
    }

    private init(
        _ learner: any Learner, _ settings: EffectiveSettings, pool: ComputePool, folds: FoldTrainings?
    ) throws {
        self.folds = folds
        self.settings = settings
        self.pool = pool
        self.learner = learner
        let count = learner.parameters.count
        optimizer = Self.freshOptimizer(settings, parameterCount: count)
        shardGradients = (0..<learner.shardCount).map { _ in AlignedBuffer(count: count) }
        touched = TouchedFloats(count: count)
        dropout = CounterRandom(seed: settings.training.seed, stream: RandomStream.dropout)
        counts = [Int](repeating: 0, count: learner.shardCount)
        alarm = GradientAlarm(normMax: settings.training.gradientNormMax)
        time = settings.training.maxSeconds.map { TimeShares(limitSeconds: $0) }
    }

    /// Trains a part of a task, to measure it: no clock, no reports.
    ///
    /// - Returns: the weights after the last epoch.
    static func weights(
        of task: some TrainingTask, settings: EffectiveSettings, pool: ComputePool
    ) throws -> [NamedTensor] {
        let trainer = try Trainer(fold: task, settings, pool: pool)
        let plan = EpochPlan(whole: settings.training.epochs, trainer.learner.stepsPerEpoch(refit: false))
        while trainer.progress.epoch < plan.epochs {
            _ = try trainer.step(plan)
            if trainer.progress.step == plan.stepsPerEpoch {
                trainer.progress.epoch += 1
                trainer.progress.step = 0
            }
        }
        try trainer.requireFiniteWeights()
        return trainer.learner.tensors()
    }

    /// Other versions that the new one is compared with before the end.
    package struct Comparing {
        let rivals: Int
        let readingSeconds: Double
        let compare: (TrainedModel, (Double) -> EvaluationBudget) -> [VersionComparison]

        /// - Parameters:
        ///   - rivals: how many versions.
        ///   - readingSeconds: that it takes to read the data again.
        ///   - compare: is given the model as it was measured, and what makes budgets of a share of the time left.
        package init(
            rivals: Int, readingSeconds: Double,
            compare: @escaping (TrainedModel, (Double) -> EvaluationBudget) -> [VersionComparison]
        ) {
            (self.rivals, self.readingSeconds, self.compare) = (rivals, readingSeconds, compare)
        }
    }

    /// Asks for a comparison at the end; before `run`.
    package func compare(_ comparing: Comparing) {
        guard comparing.rivals > 0 else { return }
        self.comparing = comparing
        time?.rivals = comparing.rivals
        time?.readingSeconds = comparing.readingSeconds
    }

    /// Trains to the end, or until the observer says otherwise.
    /// - Throws: `TrainingFailure` when the loss is no longer finite, or whatever `observer.save` throws.
    package func run(_ observer: any TrainingObserver) throws -> TrainingOutcome {
        var observer = observer
        if let folds {
            if let ending = try folds.run(observer) { return ending }
            if !isRepeat { beginWhole(folds) }
            observer = FoldObserver(observer, folds)
            if progress.epoch < progress.refitEpochs { observer.enter(.refit(epochs: progress.refitEpochs)) }
            time?.measuringSeconds = folds.measuringSeconds
        } else if time != nil {
            probeMeasuring(observer)
        }
        var clock = TrainingClock(observer: observer, progress, savedAt: folds?.savedAt)
        return try steps(observer, &clock) ?? finish(observer, clock)
    }

    /// Trains on, until its epochs are over.
    /// - Returns: how it ended before that; nil if they are.
    func steps(_ observer: any TrainingObserver, _ clock: inout TrainingClock) throws -> TrainingOutcome? {
        while let plan = try nextEpochs(clock, observer) {
            let result = try step(plan)
            if progress.step == plan.stepsPerEpoch { endEpoch(observer) }
            progress.seconds = clock.seconds
            observer.report(report(result, plan, clock))
            switch observer.directive() {
            case .proceed: break
            case .cancel: return .cancelled
            case .pause:
                try save(observer)
                return .paused
            }
            if clock.secondsSinceSave >= perStep.checkpointSeconds {
                try save(observer)
                clock.saved()
            }
        }
        return nil
    }

    /// Does what was found to be best elsewhere, from the start.
    func begin(_ choice: EpochChoice) {
        isRepeat = true
        progress.refit = true
        (progress.refitEpochs, progress.refitCoolEpochs, progress.cuts) = (choice.epochs, choice.cool, choice.cuts)
    }

    private func beginWhole(_ folds: FoldTrainings) {
        begin(folds.choice)
        progress.warned = folds.progress.warned
        (progress.seconds, progress.trainingBegan) = (folds.progress.seconds, folds.progress.seconds)
    }

    /// Optimiser steps of both trainings.
    var stepsDone: Int { progress.stepsBefore + progress.steps }

    private static func learner(_ task: some TrainingTask, seed: UInt64, parent: ParentModel?) throws(ModelError)
        -> any Learner
    {
        try TaskLearner(task, seed: seed, parent: parent)
    }

    static func freshOptimizer(_ settings: EffectiveSettings, parameterCount: Int) -> Optimizer {
        let optimizer = settings.training.optimizer
        return Optimizer(
            kind: optimizer.name, parameterCount: parameterCount, momentum: Float(optimizer.momentum),
            weightDecay: Float(optimizer.weightDecay))
    }

    /// One optimiser step.
    private func step(_ plan: EpochPlan) throws -> StepResult {
        if progress.step == 0 {
            progress.epochLoss = 0
            progress.epochTargets = 0
        }
        let position = StepPosition(epoch: progress.epoch, step: progress.step, refit: progress.refit)
        let picture = isPictureDue ? gradientPicture(position) : nil
        var targets = 0
        for shard in counts.indices {
            counts[shard] = learner.load(position, shard: shard)
            targets += counts[shard]
        }
        let loss = backpropagate(scale: 1 / Float(max(1, targets)))
        touched.begin()
        learner.markRead(in: touched)
        touched.end()
        let norm = Gradients.sum(shardGradients, touched: touched, pool: pool)
        guard loss.isFinite, norm.isFinite else {
            throw notFinite(loss.isFinite ? "the gradient" : "the loss", step: stepsDone + 1)
        }
        let rate = rates(plan).at(progress.steps, timeShare: plan.timeShare)
        if targets > 0 {
            optimizer.update(
                parameters: learner.parameters, gradients: shardGradients[0], scale: clip(norm: norm),
                touched: touched, learningRate: Float(rate), pool: pool)
            learner.repack(pool: pool)
        }
        progress.step += 1
        progress.steps += 1
        progress.tokens += targets
        progress.epochLoss += loss
        progress.epochTargets += targets
        return StepResult(
            epoch: position.epoch + 1, loss: loss / Double(max(1, targets)), learningRate: rate,
            gradientNorm: Double(norm), picture: picture)
    }

    /// Limits the components of the gradient, which has this norm. Returns what limits the norm of the rest.
    private func clip(norm: Float) -> Float {
        var norm = norm
        if let valueMax = perStep.gradientValueMax {
            Gradients.clip(shardGradients[0], valueMax: Float(valueMax))
            norm = Gradients.norm(shardGradients[0], pool: pool)
        }
        return Gradients.scale(norm: norm, normMax: Float(perStep.gradientNormMax))
    }

    /// Forward, loss and backward of every shard; the losses are summed in the order of the shards.
    private func backpropagate(scale: Float) -> Double {
        let (learner, counts, shardGradients) = (learner, counts, shardGradients)
        let keys = counts.indices.map { dropout.bits(UInt64(stepsDone * 16 + $0)) }
        return FixedOrder.map(counts.count, pool) { shard in
            guard counts[shard] > 0 else { return 0.0 }
            return learner.learn(shard: shard, scale: scale, dropoutKey: keys[shard], gradients: shardGradients[shard])
        }.reduce(0, +)
    }

    private func endEpoch(_ observer: any TrainingObserver) {
        if learner.hasValidation && !progress.refit {
            let began = observer.nowSeconds()
            validate()
            time?.validationSeconds = observer.nowSeconds() - began
        }
        progress.epoch += 1
        progress.step = 0
    }

    /// Measures on the held-back part and keeps the weights when they are the best so far.
    func validate() {
        let loss = learner.validate(pool: pool)
        progress.lastValidation = loss
        if loss < progress.bestValidation {
            progress.bestValidation = loss
            progress.bestEpoch = progress.epoch
            progress.epochsWithoutBetter = 0
            best = learner.tensors()
        } else {
            progress.epochsWithoutBetter += 1
            cutOnPlateau()
        }
    }

    /// A cut of the rate from the next epoch on, when the schedule's patience is over since the best epoch or the last
    /// cut.
    private func cutOnPlateau() {
        guard settings.training.schedule.name == .plateau, let patience = settings.training.schedule.patience else {
            return
        }
        let since = max(progress.bestEpoch, (progress.cuts.last ?? 0) - 1)
        if progress.epoch - since >= patience { progress.cuts.append(progress.epoch + 1) }
    }

    /// Measures a few cases of what is measured at the end, to know how long all of them take.
    private func probeMeasuring(_ observer: any TrainingObserver) {
        guard learner.hasValidation else { return }
        let probe = EvaluationBudget(casesMax: Self.probedCases, now: observer.nowSeconds)
        _ = learner.evaluate(pool: pool, budget: probe)
        time?.measuringSeconds = probe.estimatedSeconds
    }
}
