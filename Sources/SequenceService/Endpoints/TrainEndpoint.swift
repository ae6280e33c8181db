import HTTPServer
import HTTPTypes
import Store

/// `POST /train`.
struct TrainEndpoint: Sendable {
    let submission: JobSubmission
    let control: JobControl
    let offload: Offload
    let limits: ServiceLimits

    func train(_ request: Request) async throws -> Response {
        let validateOnly = try QueryReader(request).bool("validate_only") ?? false
        let key = HTTPField.Name("Idempotency-Key").flatMap { request.head.headerFields[$0] }
        let body = try await JSONBody.bytes(request, sizeBytesMax: limits.trainBodySizeBytesMax)
        let scope = request.scope
        if validateOnly { return .json(try await offload.run { try submission.plan(body, in: scope) }) }
        let (id, json) = try await offload.run {
            let job = try submission.submit(body, idempotencyKey: key, in: scope)
            return (job.id, try control.json(job))
        }
        var response = Response.json(json, status: .accepted)
        response.headers[.location] = "/jobs/\(id)"
        return response
    }
}
