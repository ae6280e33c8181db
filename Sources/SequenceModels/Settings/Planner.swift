/// Resolves settings from the data before anything is trained, and refuses what cannot work.
package enum Planner {
    /// What a training of `examples` would do.
    /// - Parameters:
    ///   - validation: examples to validate on; `nil` holds a share of `examples` back.
    ///   - memoryBytesMax: what the training may need, as estimated.
    /// - Throws: every fault found, with JSON Pointers into the training request (`/network/hidden`, `/sequences/3/target`).
    /// - Complexity: a few passes over the data.
    package static func plan(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?,
        memoryBytesMax: Int = ModelLimits.memoryBytesMax
    ) throws(Faults) -> TrainingPlan {
        let task = try inferTask(request, examples)
        var checks = SettingsChecks()
        var numeric = false
        if case .numeric? = examples.first?.input { numeric = true }
        checks.ranges(of: request)
        checks.applicability(of: request, task: task, numeric: numeric)
        checks.examples(examples, task: task, under: "/sequences", like: examples.first)
        if let validation {
            if validation.isEmpty { checks.fault("/validation/sequences", "at least one sequence is needed") }
            checks.examples(validation, task: task, under: "/validation/sequences", like: examples.first)
        }
        try checks.finish()

        let draft = try TaskCatalog.planner(task).plan(request: request, examples: examples, validation: validation)
        checks.consistency(of: draft.settings)
        try checks.finish()
        let cost = try TrainingCost(draft: draft, memoryBytesMax: memoryBytesMax)
        let training = try TaskCatalog.training(settings: draft.settings, examples: examples, validation: validation)
        if draft.settings.training.schedule.name == .plateau && !training.hasValidation {
            throw Faults("/training/schedule/name", "plateau watches the validation loss, and no data is held back for validation")
        }
        let stepsPerEpoch = training.stepsPerEpoch(refit: false)
        let rows = Double(draft.settings.training.batchSize) * Double(min(draft.settings.training.window, training.windowStepsMax))
        let steps = Double(stepsPerEpoch) * Double(draft.settings.training.epochs)
        return TrainingPlan(
            settings: draft.settings, parameterCount: cost.parameterCount,
            estimatedFLOPs: 6 * Double(cost.multiplications) * rows * steps,
            estimatedMemoryBytes: cost.memoryBytes, stepsPerEpoch: stepsPerEpoch,
            notes: DataAudit.notes(examples) + draft.notes)
    }

    private static func inferTask(_ request: SettingsRequest, _ examples: [TrainingExample]) throws(Faults) -> TaskKind {
        guard let first = examples.first else { throw Faults("/sequences", "at least one sequence is needed") }
        let inferred: TaskKind
        switch (first.target, first.input) {
        case (.label, _): inferred = .classification
        case (.numbers, _): inferred = .regression
        case (.labels, _): inferred = .tagging
        case (nil, .numeric): inferred = .forecast
        case (nil, _): inferred = .languageModel
        }
        guard let wanted = request.task, wanted != inferred else { return inferred }
        let found = switch inferred {
        case .classification: "sequences with labels"
        case .regression: "sequences with numbers as targets; a label is a string"
        case .tagging: "sequences with a list of labels as target"
        case .forecast: "numeric series without targets"
        case .languageModel: "texts or symbols without targets"
        }
        throw Faults("/task", "\(wanted.rawValue) cannot be learned from \(found)")
    }
}
