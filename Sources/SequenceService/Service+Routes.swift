package import HTTPServer
import HTTPTypes
package import JSON

extension Service {
    /// All routes, with the role that each asks for where keys are in use (nil: no key). The table is the contract's
    /// first page.
    ///
    /// - Parameters:
    ///   - limits: what `GET /version?limits=true` shows.
    ///   - statistics: the HTTP server's counters; nil before it runs.
    package func routes(limits: JSONValue, statistics: @escaping @Sendable () -> ServerStatistics?) -> Router {
        let serviceLimits = configuration.limits
        let body = BodyReader(budget: budget, offload: offload, bodies: bodies)
        let train = TrainEndpoint(submission: submission, control: control, body: body, limits: serviceLimits)
        let predict = PredictEndpoint(
            models: models, engine: engine, body: body, limits: serviceLimits, logger: logger)
        let jobs = JobsEndpoint(control: control, feed: events, offload: offload, limits: serviceLimits)
        let model = ModelsEndpoint(
            store: store, models: models, directory: directory, body: body, offload: offload, limits: serviceLimits)
        let imports = ImportEndpoint(
            importer: ModelImporter(store: store, directory: directory, limits: serviceLimits), body: body,
            limits: serviceLimits,
            slots: Slots(serviceLimits.activeImportsMax))
        let system = SystemEndpoint(service: self, statistics: statistics, limits: limits)
        // Encoded once: its many bytes are shared by all who read them slowly.
        let document = Response.json(OpenAPIDocument.json)
        let other = serviceLimits.otherBodySizeBytesMax

        var router = Router()
        route(&router, .post, "/train", .train, serviceLimits.trainBodySizeBytesMax, needsContent: true, train.train)
        route(
            &router, .post, "/predict", .predict, serviceLimits.predictBodySizeBytesMax, needsContent: true,
            predict.predict)
        route(&router, .get, "/jobs", .train, other, jobs.list)
        route(&router, .get, "/jobs/{id}", .train, other, jobs.get)
        route(&router, .get, "/jobs/{id}/events", .train, other, jobs.events)
        route(&router, .get, "/jobs/{id}/gradients", .train, other, jobs.gradients)
        route(&router, .post, "/jobs/{id}/cancel", .train, other, jobs.cancel)
        route(&router, .post, "/jobs/{id}/pause", .train, other, jobs.pause)
        route(&router, .post, "/jobs/{id}/resume", .train, other, jobs.resume)
        route(&router, .get, "/models", .predict, other, model.list)
        route(&router, .get, "/models/{name}", .predict, other, model.get)
        route(&router, .delete, "/models/{name}", .admin, other, model.delete)
        route(&router, .post, "/models/{name}/labels", .train, other, needsContent: true, model.label)
        route(
            &router, .put, "/models/{name}/versions", .train, serviceLimits.importBodySizeBytesMax, needsContent: true,
            imports.put)
        route(&router, .get, "/models/{name}/versions/{version}", .predict, other, model.version)
        route(&router, .delete, "/models/{name}/versions/{version}", .admin, other, model.deleteVersion)
        route(&router, .get, "/models/{name}/versions/{version}/weights", .train, other, model.weights)
        route(&router, .get, "/models/{name}/versions/{version}/onnx", .train, other, model.onnx)
        routeOnLoop(&router, .get, "/healthz", other, system.health)
        routeOnLoop(&router, .get, "/readyz", other, system.ready)
        route(&router, .get, "/version", nil, other, system.version)
        route(&router, .get, "/metrics", .predict, other, system.metrics)
        route(&router, .get, "/openapi.json", nil, other) { _ in document }
        return router
    }

    /// Adds a route whose errors are answered as problems.
    /// For what is known without waiting; no key is asked for.
    private func routeOnLoop(
        _ router: inout Router, _ method: HTTPRequest.Method, _ pattern: String, _ bodySizeBytesMax: Int,
        _ handler: @escaping Router.ImmediateHandler
    ) {
        router.onLoop(method, pattern, bodySizeBytesMax: bodySizeBytesMax) { request in
            do {
                return try handler(request)
            } catch {
                return self.answer(to: error, requestID: request.id)
            }
        }
    }

    private func route(
        _ router: inout Router, _ method: HTTPRequest.Method, _ pattern: String, _ role: AccessRole?,
        _ bodySizeBytesMax: Int,
        needsContent: Bool = false, _ handler: @escaping @Sendable (Request) async throws -> Response
    ) {
        router.on(method, pattern, bodySizeBytesMax: bodySizeBytesMax, role: role, needsContent: needsContent) {
            request in
            do {
                return try await handler(request)
            } catch {
                return self.answer(to: error, requestID: request.id)
            }
        }
    }
}
