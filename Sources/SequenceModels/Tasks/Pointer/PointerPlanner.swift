import RecurrentLayers

/// Chooses an encoder and a pointer that fit the number and the length of the pairs.
enum PointerPlanner {
    /// Pointers gain from many pairs, each seen a few times.
    private static let choices = PairedPlanner.Choices(hidden: 64, dropout: 0, epochsMin: 12, isBidirectional: false)

    static func plan(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> PlanDraft {
        var settings = try PairedPlanner.settings(request, examples, validation: validation, task: .pointer, choices)
        let once = request.pointer?.once ?? PositionTarget.areUnique(examples + (validation ?? []))
        settings.pointer = EffectiveSettings.Pointer(once: once)
        settings.network.attentionWidth = request.network.attentionWidth ?? settings.network.hidden
        settings.training.labelSmoothing = nil
        let data = try PairedPlanner.data(settings, examples, validation: validation, parent: parent) {
            example, items, pointer throws(Faults) in
            try PositionTarget.encode(example, items: items, once: once, pointer: pointer)
        }
        var hasEnd = !(once && (data.training + data.validation).allSatisfy { $0.target.count == $0.input.steps })
        if case .pointer(let known)? = parent?.network { hasEnd = known.hasEnd }
        var notes = [data.counted]
        notes.append(once ? "each item is pointed at once at most" : "an item may be pointed at again")
        if !hasEnd { notes.append("answers are as long as their inputs: they need no end") }
        let target = PositionTarget(hasEnd: hasEnd, isOnce: once)
        return PairedPlanner.draft(settings, data, notes: notes) { settings in
            PointerTask(settings: settings, target: target, data: data)
        }
    }
}
