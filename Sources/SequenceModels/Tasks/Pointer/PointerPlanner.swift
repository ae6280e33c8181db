import RecurrentLayers

/// Chooses an encoder and a pointer that fit the number and the length of the pairs.
enum PointerPlanner: TaskPlanner {
    static func plan(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> PlanDraft {
        var settings = try PairedPlanner.settings(request, examples, validation: validation, task: .pointer)
        let once = request.pointer?.once ?? PointerTarget.areUnique(examples + (validation ?? []))
        settings.pointer = EffectiveSettings.Pointer(once: once)
        settings.network.attentionWidth = request.network.attentionWidth ?? settings.network.hidden
        settings.training.labelSmoothing = nil
        let task = try PointerTask(settings: settings, examples: examples, validation: validation, parent: parent)
        var notes = ["\(task.data.training.count) pairs to learn from, \(task.data.validation.count) held back"]
        notes.append(once ? "each item is pointed at once at most" : "an item may be pointed at again")
        if !task.networkSettings.hasEnd { notes.append("answers are as long as their inputs: they need no end") }
        if task.data.validation.isEmpty { notes.append("too few pairs to hold one back: no validation") }
        return PairedPlanner.draft(
            settings, network: .pointer(task.networkSettings), facts: task.data.facts, notes: notes)
    }
}
