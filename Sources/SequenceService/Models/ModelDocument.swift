package import JSON
package import SequenceModels
package import Tables

/// The content of `model.json`: what a version is, where it came from, and how good it was.
package struct ModelDocument: Sendable {
    /// The value of the member `format`.
    package static let format = "rondo-model"
    /// The value of the member `format_version`: raised when older programs would misread the file.
    package static let formatVersion = 1

    /// The model's name.
    package var name: String
    /// From 1, by model.
    package var version: Int
    /// Milliseconds since 1970-01-01 UTC.
    package var createdAtMs: Int64
    /// The job that made it; nil for an imported one.
    package var jobID: String?
    /// The version its training continued, `airline@3`; nil for a fresh start.
    package var parent: String?
    /// What the weights need to be a model: settings, vocabulary, labels, scaling.
    package var description: ModelDescription
    /// Of the validation, by name; empty for an imported version.
    package var metrics: JSONValue
    /// Metrics of the simple methods that the model is compared with, by method.
    package var baselines: JSONValue
    /// How much of the best baseline's error the model avoids, at most 1; nil where there is no baseline.
    package var skill: Double?
    /// The standard error of `skill`; nil where it was not measured, as of models made before it was.
    package var skillError: Double?
    /// On what `metrics` were measured, in words; nil where that was not kept.
    package var basis: String?
    /// What metrics and baselines say, as a sentence.
    package var verdict: String
    /// Learned numbers.
    package var parameterCount: Int
    /// The client's own object.
    package var metadata: JSONValue
    /// Of the columns of the table that it was trained on; nil where it was none.
    package var roles: RoleNames?
    /// What it has learned from; nil where that was not kept.
    package var learned: LearnedCases?
    /// The digest of the data of its training; nil for an imported version, and where it was not kept.
    package var data: String?

    /// Of a job's trained model.
    package init(
        name: String, version: Int, createdAtMs: Int64, jobID: String, model: TrainedModel, parent: String?,
        parameterCount: Int,
        metadata: JSONValue
    ) {
        self.name = name
        self.version = version
        self.createdAtMs = createdAtMs
        self.jobID = jobID
        self.parent = parent
        self.description = model.description
        self.metrics = JSONValue(model.metrics)
        self.baselines = JSONValue(model.baselines.mapValues { JSONValue($0) })
        self.skill = model.skill
        skillError = model.evaluation.comparison?.reportedError
        basis = model.evaluation.basis
        self.verdict = model.verdict
        self.parameterCount = parameterCount
        self.metadata = metadata
    }

    /// Of weights that were trained elsewhere, and not measured here.
    package init(
        name: String, version: Int, createdAtMs: Int64, imported description: ModelDescription, parameterCount: Int,
        metadata: JSONValue
    ) {
        self.name = name
        self.version = version
        self.createdAtMs = createdAtMs
        self.description = description
        metrics = [:]
        baselines = [:]
        verdict = "imported, not measured here"
        self.parameterCount = parameterCount
        self.metadata = metadata
    }

    /// As `model.json` holds it.
    ///
    /// - Throws: an error of encoding, which a valid description does not have.
    package func json() throws -> JSONValue {
        var members: JSONObject = [
            "format": .string(Self.format), "format_version": .integer(Self.formatVersion),
            "name": .string(name), "version": .integer(version), "created_at_ms": .integer(Int(createdAtMs)),
            "job": JSONValue(jobID),
            "from": JSONValue(parent),
            "model": try CodableJSON.value(of: description),
            "metrics": metrics, "baselines": baselines, "skill": JSONValue(skill),
            "skill_error": JSONValue(skillError), "measured_on": JSONValue(basis), "verdict": .string(verdict),
            "parameters": .integer(parameterCount), "metadata": metadata,
        ]
        if let roles { members.append("roles", roles.json) }
        if let data { members.append("data", .string(data)) }
        if let learned { members.append("learned", learned.json) }
        return .object(members)
    }

    /// - Throws: `ServiceError.damaged` if this is not a model document of ours, or its model breaks a rule.
    package init(bytes: [UInt8]) throws(ServiceError) {
        let json = try Self.parse(bytes)
        guard let name = json["name"]?.asString, let version = json["version"]?.asInt, let model = json["model"] else {
            throw .damaged("model.json lacks a name, version or model")
        }
        self.name = name
        self.version = version
        createdAtMs = Int64(json["created_at_ms"]?.asInt ?? 0)
        jobID = json["job"]?.asString
        parent = json["from"]?.asString
        description = try Self.description(model, of: "model.json: model")
        metrics = json["metrics"] ?? [:]
        baselines = json["baselines"] ?? [:]
        skill = json["skill"]?.asDouble
        skillError = json["skill_error"]?.asDouble
        basis = json["measured_on"]?.asString
        verdict = json["verdict"]?.asString ?? ""
        parameterCount = json["parameters"]?.asInt ?? 0
        metadata = json["metadata"] ?? [:]
        roles = RoleNames(json["roles"])
        data = json["data"]?.asString
        learned = LearnedCases(json["learned"])
    }

    /// The text of a `model.json`, which must be a document of this format.
    ///
    /// - Throws: `ServiceError.damaged`.
    package static func parse(_ bytes: [UInt8]) throws(ServiceError) -> JSONValue {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONParser.parse(bytes)
        } catch {
            throw .damaged("model.json is not JSON: \(error)")
        }
        guard json["format"]?.asString == format, let formatVersion = json["format_version"]?.asInt else {
            throw .damaged("model.json is not a Rondo model")
        }
        guard formatVersion == Self.formatVersion else {
            throw .damaged("model.json has format version \(formatVersion); this program reads \(Self.formatVersion)")
        }
        return json
    }

    /// A description as a file has it.
    ///
    /// - Parameter place: what errors call it.
    /// - Throws: `ServiceError.damaged`, also when the description breaks a rule of `ModelDescription.check`.
    static func description(_ json: JSONValue, of place: String) throws(ServiceError) -> ModelDescription {
        let result: ModelDescription
        do {
            result = try CodableJSON.decode(ModelDescription.self, from: json)
        } catch {
            throw .damaged("\(place) does not read: \(error)")
        }
        do throws(Faults) {
            try result.check()
        } catch {
            throw .damaged("\(place): \(error)")
        }
        return result
    }
}
