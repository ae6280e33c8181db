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
    /// Tensors are read from the file, and written to another.
    private static let copies = 2

    private enum Promotion: String, CaseIterable { case always, never }

    let models: ModelService
    let body: BodyReader
    let limits: ServiceLimits

    func put(_ request: Request) async throws -> Response {
        let name = request.parameters["name"] ?? ""
        guard ModelName.isValid(name) else {
            throw ServiceError.invalid(
                "", "the name of the model must match \(ModelName.pattern)\(UnusualCharacters.note(name))")
        }
        let query = QueryReader(request)
        let promote = try query.choice("promote", as: Promotion.self) != .never
        let settings = query.string("settings")
        try checkType(request)
        let end = try models.beginImport()
        defer { end() }
        let body = try await body.body(of: request, sizeBytesMax: limits.importBodySizeBytesMax)
        let scope = request.scope
        let version = try await self.body.queue(for: body).run(for: request.client) { [models] in
            try models.importVersion(
                body.bytes(holding: Self.copies), of: name, settings: settings, promote: promote, in: scope)
        }
        var response = Response.json(ModelEncoder.json(version), status: .created)
        response.headers[.location] = "/models/\(name)/versions/\(version.record.version)"
        return response
    }

    /// curl -T sends no type.
    private func checkType(_ request: Request) throws(RequestError) {
        guard let field = request.head.headerFields[.contentType] else { return }
        let type = field.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        guard Self.mediaTypes.contains(type) || type.isEmpty else {
            throw .unsupportedMediaType(found: field, accepted: Self.mediaTypes)
        }
    }
}
