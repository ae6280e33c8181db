import HTTPServer
import HTTPTypes
import JSON
import ModelFiles
import Store

/// `PUT /models/{name}/versions?settings=&promote=`: a safetensors file becomes a version.
struct ImportEndpoint: Sendable {
    private static let mediaTypes = [
        "application/octet-stream", "application/vnd.safetensors", "application/x-safetensors",
    ]
    private static let retrySeconds = 5
    /// Tensors are read from the file, and written to another.
    private static let copies = 2

    private enum Promotion: String, CaseIterable { case always, never }

    let importer: ModelImporter
    let body: BodyReader
    let limits: ServiceLimits
    /// Each import holds its file in memory several times.
    let slots: Slots

    func put(_ request: Request) async throws -> Response {
        let name = request.parameters["name"] ?? ""
        guard ModelName.isValid(name) else {
            throw ServiceError.invalid("", "the name of the model must match \(ModelName.pattern)")
        }
        let query = QueryReader(request)
        let promote = try query.choice("promote", as: Promotion.self) != .never
        let settings = query.string("settings")
        try checkType(request)
        guard slots.take() else {
            throw ServiceError.busy(
                "\(limits.activeImportsMax) imports are under way", retryAfterSeconds: Self.retrySeconds)
        }
        defer { slots.giveBack() }
        let body = try await body.body(of: request, sizeBytesMax: limits.importBodySizeBytesMax)
        let scope = request.scope
        let record = try await self.body.queue(for: body).run(for: request.client) { [importer] in
            try importer.add(
                body.bytes(holding: Self.copies), name: name, settings: settings, promote: promote, in: scope)
        }
        var response = Response.json(
            ModelEncoder.version(record, labels: promote ? [ModelReference.stableLabel] : []), status: .created)
        response.headers[.location] = "/models/\(name)/versions/\(record.version)"
        return response
    }

    /// curl -T sends no type.
    private func checkType(_ request: Request) throws(ServiceError) {
        guard let field = request.head.headerFields[.contentType] else { return }
        let type = field.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        guard Self.mediaTypes.contains(type) || type.isEmpty else {
            throw .unsupportedMediaType(found: field, accepted: Self.mediaTypes)
        }
    }
}
