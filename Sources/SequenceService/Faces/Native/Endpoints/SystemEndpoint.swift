import HTTPServer
import JSON

/// `/`, `/healthz`, `/readyz`, `/version`, `/metrics`, `/openapi.json`.
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
        return .json(["status": "ready"])
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
}
