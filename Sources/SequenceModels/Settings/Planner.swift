/// Resolves settings from the data before anything is trained, and refuses what cannot work.
package enum Planner {
    /// What a training of `examples` would do.
    ///
    /// Parameters and errors are those of `prepare`, of which this is a part.
    package static func plan(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?,
        parent: ParentModel? = nil,
        memoryBytesMax: Int = ModelLimits.memoryBytesMax
    ) throws(Faults) -> TrainingPlan {
        try prepare(
            request: request, examples: examples, validation: validation, parent: parent, memoryBytesMax: memoryBytesMax
        ).plan
    }

    /// A training of `examples`: its plan, and the data as the network reads them, encoded once.
    /// - Parameters:
    ///   - parent: a version whose weights the training begins with.
    ///   - validation: examples to validate on; `nil` holds a share of `examples` back.
    ///   - memoryBytesMax: what the training may need, as estimated.
    /// - Throws: every fault found, with JSON Pointers into the training request (`/network/hidden`,
    ///   `/sequences/3/target`).
    /// - Complexity: a few passes over the data.
    package static func prepare(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?,
        parent: ParentModel? = nil,
        memoryBytesMax: Int = ModelLimits.memoryBytesMax
    ) throws(Faults) -> PreparedTraining {
        let task = try inferTask(request, examples)
        if let parent { try refuse(parent, task: task, like: examples.first) }
        let wanted = try request.inheriting(parent)
        var checks = SettingsChecks()
        var numeric = false
        if case .numeric? = examples.first?.input { numeric = true }
        checks.ranges(of: wanted)
        checks.applicability(of: wanted, task: task, numeric: numeric)
        checks.examples(examples, task: task, under: "/sequences", like: examples.first)
        if let validation {
            if validation.isEmpty { checks.fault("/validation/sequences", "at least one sequence is needed") }
            checks.examples(validation, task: task, under: "/validation/sequences", like: examples.first)
        }
        try checks.finish()

        let draft = try task.task.prepare(
            request: wanted, examples: examples, validation: validation, parent: parent?.description)
        checks.consistency(of: draft.settings)
        if let symbols = draft.network.inputSymbols, symbols > ModelLimits.vocabularyMax {
            checks.fault("/sequences", "\(symbols) distinct tokens, at most \(ModelLimits.vocabularyMax) are possible")
        }
        try checks.finish()
        if let parent, !parent.fits(draft.network) {
            throw Faults("/from", "\(parent.name) has a network of another shape")
        }
        let share = draft.settings.validation
        let cost = try TrainingCost(
            draft: draft, dataBytes: DataSize.bytes(examples + (validation ?? [])) + draft.inputsSizeBytes,
            validationCount: validation?.count ?? (share > 0 ? Int((Double(examples.count) * share).rounded(.up)) : 0),
            memoryBytesMax: memoryBytesMax)
        var training = draft.task()
        let operations = operations(draft, training, examples, task, cost)
        var crossValidation: CrossValidation?
        if CrossValidation.fits(operations: operations, memoryBytes: cost.memoryBytes) {
            crossValidation = draft.crossValidation?()
        }
        if let crossValidation { training = crossValidation.whole }
        let isValidated = training.hasValidation || crossValidation != nil
        if draft.settings.training.schedule.name == .plateau && !isValidated {
            throw Faults(
                "/training/schedule/name",
                "plateau watches the validation loss, and no data is held back for validation")
        }
        let heldBackNotes = crossValidation.map { [$0.split.note] } ?? draft.heldBackNotes
        let plan = TrainingPlan(
            settings: crossValidation?.settings ?? draft.settings, parameterCount: cost.parameterCount,
            estimatedFLOPs: operations,
            // The training of all sequences waits for those of the folds.
            estimatedMemoryBytes: cost.memoryBytes * (crossValidation != nil ? 2 : 1),
            stepsPerEpoch: training.stepsPerEpoch(refit: false),
            refits: training.refits || crossValidation != nil, folds: crossValidation?.split.count ?? 0,
            notes: DataAudit.notes(examples) + heldBackNotes + draft.notes)
        return PreparedTraining(plan: plan, task: training, crossValidation: crossValidation, parent: parent)
    }

    /// Of all epochs.
    private static func operations(
        _ draft: PlanDraft, _ training: any TrainingTask, _ examples: [TrainingExample], _ task: TaskKind,
        _ cost: TrainingCost
    ) -> Double {
        // A forecast learns a horizon behind what it reads.
        let window = task == .forecast ? draft.windowSteps : draft.settings.training.window
        let rows = Double(draft.settings.training.batchSize) * Double(min(window, training.windowStepsMax))
        // Batches of whole sequences are as long as the longest of them, and that is mostly not the longest of all.
        let learned =
            task.isSupervised && !task.isPaired
            ? (1 - draft.settings.validation)
                * Double(SupervisedPlanner.steps(examples, unit: draft.settings.tokens)) : .infinity
        return 6 * Double(cost.multiplications) * min(rows * Double(training.stepsPerEpoch(refit: false)), learned)
            * Double(draft.settings.training.epochs)
    }

    /// What no setting can mend.
    private static func refuse(_ parent: ParentModel, task: TaskKind, like first: TrainingExample?) throws(Faults) {
        let description = parent.description
        if description.settings.task != task {
            throw Faults(
                "/from",
                "\(parent.name) is a \(description.settings.task.rawValue), these sequences are for a \(task.rawValue)")
        }
        guard let first else { return }
        let place = task.isSupervised ? "/sequences/0/input" : "/sequences/0"
        switch (first.input, description.channels) {
        case (.numeric(let series), let channels?):
            if series.channels != channels {
                throw Faults(place, "\(series.channels) channels, \(parent.name) has \(channels)")
            }
        case (.numeric, nil):
            throw Faults(place, "numbers, \(parent.name) reads \(description.settings.tokens?.rawValue ?? "tokens")")
        case (_, .some): throw Faults(place, "no numbers, \(parent.name) reads nothing else")
        case (_, nil): break
        }
    }

    private static func inferTask(_ request: SettingsRequest, _ examples: [TrainingExample]) throws(Faults) -> TaskKind
    {
        guard let first = examples.first else { throw Faults("/sequences", "at least one sequence is needed") }
        guard let inferred = TaskTable.tasks.first(where: { $0.isMeant(by: first) }) else {
            throw Faults("/sequences/0", "no task learns from such a sequence")
        }
        guard let wanted = request.task?.task, wanted.kind != inferred.kind, !wanted.accepts(first) else {
            return request.task ?? inferred.kind
        }
        throw Faults(
            "/task",
            "\(wanted.kind.rawValue) cannot be learned from \(inferred.examplesInWords)\(wanted.refusalHint)")
    }
}
