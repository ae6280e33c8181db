package import JSON
package import SequenceModels
import Tables

/// Reads the body of `POST /train`.
package enum TrainBody {
    /// - Throws: every fault found, each with its JSON Pointer.
    package static func read(_ json: JSONValue, limits: ServiceLimits) throws(Faults) -> JobRequest {
        let reader = try JSONReader(request: json)
        let model = reader.name("model")
        let settings = SettingsReader.read(reader)
        let promotion = reader.choice("promote", as: JobRequest.Promotion.self) ?? .ifBetter
        let metadata = reader.metadata(sizeBytesMax: limits.metadataSizeBytesMax)
        let named = reader.string("from")
        let from = named.flatMap { ModelReference($0) }
        if let named, from == nil {
            reader.fault(
                "from",
                "\"\(named.prefix(200))\" is not a name, name@version or name@label\(UnusualCharacters.note(named))")
        }
        reader.refuse("dataset")
        RecordMembers.refuseBeside(reader, example: "{\"sequences\": [{\"target\": […]}]}")
        RecordMembers.refuseTableMembers(reader)
        let roles = roles(reader)
        RecordMembers.refuseForecastOptions(reader)
        let data = TrainingData.read(reader, tokens: settings.tokens, task: settings.task)
        // A parent has a task and tokens of its own.
        if settings.task == nil, settings.tokens == nil, named == nil, let data {
            DataDoubts.note(data.examples, reader)
        }
        reader.finish()
        try reader.check()
        guard let model, let data else {
            throw Faults(list: [Fault(pointer: "", detail: "the request is not complete")])
        }
        return JobRequest(
            model: model, settings: settings, data: data, promotion: promotion, from: from, metadata: metadata.text,
            roles: roles)
    }

    /// Of a table that the client has read itself.
    private static func roles(_ reader: JSONReader) -> RoleNames? {
        guard let value = reader.value("roles") else { return nil }
        guard let roles = RoleNames(value) else {
            reader.fault("roles", "expected an object with \"account\" and lists of names by role")
            return nil
        }
        return roles
    }
}
