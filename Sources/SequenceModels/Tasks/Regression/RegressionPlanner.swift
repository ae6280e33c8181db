import RecurrentLayers

/// Chooses a network that answers a value for a sequence.
enum RegressionPlanner {
    static func plan(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> PlanDraft {
        let (settings, longest) = try SupervisedPlanner.settings(
            request, examples, validation: validation, task: .regression)
        let data = try RegressionData(settings: settings, examples: examples, validation: validation, parent: parent)
        let network = network(settings, reader: data.reader, width: data.width)
        var notes: [String] = []
        if longest > settings.training.window {
            notes.append("sequences longer than \(settings.training.window) steps are read from their last steps")
        }
        for index in 0..<min(data.width, 100) where data.isConstant(index) {
            notes.append(data.width == 1 ? "the target is constant" : "target \(index) is constant")
        }
        var draft = PlanDraft(
            settings: settings, network: network, windowSteps: min(longest, settings.training.window), notes: notes
        ) { data.task(settings) }
        draft.heldBackNotes = ["\(data.training.count) sequences to learn from, \(data.validation.count) held back"]
        if data.validation.isEmpty {
            draft.heldBackNotes.append("too few sequences to hold one back: no validation")
        }
        if validation == nil, parent == nil {
            let strata = examples.map { ($0.numbers ?? []).contains { !$0.isNaN } ? 0 : nil }
            draft.crossValidation = SupervisedPlanner.crossValidation(request, settings, examples, strata: strata) {
                settings, fold throws(Faults) in
                try RegressionData(settings: settings, examples: examples, validation: nil, fold: fold, parent: nil)
                    .task(settings)
            }
        }
        return draft
    }

    static func network(_ settings: EffectiveSettings, reader: InputEncoder, width: Int) -> ModelNetwork {
        settings.network.shape(
            input: reader.input(embedding: settings.network.embedding), outputs: width, readout: .lastStep)
    }
}
