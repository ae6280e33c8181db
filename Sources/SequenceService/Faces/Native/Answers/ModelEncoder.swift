package import JSON
package import ModelFiles
package import Store

/// Writes models as clients see them (api.md, 4).
package enum ModelEncoder {
    /// One line of `GET /models`; nil if there is no such model in the scope, or none any more.
    package static func summary(_ name: String, _ store: SQLiteStore, _ scope: Scope) throws -> JSONValue? {
        let versions = try store.versionNumbers(name, in: scope)
        guard let last = versions.last, let newest = try store.version(name, last, in: scope) else { return nil }
        let labels = try store.labels(name)
        let stable = try labels[ModelReference.stableLabel].flatMap { number throws(StoreError) in
            try store.version(name, number, in: scope)
        }
        let shown = VersionInfo(record: stable ?? newest).json
        return [
            "name": .string(name), "object": "model", "task": shown["task"] ?? .null,
            "labels": JSONValue(labels.mapValues { .integer($0) }),
            "versions": JSONValue(versions), "metrics": shown["metrics"] ?? .null,
            "skill": shown["skill"] ?? .null,
            "updated_at": JobEncoder.time(newest.createdAtMs),
            "owner": JobEncoder.owner(try store.tenant(ofModel: name) ?? ""),
        ]
    }

    /// `GET /models/{name}`.
    ///
    /// - Throws: `ServiceError.notFound`.
    package static func details(_ name: String, _ store: SQLiteStore, _ scope: Scope, _ directory: ModelDirectory)
        throws -> JSONValue
    {
        guard var members = try summary(name, store, scope)?.object else {
            throw ServiceError.notFound(kind: "model", name: name, known: try store.models(in: scope))
        }
        let labels = Dictionary(grouping: try store.labels(name), by: \.value).mapValues { $0.map(\.key).sorted() }
        members["metrics"] = nil
        members["skill"] = nil
        members["versions"] = .array(
            try store.versions(name, in: scope).map { json($0, labels[$0.version] ?? [], directory) })
        return .object(members)
    }

    /// `GET /models/{name}/versions/{version}`, without the description.
    package static func version(_ record: VersionRecord, labels: [String], _ directory: ModelDirectory? = nil)
        -> JSONValue
    {
        var members: JSONObject = ["name": .string(record.model), "object": "version"]
        if let rest = json(record, labels, directory).object { members.merge(rest) }
        return .object(members)
    }

    private static func json(_ record: VersionRecord, _ labels: [String], _ directory: ModelDirectory? = nil)
        -> JSONValue
    {
        var members: JSONObject = [
            "version": .integer(record.version), "created_at": JobEncoder.time(record.createdAtMs),
            "job": JSONValue(record.jobID),
            "labels": JSONValue(labels),
        ]
        if let info = VersionInfo(record: record).json.object { members.merge(info) }
        // Of a version that was published before the store kept it.
        if members["stream"] == nil,
            let bytes = try? directory?.loadModelJSON(name: record.model, version: record.version),
            let document = try? ModelDocument(bytes: bytes)
        {
            members["stream"] = VersionInfo.stream(document.description)
        }
        return .object(members)
    }
}

extension [String: Int] {
    /// The labels at a version, sorted.
    func at(_ version: Int) -> [String] { filter { $0.value == version }.keys.sorted() }
}
