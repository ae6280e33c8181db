import HTTPServer
import JSON

/// Rondo's own protocol (api.md): JSON, JSON lines or Server-Sent Events, and RFC 9457 problems.
final class NativeFace: Face {
    static let tags: [(name: String, text: String)] = [
        ("training", "Models are trained by jobs."), ("jobs", "What trains, and what it has to tell."),
        ("predictions", "Answers of models, whole or as they come."),
        ("sessions", "Recurrent state that stays between requests."),
        ("models", "Versions of models, their labels and files."), ("system", "The server itself."),
    ]
    static let examples = OpenAPIExamples.bodies
    static func schemas(_ limits: ServiceLimits) -> JSONObject { OpenAPISchemas.json(limits) }
    static let errorContent = ErrorContent(
        mediaType: "application/problem+json", schema: "Problem", description: "problem")

    let train: TrainEndpoint
    let predict: PredictEndpoint
    let evaluate: EvaluateEndpoint
    let sessions: SessionsEndpoint
    let jobs: JobsEndpoint
    let models: ModelsEndpoint
    let imports: ImportEndpoint
    let system: SystemEndpoint

    init(_ context: FaceContext) {
        let service = context.service, limits = service.configuration.limits
        train = TrainEndpoint(jobs: service.jobs, body: context.body, limits: limits)
        predict = PredictEndpoint(
            predictions: service.predictions, sessions: service.sessions, body: context.body, limits: limits,
            logger: service.logger)
        evaluate = EvaluateEndpoint(evaluations: service.evaluations, body: context.body, limits: limits)
        sessions = SessionsEndpoint(
            sessions: service.sessions, body: context.body, limits: limits, logger: service.logger)
        jobs = JobsEndpoint(jobs: service.jobs, offload: service.offload, bodies: service.bodies, limits: limits)
        models = ModelsEndpoint(models: service.modelService, body: context.body, limits: limits)
        imports = ImportEndpoint(models: service.modelService, body: context.body, limits: limits)
        system = SystemEndpoint(context)
    }

    static func response(to problem: Problem) -> Response { problem.response }
}
