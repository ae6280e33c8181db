import RecurrentLayers

/// Chooses a tagger: bidirectional unless the request says otherwise.
enum TaggingPlanner {
    static func plan(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> PlanDraft {
        let (settings, longest) = try SupervisedPlanner.settings(
            request, examples, validation: validation, task: .tagging)
        let data = try TaggingData(settings: settings, examples: examples, validation: validation, parent: parent)
        let network = network(settings, reader: data.reader, labels: data.labels.count)
        let steps = data.training.reduce(0) { $0 + $1.labelled }
        let missing = examples.reduce(0) { $0 + ($1.labels ?? []).count { $0 == nil } }
        var notes = ["\(steps) steps of \(data.labels.count) labels to learn from"]
        if missing > 0 { notes.append("\(missing) labels are missing; they are masked") }
        if longest > settings.training.window {
            notes.append("sequences longer than \(settings.training.window) steps are learned in pieces")
        }
        var draft = PlanDraft(
            settings: settings, network: network, windowSteps: min(longest, settings.training.window), notes: notes
        ) { data.task(settings) }
        if data.validation.isEmpty { draft.heldBackNotes = ["too few sequences to hold one back: no validation"] }
        if validation == nil, parent == nil {
            let strata = examples.map { ($0.labels ?? []).contains { $0 != nil } ? 0 : nil }
            draft.crossValidation = SupervisedPlanner.crossValidation(request, settings, examples, strata: strata) {
                settings, fold throws(Faults) in
                try TaggingData(settings: settings, examples: examples, validation: nil, fold: fold, parent: nil)
                    .task(settings)
            }
        }
        return draft
    }

    static func network(_ settings: EffectiveSettings, reader: InputEncoder, labels: Int) -> ModelNetwork {
        settings.network.shape(
            input: reader.input(embedding: settings.network.embedding), outputs: labels, readout: .everyStep)
    }
}
