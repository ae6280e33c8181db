package import JSON
package import Store

/// Writes models as clients see them (api.md, 4).
package enum ModelEncoder {
    /// One line of `GET /models`; nil if the model went meanwhile.
    package static func summary(_ name: String, _ store: SQLiteStore) throws -> JSONValue? {
        let versions = try store.versions(name)
        guard let newest = versions.last else { return nil }
        let labels = try store.labels(name)
        let shown = VersionInfo(record: versions.first { $0.version == labels[ModelReference.stableLabel] } ?? newest).json
        return [
            "name": .string(name), "object": "model", "task": shown["task"] ?? .null, "labels": JSONValue(labels.mapValues { .integer($0) }),
            "versions": JSONValue(versions.map(\.version)), "metrics": shown["metrics"] ?? .null, "skill": shown["skill"] ?? .null,
            "updated_at": JobEncoder.time(newest.createdAtMs),
        ]
    }

    /// `GET /models/{name}`.
    ///
    /// - Throws: `ServiceError.notFound`.
    package static func details(_ name: String, _ store: SQLiteStore) throws -> JSONValue {
        guard var members = try summary(name, store)?.object else {
            throw ServiceError.notFound(kind: "model", name: name, known: try store.models())
        }
        let labels = try store.labels(name)
        members["metrics"] = nil
        members["skill"] = nil
        members["versions"] = .array(try store.versions(name).map { json($0, labels) })
        return .object(members)
    }

    private static func json(_ record: VersionRecord, _ labels: [String: Int]) -> JSONValue {
        var members: JSONObject = [
            "version": .integer(record.version), "created_at": JobEncoder.time(record.createdAtMs), "job": JSONValue(record.jobID),
            "labels": JSONValue(labels.filter { $0.value == record.version }.keys.sorted()),
        ]
        if let info = VersionInfo(record: record).json.object { members.merge(info) }
        return .object(members)
    }
}
