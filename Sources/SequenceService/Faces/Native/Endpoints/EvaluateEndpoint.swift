import HTTPServer

/// `POST /evaluate`: what a version is worth on new data.
struct EvaluateEndpoint: Sendable {
    let evaluations: EvaluationService
    let body: BodyReader
    let limits: ServiceLimits

    func evaluate(_ request: Request) async throws -> Response {
        try BodyReader.checkJSON(request)
        let sent = try await body.body(of: request, sizeBytesMax: limits.trainBodySizeBytesMax)
        let scope = request.scope
        // It computes: that is work for the threads of large bodies, whatever the size of this one.
        let json = try await body.bodies.run(for: request.client) { [evaluations] in
            let asked = try EvaluateBody.read(sent.training { try BodyReader.json($0, sent.lease) }.result)
            return EvaluationEncoder.json(try evaluations.evaluate(asked, in: scope), of: asked)
        }
        return .json(json)
    }
}
