import RecurrentLayers

/// Chooses an encoder and a decoder that fit the number and the length of the pairs.
enum SequenceToSequencePlanner {
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
        let target = try TargetReader(examples, unit: unit, parent: parent)
        let reader = PairedPlanner.reader(settings, examples, parent: parent)
        let data = try PairedData(reader: reader, settings: settings, examples: examples, validation: validation) {
            example, _, pointer throws(Faults) in try target.encode(example, pointer: pointer)
        }
        var notes = [
            "\(data.training.count) pairs to learn from, \(data.validation.count) held back; "
                + "\(target.vocabulary.count) target tokens, the end among them"
        ]
        if data.validation.isEmpty { notes.append("too few pairs to hold one back: no validation") }
        return PairedPlanner.draft(settings, facts: data.facts, notes: notes) { settings in
            let task = SequenceToSequenceTask(settings: settings, target: target, data: data)
            return (task, .encoderDecoder(task.networkSettings))
        }
    }
}
