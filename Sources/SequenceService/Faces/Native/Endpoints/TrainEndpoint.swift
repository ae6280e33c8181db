import HTTPServer
import HTTPTypes
import Store

/// `POST /train`.
struct TrainEndpoint: Sendable {
    let jobs: JobService
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
            return .json(
                try await queue.run(for: request.client) { [jobs, limits] in
                    let asked = try TrainBody.read(body.trainingJSON().json, limits: limits)
                    return try EstimateEncoder.json(jobs.estimate(asked, in: scope), limits: limits)
                })
        }
        let (id, json) = try await queue.run(for: request.client) { [jobs, limits] in
            let key = try key.map { text throws(ServiceError) in try IdempotencyKey(text) }
            let (content, digest) = try body.trainingJSON()
            let asked = try TrainBody.read(content, limits: limits)
            let job = try jobs.submit(asked, digest: digest, key: key, in: scope)
            return (job.record.id, JobEncoder.json(job))
        }
        var response = Response.json(json, status: .accepted)
        response.headers[.location] = "/jobs/\(id)"
        return response
    }
}
