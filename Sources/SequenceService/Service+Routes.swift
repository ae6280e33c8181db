package import HTTPServer
import HTTPTypes
package import JSON

extension Service {
    /// All routes. The table is the contract's first page.
    ///
    /// - Parameters:
    ///   - limits: what `GET /version?limits=true` shows.
    ///   - statistics: the HTTP server's counters; nil before it runs.
    package func routes(limits: JSONValue, statistics: @escaping @Sendable () -> HTTPServer.Statistics?) -> Router {
        let serviceLimits = configuration.limits
        let body = JSONBody(offload: offload)
        let train = TrainEndpoint(submission: submission, control: control, offload: offload, limits: serviceLimits)
        let predict = PredictEndpoint(models: models, engine: engine, body: body, offload: offload, limits: serviceLimits, logger: logger)
        let jobs = JobsEndpoint(control: control, feed: events, offload: offload, limits: serviceLimits)
        let model = ModelsEndpoint(store: store, models: models, directory: directory, body: body, offload: offload, limits: serviceLimits)
        let imports = ImportEndpoint(
            importer: ModelImporter(store: store, directory: directory), offload: offload, limits: serviceLimits,
            slots: Slots(serviceLimits.activeImportsMax))
        let system = SystemEndpoint(service: self, statistics: statistics, limits: limits)
        let other = serviceLimits.otherBodySizeBytesMax

        var router = Router()
        route(&router, .post, "/train", serviceLimits.trainBodySizeBytesMax, needsContent: true, train.train)
        route(&router, .post, "/predict", serviceLimits.predictBodySizeBytesMax, needsContent: true, predict.predict)
        route(&router, .get, "/jobs", other, jobs.list)
        route(&router, .get, "/jobs/{id}", other, jobs.get)
        route(&router, .get, "/jobs/{id}/events", other, jobs.events)
        route(&router, .get, "/jobs/{id}/gradients", other, jobs.gradients)
        route(&router, .post, "/jobs/{id}/cancel", other, jobs.cancel)
        route(&router, .post, "/jobs/{id}/pause", other, jobs.pause)
        route(&router, .post, "/jobs/{id}/resume", other, jobs.resume)
        route(&router, .get, "/models", other, model.list)
        route(&router, .get, "/models/{name}", other, model.get)
        route(&router, .delete, "/models/{name}", other, model.delete)
        route(&router, .post, "/models/{name}/labels", other, needsContent: true, model.label)
        route(&router, .put, "/models/{name}/versions", serviceLimits.importBodySizeBytesMax, needsContent: true, imports.put)
        route(&router, .get, "/models/{name}/versions/{version}", other, model.version)
        route(&router, .delete, "/models/{name}/versions/{version}", other, model.deleteVersion)
        route(&router, .get, "/models/{name}/versions/{version}/weights", other, model.weights)
        route(&router, .get, "/models/{name}/versions/{version}/onnx", other, model.onnx)
        route(&router, .get, "/healthz", other, system.health)
        route(&router, .get, "/readyz", other, system.ready)
        route(&router, .get, "/version", other, system.version)
        route(&router, .get, "/metrics", other, system.metrics)
        route(&router, .get, "/openapi.json", other) { _ in .json(OpenAPIDocument.json) }
        return router
    }

    /// Adds a route whose answers are counted, errors included.
    private func route(
        _ router: inout Router, _ method: HTTPRequest.Method, _ pattern: String, _ bodySizeBytesMax: Int,
        needsContent: Bool = false, _ handler: @escaping @Sendable (Request) async throws -> Response
    ) {
        router.on(method, pattern, bodySizeBytesMax: bodySizeBytesMax, needsContent: needsContent) { [metrics] request in
            let response: Response
            do {
                response = try await handler(request)
            } catch {
                response = self.answer(to: error, requestID: request.id)
            }
            metrics.countRequest(method: method.rawValue, route: pattern, status: response.status.code)
            return response
        }
    }
}
