import HTTPServer
import JSON
import Store

/// `/healthz`, `/readyz`, `/version`, `/metrics`.
struct SystemEndpoint: Sendable {
    let service: Service
    let statistics: @Sendable () -> HTTPServer.Statistics?
    let limits: JSONValue

    /// The process is alive. Never waits for anything.
    func health(_ request: Request) async throws -> Response { .json(["status": "ok"]) }

    func ready(_ request: Request) async throws -> Response {
        switch service.phase {
        case .ready: .json(["status": "ready"])
        case .starting: throw ServiceError.unavailable("the server is starting")
        case .stopping: throw ServiceError.unavailable("the server is stopping")
        }
    }

    /// `GET /version`; with `?limits=true` every limit by its configuration key.
    func version(_ request: Request) async throws -> Response {
        var members: JSONObject = ["name": .string(ServiceVersion.name), "version": .string(ServiceVersion.number)]
        if try QueryReader(request).bool("limits") == true { members.append("limits", limits) }
        return .json(.object(members))
    }

    /// `GET /metrics`: Prometheus text.
    func metrics(_ request: Request) async throws -> Response {
        let counts = try await service.offload.run { [store = service.store] in try store.jobCounts() }
        let statistics = statistics()
        var gauges: [(name: String, help: String, value: Double)] = [
            ("rondo_jobs_queued", "Jobs that wait.", Double(counts[.queued] ?? 0)),
            ("rondo_jobs_running", "Jobs that run.", Double(counts[.running] ?? 0)),
            ("rondo_jobs_paused", "Jobs that are paused.", Double(counts[.paused] ?? 0)),
            ("rondo_predictions_active", "Predictions under way.", Double(service.engine.activeCount)),
            ("rondo_models_loaded", "Versions in memory.", Double(service.models.loadedCount)),
            ("rondo_models_loaded_bytes", "Memory of loaded weights.", Double(service.models.loadedBytes)),
        ]
        var counters: [(name: String, help: String, value: Int)] = []
        if let statistics {
            gauges.append(("rondo_connections_open", "Open connections.", Double(statistics.connectionsOpen)))
            counters.append(("rondo_connections_total", "Connections accepted.", statistics.connectionsAccepted))
            counters.append(("rondo_connections_refused_total", "Connections refused for their number.", statistics.connectionsRefused))
        }
        return .text(service.metrics.text(gauges: gauges, counters: counters), contentType: "text/plain; version=0.0.4; charset=utf-8")
    }
}
