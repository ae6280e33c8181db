package import JSON
package import SequenceModels

/// Reads the settings of an import: those that an export carries, and by hand the same.
package enum ImportReader {
    /// What was read.
    package struct Result: Sendable {
        /// What the tensors are.
        package let request: ImportRequest
        /// A JSON object of the client's own.
        package let metadata: JSONValue
    }

    /// - Throws: every fault found, each with its JSON Pointer into the settings.
    package static func read(_ json: JSONValue, limits: ServiceLimits) throws(Faults) -> Result {
        let reader = try JSONReader(request: json)
        let task = reader.choice("task", as: TaskKind.self, required: true)
        var request = ImportRequest(task: task ?? .languageModel)
        request.network = reader.object("network", SettingsReader.network) ?? NetworkRequest()
        request.gateOrder = reader.choice("gate_order", as: ImportRequest.GateOrder.self) ?? .pytorch
        request.names = names(reader)
        request.window = reader.int("window")
        request.tokens = reader.choice("tokens", as: TokenUnit.self)
        request.vocabulary = texts("vocabulary", reader)
        request.tokenizer = reader.choice("tokenizer", as: ImportRequest.VocabularyMaker.self)
        request.endToken = reader.string("end_token")
        request.unknownToken = reader.string("unknown_token")
        request.unknown = reader.choice("unknown", as: UnknownTokenChoice.self)
        request.labels = texts("labels", reader)
        request.channels = reader.int("channels")
        request.channelScaling = CodableJSON.read(ChannelScaling.self, "channel_scaling", reader)
        request.targetScaling = CodableJSON.read(ChannelScaling.self, "target_scaling", reader)
        request.forecast = CodableJSON.read(EffectiveSettings.Forecast.self, "forecast", reader)
        request.facts = CodableJSON.read(ForecastFacts.self, "facts", reader)
        let metadata = reader.metadata(sizeBytesMax: limits.metadataSizeBytesMax)
        reader.finish()
        try reader.check()
        return Result(request: request, metadata: metadata)
    }

    private static func texts(_ key: String, _ reader: JSONReader) -> [String]? {
        guard let value = reader.value(key) else { return nil }
        guard let texts = value.asStrings else {
            reader.fault(key, "expected an array of texts")
            return nil
        }
        return texts
    }

    /// Names in the file → names of ours, or null to leave a tensor out.
    private static func names(_ reader: JSONReader) -> [String: String?] {
        reader.object("names") { names in
            var result: [String: String?] = [:]
            for (name, value) in names.source.members {
                result[name] = .some(value.isNull ? nil : names.string(name))
                names.allow(name)
            }
            return result
        } ?? [:]
    }
}
