import Kernels

extension Trainer {
    /// Measures the best weights, beside baselines and other versions, and makes the model of them, or of those of a
    /// second training that is complete.
    func finish(_ observer: any TrainingObserver, _ clock: TrainingClock) throws -> TrainingOutcome {
        try requireFiniteWeights()
        if learner.hasValidation && !progress.refit && best.isEmpty && time == nil { validate() }
        if learner.hasValidation || folds != nil { observer.enter(.measuring) }
        let isComplete = progress.refit && progress.epoch >= progress.refitEpochs
        let current = learner.tensors()
        if !best.isEmpty { try learner.assign(best) }
        let budget = budget(time.map { $0.measuringShare(of: $0.limitSeconds - clock.seconds) }, observer)
        var evaluation = try folds?.evaluate(budget) ?? learner.evaluate(pool: pool, budget: budget)
        if budget.isStopped { return try stopped(current, observer) }
        var description = learner.describe()
        evaluation.verdict += budget.remark
        description.forecast?.combination = evaluation.combination
        description.forecast?.surprise = evaluation.surprise
        var model = TrainedModel(description: description, tensors: learner.tensors(), evaluation: evaluation)
        model.heldBack = folds?.heldBack ?? learner.heldBack
        if let comparing {
            observer.enter(.comparing)
            var budgets: [EvaluationBudget] = []
            model.comparisons = comparing.compare(model) { share in
                let budget = self.budget(time.map { max(0, $0.limitSeconds - clock.seconds) * share }, observer)
                budgets.append(budget)
                return budget
            }
            if budgets.contains(where: \.isStopped) { return try stopped(current, observer) }
        }
        if isComplete || folds != nil { (model.tensors, model.learnsAll) = (current, true) }
        return .finished(model)
    }

    private func budget(_ seconds: Double?, _ observer: any TrainingObserver) -> EvaluationBudget {
        EvaluationBudget(seconds: seconds, epochs: progress.bestEpoch + 1, now: observer.nowSeconds) { done in
            observer.measured(done)
            return observer.directive() == .proceed
        }
    }

    private func stopped(_ current: [NamedTensor], _ observer: any TrainingObserver) throws -> TrainingOutcome {
        try learner.assign(current)
        if observer.directive() == .cancel { return .cancelled }
        try save(observer)
        return .paused
    }
}
