package import JSON
package import SequenceModels

/// A validated `POST /train`, before the planner has seen it.
package struct TrainBody: Sendable {
    /// May the new version take the label `stable`?
    package enum Promotion: String, Sendable, CaseIterable {
        case always
        case ifBetter = "if_better"
        case never
    }

    /// The name of the model to train.
    package let model: String
    /// As asked; the planner fills in the rest.
    package let settings: SettingsRequest
    /// What to train on.
    package let data: TrainingData
    /// When the new version takes the label `stable`.
    package let promotion: Promotion
    /// The version to continue.
    package let from: ModelReference?
    /// A JSON object of the client's own.
    package let metadata: JSONValue

    /// - Throws: every fault found, each with its JSON Pointer.
    package static func read(_ json: JSONValue, limits: ServiceLimits) throws(Faults) -> TrainBody {
        let reader = try JSONReader(request: json)
        let model = reader.name("model")
        let settings = SettingsReader.read(reader)
        let promotion = reader.choice("promote", as: Promotion.self) ?? .always
        let metadata = reader.metadata(sizeBytesMax: limits.metadataSizeBytesMax)
        let named = reader.string("from")
        let from = named.flatMap { ModelReference($0) }
        if let named, from == nil {
            reader.fault("from", "\"\(named.prefix(200))\" is not a name, name@version or name@label")
        }
        reader.refuse("dataset")
        if reader.source["target"] != nil, reader.source["sequences"] == nil {
            reader.fault("target", "put the record into an array: {\"sequences\": [{\"target\": […]}]}")
            reader.allow("target", "start")
        }
        let data = TrainingData.read(reader, tokens: settings.tokens)
        reader.finish()
        try reader.check()
        guard let model, let data else {
            throw Faults(list: [Fault(pointer: "", detail: "the request is not complete")])
        }
        return TrainBody(
            model: model, settings: settings, data: data, promotion: promotion, from: from,
            metadata: metadata)
    }
}
