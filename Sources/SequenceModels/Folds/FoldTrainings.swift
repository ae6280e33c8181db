import Kernels

/// Trains the folds of a small set, each from the start with the settings of the training, before all of it is learned.
///
///     search:  each fold until its held-back part becomes no better  → the median of the epochs that were best
///     repeat:  each fold for these epochs, its held-back part unseen → answers of all held-back parts, pooled
///
/// Without the second round each fold would be measured with the weights that were the luckiest on the very cases it is
/// measured on. The model that is served is trained as those of the second round are, on all sequences.
final class FoldTrainings {
    let validation: CrossValidation
    private let pool: ComputePool
    private(set) var progress = FoldProgress()
    /// Of each fold that was repeated, in order.
    private var weights: [[NamedTensor]] = []
    /// The training of a fold that was interrupted, as it stood.
    private var interrupted: Trainer?
    /// Of the first folds, as far as they were measured.
    private var answers: [any HeldBackAnswers] = []
    /// That it takes to measure all folds, as estimated; 0 where nobody asks.
    private(set) var measuringSeconds = 0.0
    /// When the last checkpoint was kept, and when this run began, on the clock of the observer.
    var savedAt = 0.0
    private(set) var began = (seconds: 0.0, steps: 0, before: 0.0)

    init(_ validation: CrossValidation, pool: ComputePool) { (self.validation, self.pool) = (validation, pool) }

    private var settings: EffectiveSettings { validation.settings }
    /// The epochs that the folds found best. - Precondition: one has.
    var choice: EpochChoice { EpochChoice.median(progress.choices) }
    /// Cases of a model that has learned all of them in the end.
    var heldBack: HeldBack { .examples(validation.split.places(ofFirst: progress.used)) }

    /// Trains until every fold has its answers.
    /// - Returns: how it ended before that; nil if all are done.
    func run(_ observer: any TrainingObserver) throws -> TrainingOutcome? {
        savedAt = observer.nowSeconds()
        began = (savedAt, progress.steps, progress.seconds)
        if settings.training.maxSeconds == nil { progress.used = validation.split.count }
        while !progress.isDone {
            let trainer = try interrupted ?? nextTrainer()
            interrupted = nil
            let count = progress.used > 0 ? progress.used : validation.split.count
            observer.enter(
                .fold(number: progress.fold + 1, of: count, epochs: progress.isSearch ? nil : choice.epochs))
            let view = FoldObserver(observer, self)
            var clock = TrainingClock(observer: view, trainer.progress, savedAt: savedAt)
            if let ending = try trainer.steps(view, &clock) { return ending }
            try finish(trainer, clock, observer)
        }
        if settings.training.maxSeconds != nil, answers.isEmpty { try probe(observer) }
        return nil
    }

    private func nextTrainer() throws -> Trainer {
        var settings = settings
        settings.training.maxSeconds = limitSeconds()
        let trainer = try Trainer(fold: validation.tasks[progress.fold], settings, pool: pool)
        trainer.hasPictures = progress.choices.isEmpty
        trainer.progress.warned = progress.warned
        if !progress.isSearch { trainer.begin(choice) }
        return trainer
    }

    private func finish(_ trainer: Trainer, _ clock: TrainingClock, _ observer: any TrainingObserver) throws {
        progress.steps += trainer.stepsDone
        progress.tokens += trainer.progress.tokens
        progress.seconds += clock.seconds
        progress.warned = trainer.progress.warned
        if progress.isSearch {
            progress.searchSteps += trainer.stepsDone
            progress.choices.append(trainer.found)
            if progress.used == 0 { progress.used = affordable() }
        } else {
            try trainer.requireFiniteWeights()
            weights.append(trainer.learner.tensors())
            progress.repeated += 1
        }
    }

    // MARK: Time

    /// Of the whole time, what is kept free for what nobody foresees; what the training on all data costs beside that
    /// on a fold.
    private static let slack = 0.04, wholeCost = 1.25

    /// What a repeated training costs beside one that searches; 1 before one has.
    private var repeatCost: Double {
        guard !progress.choices.isEmpty else { return 1 }
        return min(1, Double(choice.epochs) / Double(choice.trained))
    }

    private var leftSeconds: Double? {
        settings.training.maxSeconds.map { max(0, $0 * (1 - Self.slack) - progress.seconds - measuringSeconds) }
    }

    /// A fair part of the time left for the training to come; nil without a limit.
    private func limitSeconds() -> Double? {
        guard let left = leftSeconds else { return nil }
        let used = max(1, progress.used)
        let searches = Double(used - progress.choices.count), repeats = Double(used - progress.repeated) * repeatCost
        let all = searches + repeats + Self.wholeCost * repeatCost
        return max(1e-3, left / all * (progress.isSearch ? 1 : repeatCost))
    }

    /// Folds for which there is time, by how long the first took; at least that one.
    private func affordable() -> Int {
        guard let left = leftSeconds else { return validation.split.count }
        let search = max(1e-9, progress.seconds), more = left - search * repeatCost * (1 + Self.wholeCost)
        let count = 1 + max(0, more / (search * (1 + repeatCost)))
        return count < Double(validation.split.count) ? Int(count) : validation.split.count
    }

    /// Measures the first fold, to know how long all take.
    private func probe(_ observer: any TrainingObserver) throws {
        let start = observer.nowSeconds()
        answers = [try measure(0, .unlimited)]
        let seconds = observer.nowSeconds() - start
        progress.seconds += seconds
        measuringSeconds = seconds * Double(progress.used)
    }

    // MARK: Measuring

    /// The answers of all folds, beside those of simple methods that learned from the same.
    func evaluate(_ budget: EvaluationBudget) throws -> Evaluation {
        let pooled = PooledCases(validation.split, used: progress.used)
        budget.begin(cases: pooled.places.count)
        var parts = answers
        for fold in parts.indices where !budget.isStopped {
            _ = budget.goesOn(after: pooled.cases(of: fold).count, until: .infinity)
        }
        while parts.count < progress.used, !budget.isStopped { parts.append(try measure(parts.count, budget)) }
        if budget.isStopped { return .unmeasured }
        answers = parts
        var all = parts[0].placed(at: pooled.cases(of: 0))
        for fold in parts.indices.dropFirst() { all.add(parts[fold].placed(at: pooled.cases(of: fold))) }
        return all.evaluation(pooled)
    }

    private func measure(_ fold: Int, _ budget: EvaluationBudget) throws -> any HeldBackAnswers {
        guard let found = try Self.answers(validation.tasks[fold], weights[fold], pool, budget) else {
            preconditionFailure("a task that is cross-validated has answers")
        }
        return found
    }

    private static func answers<Task: TrainingTask>(
        _ task: Task, _ tensors: [NamedTensor], _ pool: ComputePool, _ budget: EvaluationBudget
    ) throws -> (any HeldBackAnswers)? {
        try task.answers(network: task.network(tensors: tensors), pool: pool, budget: budget)
    }

    private static func check<Task: TrainingTask>(_ task: Task, _ tensors: [NamedTensor]) throws {
        _ = try task.network(tensors: tensors)
    }
}

// MARK: Checkpoints

extension FoldTrainings {
    /// The checkpoint of a training, with what is known of the folds before it.
    func whole(_ checkpoint: Checkpoint) -> Checkpoint {
        var tensors = checkpoint.tensors
        for (fold, list) in weights.enumerated() {
            tensors += list.map { NamedTensor(name: "fold.\(fold).\($0.name)", shape: $0.shape, values: $0.values) }
        }
        return Checkpoint(tensors: tensors, metadata: checkpoint.metadata.merging(progress.metadata) { own, _ in own })
    }

    /// - Returns: the checkpoint of the training on all data; nil where that has not begun.
    /// - Throws: `TrainingFailure` or `ModelError` when the checkpoint is not one of this training.
    func restore(_ checkpoint: Checkpoint) throws -> Checkpoint? {
        let progress = try FoldProgress(
            metadata: checkpoint.metadata, folds: validation.split.count, epochs: settings.training.epochs)
        var weights: [[NamedTensor]] = []
        for fold in 0..<progress.repeated {
            let prefix = "fold.\(fold)."
            weights.append(
                checkpoint.tensors.filter { $0.name.hasPrefix(prefix) }.map {
                    NamedTensor(name: String($0.name.dropFirst(prefix.count)), shape: $0.shape, values: $0.values)
                })
            try Self.check(validation.tasks[fold], weights[fold])
        }
        (self.progress, self.weights) = (progress, weights)
        let rest = Checkpoint(
            tensors: checkpoint.tensors.filter { !$0.name.hasPrefix("fold.") }, metadata: checkpoint.metadata)
        if progress.isDone { return rest }
        let trainer = try nextTrainer()
        try trainer.restore(rest)
        interrupted = trainer
        return nil
    }
}
