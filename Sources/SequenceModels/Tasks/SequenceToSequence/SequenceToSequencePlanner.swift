import RecurrentLayers

/// Chooses an encoder and a decoder that fit the number and the length of the pairs.
enum SequenceToSequencePlanner {
    private static let choices = PairedPlanner.Choices(dropout: 0.1, isBidirectional: true)

    static func plan(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> PlanDraft {
        let unit = try SymbolTarget.unit(request, examples)
        var settings = try PairedPlanner.settings(
            request, examples, validation: validation, task: .sequenceToSequence, choices)
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
        let target = try SymbolTarget(examples, unit: unit, parent: parent)
        let data = try PairedPlanner.data(settings, examples, validation: validation, parent: parent) {
            example, _, pointer throws(Faults) in try target.encode(example, pointer: pointer)
        }
        let notes = ["\(data.counted); \(target.vocabulary.count) target tokens, the end among them"]
        return PairedPlanner.draft(settings, data, notes: notes) { settings in
            SequenceToSequenceTask(settings: settings, target: target, data: data)
        }
    }
}
