/// What is seen of one training among those of a cross-validation: steps are those of all, and checkpoints have all.
final class FoldObserver: TrainingObserver {
    private let base: any TrainingObserver
    private let folds: FoldTrainings

    init(_ base: any TrainingObserver, _ folds: FoldTrainings) { (self.base, self.folds) = (base, folds) }

    func nowSeconds() -> Double { base.nowSeconds() }
    func report(_ r: TrainingReport) { base.report(folds.placed(r, now: base.nowSeconds())) }
    /// Phases of the training of a fold would say little beside that it is one.
    func enter(_ phase: TrainingPhase) { if folds.progress.isDone { base.enter(phase) } }
    func measured(_ progress: EvaluationBudget.Progress) { base.measured(progress) }
    func directive() -> TrainingDirective { base.directive() }

    func save(_ c: Checkpoint) throws {
        try base.save(folds.whole(c))
        folds.savedAt = base.nowSeconds()
    }
}

extension FoldTrainings {
    /// A report of the training at hand, with the steps of those before and after it.
    func placed(_ report: TrainingReport, now: Double) -> TrainingReport {
        var result = report
        result.step += progress.steps
        result.steps += progress.steps + stepsAfter(report)
        result.tokens += progress.tokens
        let done = result.step - began.steps
        let pace = done > 0 ? (now - began.seconds) / Double(done) : 0
        var remaining = pace * Double(result.steps - result.step)
        if let limit = validation.settings.training.maxSeconds {
            remaining = min(remaining, max(0, limit - began.before - (now - began.seconds)))
        }
        result.remainingSeconds = remaining
        return result
    }

    /// Steps of the trainings after this one, as far as can be told.
    private func stepsAfter(_ report: TrainingReport) -> Int {
        guard !progress.isDone else { return 0 }
        let count = progress.used > 0 ? progress.used : validation.split.count
        let epochs = progress.choices.isEmpty ? report.epochs : choice.epochs
        let each = epochs * validation.tasks[0].stepsPerEpoch(refit: false)
        var steps = epochs * validation.whole.stepsPerEpoch(refit: true)
        if progress.isSearch {
            let search = progress.choices.isEmpty ? report.steps : progress.searchSteps / progress.choices.count
            steps += (count - progress.choices.count - 1) * search + count * each
        } else {
            steps += (count - progress.repeated - 1) * each
        }
        return steps
    }
}
