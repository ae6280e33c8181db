package import HTTPServer
package import JSON

/// The faces, one a line.
package enum FaceTable {
    /// In the order of the OpenAPI document.
    static let faces: [any Face.Type] = [NativeFace.self, KServeFace.self, SageMakerFace.self]

    /// The paths of all routes of all faces.
    static let paths = faces.flatMap { paths(of: $0) }

    private static func paths<F: Face>(of type: F.Type) -> [String] { F.routes(ServiceLimits()).map(\.path) }

    /// What each route takes in its query.
    package static var queryRules: [QueryRule] { faces.flatMap { rules(of: $0) } }

    private static func rules<F: Face>(of type: F.Type) -> [QueryRule] {
        F.routes(ServiceLimits()).map { QueryRule($0) }
    }

    /// All routes of all faces.
    ///
    /// - Parameters:
    ///   - limits: what `GET /version?limits=true` shows.
    ///   - statistics: the HTTP server's counters; nil before it runs.
    package static func router(
        _ service: Service, limits: JSONValue, statistics: @escaping @Sendable () -> ServerStatistics?
    ) -> Router {
        let context = FaceContext(service: service, limits: limits, statistics: statistics)
        var router = Router()
        for face in faces { add(face, context, to: &router) }
        return router
    }

    /// Adds a face, whose errors have its own body.
    private static func add<F: Face>(_ type: F.Type, _ context: FaceContext, to router: inout Router) {
        let face = F(context), service = context.service
        for route in F.routes(service.configuration.limits) {
            let limit = service.configuration.limits[keyPath: route.bodySizeBytesMax]
            let rule = QueryRule(route)
            let failure: @Sendable (any Error, Request) -> Response = { error, request in
                F.response(to: ProblemMapper.problem(for: error, requestID: request.id, in: service))
            }
            switch route.handling {
            case .inTask(let handler, let staysOnLoop):
                router.on(
                    route.method, route.path, bodySizeBytesMax: limit, role: route.role,
                    needsContent: route.content.isNeeded, staysOnLoop: staysOnLoop
                ) { request in
                    do {
                        if route.changes { try service.checkTakesChanges() }
                        try rule.check(request)
                        return try await handler(face, request)
                    } catch { return failure(error, request) }
                }
            case .onLoop(let handler):
                router.onLoop(route.method, route.path, bodySizeBytesMax: limit, role: route.role) { request in
                    do {
                        if route.changes { try service.checkTakesChanges() }
                        try rule.check(request)
                        return try handler(face, request)
                    } catch { return failure(error, request) }
                }
            }
        }
    }

    /// The answer to a request that found no route or did not read.
    package static func response(to error: any Error, requestID: String, in service: Service) -> Response {
        NativeFace.response(to: ProblemMapper.problem(for: error, requestID: requestID, in: service))
    }
}
