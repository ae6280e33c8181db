import HTTPServer
import JSON
import Store

/// `/healthz`, `/readyz`, `/version`, `/metrics`.
struct SystemEndpoint: Sendable {
    let service: Service
    let statistics: @Sendable () -> ServerStatistics?
    let limits: JSONValue

    /// The process is alive. Never waits for anything.
    func health(_ request: Request) throws -> Response { .json(["status": "ok"]) }

    func ready(_ request: Request) throws -> Response {
        switch service.phase {
        case .ready: .json(["status": "ready"])
        case .starting: throw ServiceError.unavailable("the server is starting")
        case .stopping: throw ServiceError.unavailable("the server is stopping")
        }
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
        let counts = try await service.offload.run { [store = service.store] in try store.jobCounts() }
        var text = PrometheusText()
        if let statistics = statistics() { HTTPMetrics.append(statistics, to: &text) }
        service.metrics.append(to: &text)
        let gauges: [(String, String, Int)] = [
            ("rondo_jobs_queued", "Jobs that wait.", counts[.queued] ?? 0),
            ("rondo_jobs_running", "Jobs that run.", counts[.running] ?? 0),
            ("rondo_jobs_paused", "Jobs that are paused.", counts[.paused] ?? 0),
            ("rondo_predictions_active", "Predictions under way.", service.engine.activeCount),
            ("rondo_models_loaded", "Versions in memory.", service.models.loadedCount),
            ("rondo_models_loaded_bytes", "Memory of loaded weights.", service.models.loadedBytes),
        ]
        for (name, help, value) in gauges { text.single(name, .gauge, help, Double(value)) }
        ProcessMetrics.append(to: &text)
        return .text(text.text, contentType: "text/plain; version=0.0.4; charset=utf-8")
    }
}
