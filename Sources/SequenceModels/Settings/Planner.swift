/// Resolves settings from the data before anything is trained, and refuses what cannot work.
package enum Planner {
    /// What a training of `examples` would do.
    /// - Parameter validation: examples to validate on; `nil` holds a share of `examples` back.
    /// - Throws: every fault found, with JSON Pointers into the training request (`/network/hidden`, `/sequences/3/target`).
    /// - Complexity: a few passes over the data.
    package static func plan(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?
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
        let cost = try TrainingCost(draft: draft)
        let training = try TaskCatalog.training(settings: draft.settings, examples: examples, validation: validation)
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
        if first.label != nil {
            inferred = .classification
        } else if case .numeric = first.input {
            inferred = .forecast
        } else {
            inferred = .languageModel
        }
        guard let wanted = request.task, wanted != inferred else { return inferred }
        let found = switch inferred {
        case .classification: "sequences with labels"
        case .forecast: "numeric series without labels"
        case .languageModel: "texts or symbols without labels"
        }
        throw Faults("/task", "\(wanted.rawValue) cannot be learned from \(found)")
    }
}

extension SettingsChecks {
    /// Every example must be of the first one's kind, with as many channels, labelled or not; numbers must be finite or missing.
    mutating func examples(_ examples: [TrainingExample], task: TaskKind, under root: String, like first: TrainingExample?) {
        guard let first else { return }
        let before = faults.count
        for (index, example) in examples.enumerated() where faults.count - before < ModelLimits.faultsMax {
            let pointer = "\(root)/\(index)"
            let input = task == .classification ? pointer + "/input" : pointer
            if task == .classification && example.label == nil { fault(pointer + "/target", "a label is needed, as in the first sequence") }
            if task != .classification && example.label != nil { fault(pointer + "/target", "the first sequence has no label") }
            switch (first.input, example.input) {
            case (.numeric(let a), .numeric(let b)):
                if a.channels != b.channels { fault(input, "\(b.channels) channels, the first sequence has \(a.channels)") }
                if b.channels > ModelLimits.channelsMax { fault(input, "\(b.channels) channels, at most \(ModelLimits.channelsMax)") }
                if let bad = b.values.firstIndex(where: { $0.magnitude > ModelLimits.valueMax }) {
                    fault("\(input)/\(bad / b.channels)", "magnitude above \(ModelLimits.valueMax)")
                }
            case (.text, .text), (.symbols, .symbols): break
            default: fault(input, "this sequence is of another kind than the first")
            }
        }
    }
}
