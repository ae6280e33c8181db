import JSON
import Store

/// Writes models as clients see them (api.md, 4).
enum ModelEncoder {
    /// One line of `GET /models`.
    static func json(_ summary: ModelSummary) -> JSONValue {
        .object(
            members(
                summary,
                shown: [
                    "metrics": summary.shown.json["metrics"] ?? .null, "skill": summary.shown.json["skill"] ?? .null,
                ],
                versions: JSONValue(summary.versions)))
    }

    /// `GET /models/{name}`.
    static func json(_ model: ModelDetails) -> JSONValue {
        .object(members(model.summary, shown: [:], versions: .array(model.versions.map { .object(members($0)) })))
    }

    /// A version by itself.
    static func json(_ version: VersionView) -> JSONValue {
        var result: JSONObject = ["name": .string(version.record.model), "object": "version"]
        result.merge(members(version))
        return .object(result)
    }

    /// `GET /models/{name}/versions/{version}`.
    static func json(_ version: VersionDetails) -> JSONValue {
        var members = json(version.view).object ?? [:]
        members["description"] = version.description
        return .object(members)
    }

    private static func members(_ summary: ModelSummary, shown: JSONObject, versions: JSONValue) -> JSONObject {
        var result: JSONObject = [
            "name": .string(summary.name), "object": "model", "task": summary.shown.json["task"] ?? .null,
            "labels": JSONValue(summary.labels.mapValues { .integer($0) }), "versions": versions,
        ]
        result.merge(shown)
        result.append("updated_at", JobEncoder.time(summary.updatedAtMs))
        result.append("owner", JobEncoder.owner(summary.tenant))
        return result
    }

    private static func members(_ version: VersionView) -> JSONObject {
        let record = version.record
        var members: JSONObject = [
            "version": .integer(record.version), "created_at": JobEncoder.time(record.createdAtMs),
            "job": JSONValue(record.jobID), "labels": JSONValue(version.labels),
        ]
        if let damage = version.damage { members.append("damaged", .string(damage)) }
        if let info = version.info.json.object { members.merge(info) }
        return members
    }
}
