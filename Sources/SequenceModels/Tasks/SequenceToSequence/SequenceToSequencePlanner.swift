import RecurrentLayers

/// Chooses an encoder and a decoder that fit the number and the length of the pairs.
enum SequenceToSequencePlanner: TaskPlanner {
    static func plan(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> PlanDraft {
        let unit = try TargetReader.unit(request, examples)
        var settings = try PairedPlanner.settings(request, examples, validation: validation, task: .sequenceToSequence)
        settings.targetTokens = unit
        settings.training.scheduledSampling = request.training.scheduledSampling ?? 0
        let width = settings.network.decoderHidden ?? settings.network.hidden
        settings.network.targetEmbedding = request.network.targetEmbedding ?? PairedPlanner.embedding(hidden: width)
        let attention = request.network.attention ?? .bahdanau
        settings.network.attention = attention
        if attention == .bahdanau { settings.network.attentionWidth = request.network.attentionWidth ?? width }
        if attention == .dot && request.network.decoderHidden == nil {
            settings.network.decoderHidden = settings.network.sequenceEncoder.width
        }
        let task = try SequenceToSequenceTask(
            settings: settings, examples: examples, validation: validation, parent: parent)
        var notes = [
            "\(task.data.training.count) pairs to learn from, \(task.data.validation.count) held back; \(task.target.vocabulary.count) target tokens, the end among them"
        ]
        if task.data.validation.isEmpty { notes.append("too few pairs to hold one back: no validation") }
        return PairedPlanner.draft(
            settings, network: .encoderDecoder(task.networkSettings), facts: task.data.facts, notes: notes)
    }
}
