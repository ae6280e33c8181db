import HTTPServer
import HTTPTypes
import Store

/// `POST /train`.
struct TrainEndpoint: Sendable {
    let submission: JobSubmission
    let control: JobControl
    let body: BodyReader
    let limits: ServiceLimits

    func train(_ request: Request) async throws -> Response {
        let validateOnly = try QueryReader(request).bool("validate_only") ?? false
        let key = HTTPField.Name("Idempotency-Key").flatMap { request.head.headerFields[$0] }
        try BodyReader.checkJSON(request)
        let body = try await body.body(of: request, sizeBytesMax: limits.trainBodySizeBytesMax)
        let queue = self.body.queue(for: body)
        let scope = request.scope
        if validateOnly {
            return .json(try await queue.run(for: request.client) { try submission.plan(body, in: scope) })
        }
        let (id, json) = try await queue.run(for: request.client) {
            let job = try submission.submit(body, idempotencyKey: key, in: scope)
            return (job.id, try control.json(job))
        }
        var response = Response.json(json, status: .accepted)
        response.headers[.location] = "/jobs/\(id)"
        return response
    }
}
