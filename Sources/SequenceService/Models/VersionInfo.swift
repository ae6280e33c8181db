package import JSON
package import ModelFiles
package import SequenceModels
package import Store
import Tables

/// What the store keeps about a version so that lists open no files.
package struct VersionInfo: Sendable {
    /// The members of a version in answers, but for its name, number, labels and time.
    package let json: JSONValue

    /// Of a version with its files.
    ///
    /// - Throws: an error of encoding, which a valid description does not have.
    package init(_ document: ModelDocument, weightsSHA256: String, sizeBytes: Int) throws {
        let description = document.description, inputs = Self.inputs(document)
        var settings = try CodableJSON.value(of: description.settings).object ?? [:]
        // How an imported version was trained is not known.
        if document.jobID == nil { settings["training"] = nil }
        json = [
            "task": .string(description.settings.task.rawValue), "inputs": .object(inputs),
            "settings": .object(settings), "parameters": .integer(document.parameterCount),
            "stream": Self.stream(description),
            "metrics": document.metrics, "baselines": document.baselines, "skill": JSONValue(document.skill),
            "skill_error": JSONValue(document.skillError), "measured_on": JSONValue(document.basis),
            "verdict": .string(document.verdict), "weights_sha256": .string(weightsSHA256),
            "size_bytes": .integer(sizeBytes), "from": JSONValue(document.parent), "metadata": document.metadata,
        ]
    }

    /// What the model reads, and by what names.
    package static func inputs(_ document: ModelDocument) -> JSONObject {
        let description = document.description
        var inputs: JSONObject = ["kind": .string(description.channels == nil ? "tokens" : "numeric")]
        if let channels = description.channels { inputs.append("channels", .integer(channels)) }
        if let vocabulary = description.vocabulary {
            inputs.append("tokens", .string(vocabulary.unit.rawValue))
            inputs.append("vocabulary", .integer(vocabulary.tokens.count))
        }
        if let labels = description.labels { inputs.append("labels", JSONValue(labels)) }
        if let forecast = description.forecast?.inputs { inputs.merge(names(forecast)) }
        if let roles = document.roles { inputs.append("roles", roles.json) }
        return inputs
    }

    /// What a forecaster calls its series and covariates, as a request has them; what it has not is absent.
    private static func names(_ inputs: ForecastInputs) -> JSONObject {
        let targets = inputs.targets ?? inputs.channels
        let others = (inputs.channels ?? []).filter { targets?.contains($0) == false }
        var names = JSONObject()
        if let frequency = inputs.frequency { names.append("frequency", .string(frequency)) }
        let lists = [
            ("targets", targets ?? []), ("future", inputs.future.map(\.name)),
            ("past", others + inputs.past.map(\.name)), ("static", inputs.fixed.map(\.name)),
        ]
        for (member, list) in lists where !list.isEmpty { names.append(member, JSONValue(list)) }
        return names
    }

    /// What a stream of the model keeps and what its steps cost; null where its answers are not made step by step from
    /// one state.
    static func stream(_ description: ModelDescription) -> JSONValue {
        guard let cost = StreamCost(description) else { return .null }
        return [
            "state_bytes": .integer(cost.stateBytes), "state_bytes_per_step": .integer(cost.stateBytesPerStep),
            "multiply_adds": .integer(cost.multiplyAdds),
            "multiply_adds_per_context_step": .integer(cost.multiplyAddsPerContextStep),
            "context": JSONValue(cost.context),
        ]
    }

    /// With what a version that was published before the store kept it lacks, from its files.
    package func completed(from directory: ModelDirectory, name: String, version: Int) -> VersionInfo {
        guard json["stream"] == nil, let bytes = try? directory.loadModelJSON(name: name, version: version),
            let document = try? ModelDocument(bytes: bytes)
        else { return self }
        var members = json.object ?? [:]
        members["stream"] = Self.stream(document.description)
        return VersionInfo(json: .object(members))
    }

    /// nil where the column does not say.
    package var task: TaskKind? { json["task"]?.asString.flatMap(TaskKind.init(rawValue:)) }

    /// SHA-256 of the weights, as hexadecimal digits; nil if it was not kept.
    package var weightsSHA256: String? { json["weights_sha256"]?.asString }

    private init(json: JSONValue) { self.json = json }

    /// A column that does not parse reads as an empty object.
    package init(record: VersionRecord) {
        json = (try? JSONParser.parse(record.info)) ?? [:]
    }
}
