import RecurrentLayers

/// Chooses an encoder and a pointer that fit the number and the length of the pairs.
enum PointerPlanner {
    static func plan(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> PlanDraft {
        var settings = try PairedPlanner.settings(request, examples, validation: validation, task: .pointer)
        let once = request.pointer?.once ?? PointerTarget.areUnique(examples + (validation ?? []))
        settings.pointer = EffectiveSettings.Pointer(once: once)
        settings.network.attentionWidth = request.network.attentionWidth ?? settings.network.hidden
        settings.training.labelSmoothing = nil
        let reader = PairedPlanner.reader(settings, examples, parent: parent)
        let data = try PairedData(reader: reader, settings: settings, examples: examples, validation: validation) {
            example, items, pointer throws(Faults) in
            try PointerTarget.encode(example, items: items, once: once, pointer: pointer)
        }
        var hasEnd = !(once && (data.training + data.validation).allSatisfy { $0.target.count == $0.input.steps })
        if case .pointer(let known)? = parent?.network { hasEnd = known.hasEnd }
        var notes = ["\(data.training.count) pairs to learn from, \(data.validation.count) held back"]
        notes.append(once ? "each item is pointed at once at most" : "an item may be pointed at again")
        if !hasEnd { notes.append("answers are as long as their inputs: they need no end") }
        if data.validation.isEmpty { notes.append("too few pairs to hold one back: no validation") }
        return PairedPlanner.draft(settings, facts: data.facts, notes: notes) { settings in
            let task = PointerTask(settings: settings, data: data, hasEnd: hasEnd)
            return (task, .pointer(task.networkSettings))
        }
    }
}
