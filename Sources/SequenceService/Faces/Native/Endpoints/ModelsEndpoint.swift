import HTTPServer
import HTTPTypes
import JSON
import ModelFiles
import SequenceModels
import Store

/// `/models`: lists, labels, deletion, weights and ONNX.
struct ModelsEndpoint: Sendable {
    private static let chunkSizeBytes = 256 << 10

    let store: SQLiteStore
    let models: ModelStore
    let directory: ModelDirectory
    let body: BodyReader
    let offload: WorkQueue
    let limits: ServiceLimits

    /// `GET /models`.
    func list(_ request: Request) async throws -> Response {
        let scope = request.scope
        return try await offload.run(for: request.client) {
            let models = try store.models(in: scope).compactMap { try ModelEncoder.summary($0, store, scope) }
            return .json(["object": "list", "models": .array(models)])
        }
    }

    /// `GET /models/{name}`.
    func get(_ request: Request) async throws -> Response {
        let name = request.parameters["name"] ?? ""
        let scope = request.scope
        return try await offload.run(for: request.client) {
            .json(try ModelEncoder.details(name, store, scope, directory))
        }
    }

    /// `POST /models/{name}/labels`: `{"stable": 3}` sets, `{"beta": null}` removes; all or none of the settings.
    func label(_ request: Request) async throws -> Response {
        let name = request.parameters["name"] ?? ""
        let change = try await body.read(request, sizeBytesMax: limits.otherBodySizeBytesMax) { [limits] json, _ in
            try LabelChange.read(json, countMax: limits.labelsPerModelMax)
        }
        let scope = request.scope
        return try await offload.run(for: request.client) { [store, directory, limits] in
            let versions = Set(try store.versionNumbers(name, in: scope))
            guard !versions.isEmpty else {
                throw ServiceError.notFound(kind: "model", name: name, known: try store.models(in: scope))
            }
            for (label, version) in change.settings where !versions.contains(version) {
                throw ServiceError.invalid("/" + JSONPointer.escape(label), "\(name) has no version \(version)")
            }
            try store.changeLabels(
                name, set: change.settings, remove: change.removals, countMax: limits.labelsPerModelMax, in: scope)
            return .json(try ModelEncoder.details(name, store, scope, directory))
        }
    }

    /// `DELETE /models/{name}`: all versions and labels. The records go first: files without a record are leftovers.
    func delete(_ request: Request) async throws -> Response {
        let name = request.parameters["name"] ?? ""
        let scope = request.scope
        try await offload.run {
            for version in try store.deleteModel(name, in: scope) { try removeFiles(name, version) }
        }
        return .noContent
    }

    /// `GET /models/{name}/versions/{version}`: what the list says about it, and its description (vocabulary, labels,
    /// scaling).
    func version(_ request: Request) async throws -> Response {
        let (name, version) = try place(request)
        let scope = request.scope
        return try await body.bodies.run(for: request.client) {
            let record = try record(name, version, scope)
            var members =
                ModelEncoder.version(record, labels: try store.labels(name).at(version), directory).object ?? [:]
            let document = try ModelDocument.parse(directory.loadModelJSON(name: name, version: version))
            members["description"] = document["model"] ?? .null
            return .json(.object(members))
        }
    }

    /// `DELETE /models/{name}/versions/{version}`.
    func deleteVersion(_ request: Request) async throws -> Response {
        let (name, version) = try place(request)
        let scope = request.scope
        try await offload.run {
            try store.deleteVersion(name, version, in: scope)
            try removeFiles(name, version)
        }
        return .noContent
    }

    /// `GET /models/{name}/versions/{version}/weights`: the safetensors file.
    func weights(_ request: Request) async throws -> Response {
        let (name, version) = try place(request)
        let scope = request.scope
        let record = try await offload.run { try self.record(name, version, scope) }
        var headers = Self.fileHeaders("\(name)-\(version).safetensors")
        if let digest = VersionInfo(record: record).json["weights_sha256"]?.asString {
            headers[.eTag] = "\"\(digest)\""
        }
        // Opened before the head is sent, so that a missing file is a status and not a cut connection.
        let file = try await offload.run {
            FileReader(
                try directory.openWeights(name: name, version: version),
                path: try directory.weightsPath(name: name, version: version))
        }
        return Response(
            status: .ok, headers: headers,
            body: .stream { [offload] writer in
                while true {
                    let bytes = try await offload.run { try file.next(sizeBytesMax: Self.chunkSizeBytes) }
                    if bytes.isEmpty { return }
                    try await writer.write(bytes)
                }
            })
    }

    /// `GET /models/{name}/versions/{version}/onnx`: the network as an ONNX graph.
    func onnx(_ request: Request) async throws -> Response {
        let (name, version) = try place(request)
        let scope = request.scope
        let bytes = try await body.bodies.run(for: request.client) {
            _ = try record(name, version, scope)
            let stored = try StoredModel.read(directory, name: name, version: version)
            guard let network = stored.document.description.network.recurrent else {
                throw ServiceError.conflict(
                    "\(name)@\(version) is not a recurrent network: only those are exported as ONNX; take the weights "
                        + "as "
                        + "safetensors"
                )
            }
            return try ONNXExport.graph(settings: network, tensors: stored.tensors, name: name).encoded()
        }
        return Response(status: .ok, headers: Self.fileHeaders("\(name)-\(version).onnx"), body: .bytes(bytes))
    }

    private static func fileHeaders(_ name: String) -> HTTPFields {
        var headers = HTTPFields()
        headers[.contentType] = "application/octet-stream"
        headers[.contentDisposition] = "attachment; filename=\"\(name)\""
        return headers
    }

    private func record(_ name: String, _ version: Int, _ scope: Scope) throws -> VersionRecord {
        guard let record = try store.version(name, version, in: scope) else {
            throw ServiceError.notFound(
                kind: "version", name: "\(name)@\(version)",
                known: try store.versionNumbers(name, in: scope).map { "\(name)@\($0)" })
        }
        return record
    }

    private func removeFiles(_ name: String, _ version: Int) throws {
        models.forget(name: name, version: version)
        try directory.remove(name: name, version: version)
    }

    private func place(_ request: Request) throws(ServiceError) -> (String, Int) {
        let name = request.parameters["name"] ?? ""
        let text = request.parameters["version"] ?? ""
        guard ModelName.isValid(name), let version = ModelReference.version(text) else {
            throw .notFound(kind: "version", name: "\(name)@\(text)", known: [])
        }
        return (name, version)
    }
}
