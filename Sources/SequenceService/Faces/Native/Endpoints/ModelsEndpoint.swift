import HTTPServer
import HTTPTypes
import JSON
import Store

/// `/models`: lists, labels, deletion, weights and ONNX.
struct ModelsEndpoint: Sendable {
    private static let chunkSizeBytes = 256 << 10

    let models: ModelService
    let body: BodyReader
    let limits: ServiceLimits

    /// `GET /models`.
    func list(_ request: Request) async throws -> Response {
        let scope = request.scope
        return try await body.offload.run(for: request.client) { [models] in
            .json(["object": "list", "models": .array(try models.list(in: scope).map { ModelEncoder.json($0) })])
        }
    }

    /// `GET /models/{name}`.
    func get(_ request: Request) async throws -> Response {
        let name = request.parameters["name"] ?? ""
        let scope = request.scope
        return try await body.offload.run(for: request.client) { [models] in
            .json(ModelEncoder.json(try models.model(name, in: scope)))
        }
    }

    /// `POST /models/{name}/labels`: `{"stable": 3}` sets, `{"beta": null}` removes; all or none of the settings.
    func label(_ request: Request) async throws -> Response {
        let name = request.parameters["name"] ?? ""
        let change = try await body.read(request, sizeBytesMax: limits.otherBodySizeBytesMax) { [limits] json, _ in
            try LabelsBody.read(json, countMax: limits.labelsPerModelMax)
        }
        let scope = request.scope
        return try await body.offload.run(for: request.client) { [models] in
            .json(ModelEncoder.json(try models.change(change, of: name, in: scope)))
        }
    }

    /// `DELETE /models/{name}`: all versions and labels.
    func delete(_ request: Request) async throws -> Response {
        let name = request.parameters["name"] ?? ""
        let scope = request.scope, deletesSessions = try deletesSessions(request)
        try await body.offload.run { [models] in
            try models.delete(name, deletesSessions: deletesSessions, in: scope)
        }
        return .noContent
    }

    /// `GET /models/{name}/versions/{version}`: what the list says about it, and its description (vocabulary, labels,
    /// scaling).
    func version(_ request: Request) async throws -> Response {
        let reference = try reference(request)
        let scope = request.scope
        return try await body.bodies.run(for: request.client) { [models] in
            .json(ModelEncoder.json(try models.version(reference, in: scope)))
        }
    }

    /// `DELETE /models/{name}/versions/{version}`. By number: a label may move before the request comes.
    func deleteVersion(_ request: Request) async throws -> Response {
        let version = request.parameters["version"] ?? ""
        guard !ModelReference.isLabel(version) else {
            throw RequestError.badRequest("a version is deleted by its number; \"\(version)\" is a label")
        }
        let place = try VersionPlace(name: request.parameters["name"] ?? "", version: version)
        let scope = request.scope, deletesSessions = try deletesSessions(request)
        try await body.offload.run { [models] in
            try models.delete(place, deletesSessions: deletesSessions, in: scope)
        }
        return .noContent
    }

    /// `?sessions=delete`: what stands on a version goes with it.
    private func deletesSessions(_ request: Request) throws(RequestError) -> Bool {
        try QueryReader(request).choice("sessions", as: SessionsOfVersion.self) == .delete
    }

    private enum SessionsOfVersion: String, CaseIterable { case keep, delete }

    /// `GET /models/{name}/versions/{version}/weights`: the safetensors file.
    func weights(_ request: Request) async throws -> Response {
        let reference = try reference(request)
        let scope = request.scope
        // Opened and checked before the head is sent: a missing or damaged file is a status and not a cut connection.
        let weights = try await body.bodies.run(for: request.client) { [models] in
            try models.weights(of: reference, in: scope)
        }
        var headers = Self.fileHeaders(weights.place, "safetensors")
        if let digest = weights.sha256 { headers[.eTag] = "\"\(digest)\"" }
        return Response(
            status: .ok, headers: headers,
            body: .stream { [offload = body.offload] writer in
                while true {
                    let bytes = try await offload.run { try weights.file.next(sizeBytesMax: Self.chunkSizeBytes) }
                    if bytes.isEmpty { return }
                    try await writer.write(bytes)
                }
            })
    }

    /// `GET /models/{name}/versions/{version}/onnx`: the network as an ONNX graph.
    func onnx(_ request: Request) async throws -> Response {
        let reference = try reference(request)
        let scope = request.scope
        let (place, graph) = try await body.bodies.run(for: request.client) { [models] in
            try models.onnx(of: reference, in: scope)
        }
        return Response(status: .ok, headers: Self.fileHeaders(place, "onnx"), body: .bytes(graph))
    }

    private static func fileHeaders(_ place: VersionPlace, _ suffix: String) -> HTTPFields {
        var headers = HTTPFields()
        headers[.contentType] = "application/octet-stream"
        headers[.contentDisposition] = "attachment; filename=\"\(place.name)-\(place.version).\(suffix)\""
        return headers
    }

    /// A version by its number or a label, as `POST /predict` takes it.
    private func reference(_ request: Request) throws(ServiceError) -> ModelReference {
        let name = request.parameters["name"] ?? "", version = request.parameters["version"] ?? ""
        guard let reference = ModelReference(name: name, version: version) else {
            throw .notFound(kind: "version", name: "\(name)@\(version)", known: [])
        }
        return reference
    }
}
