import RecurrentLayers

/// Chooses a classifier that fits the number and the length of the sequences.
enum ClassificationPlanner {
    static func plan(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> PlanDraft {
        let (settings, longest) = try SupervisedPlanner.settings(
            request, examples, validation: validation, task: .classification)
        let data = try ClassificationData(
            settings: settings, examples: examples, validation: validation, parent: parent)
        let network = network(settings, reader: data.reader, labels: data.labels.count)
        var notes: [String] = []
        if longest > settings.training.window {
            notes.append("sequences longer than \(settings.training.window) steps are read from their last steps")
        }
        var draft = PlanDraft(
            settings: settings, network: network, windowSteps: min(longest, settings.training.window), notes: notes
        ) { data.task(settings) }
        draft.heldBackNotes = [
            "\(data.training.count) sequences of \(data.labels.count) classes to learn from, "
                + "\(data.validation.count) held back"
        ]
        if data.validation.isEmpty {
            draft.heldBackNotes.append("no class has enough sequences to hold one back: no validation")
        }
        if validation == nil, parent == nil {
            let places = Dictionary(uniqueKeysWithValues: data.labels.enumerated().map { ($1, $0) })
            let strata = examples.map { $0.label.flatMap { places[$0] } }
            draft.crossValidation = SupervisedPlanner.crossValidation(request, settings, examples, strata: strata) {
                settings, fold throws(Faults) in
                try ClassificationData(
                    settings: settings, examples: examples, validation: nil, fold: fold, parent: nil
                ).task(settings)
            }
        }
        return draft
    }

    static func network(_ settings: EffectiveSettings, reader: InputEncoder, labels: Int) -> ModelNetwork {
        settings.network.shape(
            input: reader.input(embedding: settings.network.embedding), outputs: labels, readout: .lastStep)
    }
}
