import JSON
package import SequenceModels

/// What a weights file says about itself in its `__metadata__`: enough to predict with it, and nothing of its training,
/// so that the same weights are the same bytes. `ImportReader` reads it.
package enum ModelExport {
    /// The name in a safetensors file's `__metadata__` under which its settings are found.
    package static let settingsKey = "rondo.settings"
    /// Larger descriptions stay out of the header, which readers keep in memory.
    private static let settingsSizeBytesMax = 4 << 20

    /// The name under which a file says that it cannot be imported as it is, and why.
    package static let importKey = "rondo.import"

    /// `format` tells the readers of Hugging Face that names and layout are PyTorch's.
    package static func metadata(_ description: ModelDescription) throws -> [String: String] {
        let text = try settings(description).text
        let isTooLarge = text.utf8.count > settingsSizeBytesMax
        var result = ["format": "pt"]
        if !isTooLarge { result[settingsKey] = text }
        let settings = description.settings
        result[importKey] =
            ModelImport.refusal(of: settings.task, cell: settings.network.cell).map { "no: " + $0 }
            ?? (isTooLarge ? "with settings: vocabulary and labels are too large for this header; give them" : nil)
        return result
    }

    /// What an import is told of such a model.
    static func settings(_ description: ModelDescription) throws -> JSONValue {
        let settings = description.settings
        var members: JSONObject = [
            "task": .string(settings.task.rawValue), "network": try CodableJSON.value(of: settings.network),
            "window": .integer(settings.training.window),
        ]
        if let vocabulary = description.vocabulary {
            members.append("tokens", .string(vocabulary.unit.rawValue))
            members.append("vocabulary", JSONValue(vocabulary.tokens))
            if vocabulary.unit == .words {
                members.append("tokenizer", .string(ImportRequest.VocabularyMaker.rondo.rawValue))
            }
            if let index = vocabulary.endIndex { members.append("end_token", .string(vocabulary.tokens[index])) }
            if let index = vocabulary.unknownIndex {
                members.append("unknown_token", .string(vocabulary.tokens[index]))
            }
            if let choice = settings.unknown { members.append("unknown", .string(choice.rawValue)) }
        }
        if let labels = description.labels { members.append("labels", JSONValue(labels)) }
        if let channels = description.channels { members.append("channels", .integer(channels)) }
        if let scaling = description.channelScaling {
            members.append("channel_scaling", try CodableJSON.value(of: scaling))
        }
        if let scaling = description.targetScaling {
            members.append("target_scaling", try CodableJSON.value(of: scaling))
        }
        if let forecast = settings.forecast { members.append("forecast", try CodableJSON.value(of: forecast)) }
        if let facts = description.forecast { members.append("facts", try CodableJSON.value(of: facts)) }
        return .object(members)
    }
}
