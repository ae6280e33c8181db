import HTTPServer
import HTTPTypes
import JSON
import Store

/// `/`, `/healthz`, `/readyz`, `/version`, `/metrics`, `/usage`, `/backup`, `/openapi.json`.
struct SystemEndpoint: Sendable {
    /// Encoded once: its many bytes are shared by all who read them slowly.
    let document: Response
    private let service: Service
    private let statistics: @Sendable () -> ServerStatistics?
    private let limits: JSONValue

    init(_ context: FaceContext) {
        service = context.service
        statistics = context.statistics
        limits = context.limits
        document = .json(OpenAPIDocument.json(context.service.configuration.limits))
    }

    /// `GET /`: for who looks what this is.
    func index(_ request: Request) throws -> Response {
        .json([
            "name": .string(ServiceVersion.name), "version": .string(ServiceVersion.number),
            "description": .string(OpenAPIDocument.purpose),
            "links": [
                "document": "/openapi.json", "health": "/healthz", "jobs": "/jobs", "models": "/models",
                "predict": "/predict", "train": "/train",
            ],
        ])
    }

    /// The process is alive. Never waits for anything.
    func health(_ request: Request) throws -> Response { .json(["status": "ok"]) }

    func ready(_ request: Request) throws -> Response {
        try service.checkReady()
        return .json(service.isReadOnly ? ["status": "ready", "read_only": true] : ["status": "ready"])
    }

    /// `GET /version`; with `?limits=true`, for an admin, every limit by its configuration key.
    func version(_ request: Request) async throws -> Response {
        var members: JSONObject = ["name": .string(ServiceVersion.name), "version": .string(ServiceVersion.number)]
        if try QueryReader(request).bool("limits") == true {
            guard let role = request.caller.role else { throw HTTPServerError.unauthorized(isKeyGiven: false) }
            guard role >= .admin else { throw HTTPServerError.forbidden(needed: .admin) }
            members.append("limits", limits)
        }
        return .json(.object(members))
    }

    /// `GET /metrics`: Prometheus text.
    func metrics(_ request: Request) async throws -> Response {
        let scope = request.scope
        let families = try await service.offload.run { [metrics = service.readings] in
            try metrics.families(in: scope)
        }
        var text = PrometheusText()
        if let statistics = statistics() { HTTPMetrics.append(statistics, to: &text) }
        for family in families { text.append(family) }
        ProcessMetrics.append(to: &text)
        return .text(text.text, contentType: "text/plain; version=0.0.4; charset=utf-8")
    }

    /// `GET /usage`: bytes by kind and tenant, and what is free.
    func usage(_ request: Request) async throws -> Response {
        let scope = request.scope
        return try await service.bodies.run(for: request.client) { [service] in
            .json(UsageEncoder.json(try service.usage.usage(in: scope)))
        }
    }

    /// `POST /backup`: everything, as a tar archive. What is wrong before its first byte is a status; a file that does
    /// not read later cuts the connection, and an archive that breaks off is refused by whoever restores it.
    func backup(_ request: Request) async throws -> Response {
        guard request.scope == .all else {
            throw RequestError.forbidden(
                "a backup has the models and jobs of all tenants: it needs an admin key without a tenant")
        }
        let queue = service.bodies
        let download = try await queue.run(for: request.client) { [service] in try service.backups.begin() }
        var headers = HTTPFields()
        headers[.contentType] = "application/octet-stream"
        headers[.contentDisposition] = "attachment; filename=\"\(download.fileName)\""
        return Response(
            status: .ok, headers: headers,
            body: .stream { writer in
                do {
                    while true {
                        let bytes = try await queue.run { try download.next() }
                        if bytes.isEmpty { break }
                        try await writer.write(bytes)
                    }
                } catch {
                    try? await queue.run { download.close() }
                    throw error
                }
                try await queue.run { download.close() }
            })
    }
}
