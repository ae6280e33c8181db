import HTTPServer
import HTTPTypes
import JSON
import SequenceModels
import Store

/// `POST /train`.
struct TrainEndpoint: Sendable {
    let jobs: JobService
    let body: BodyReader
    let limits: ServiceLimits

    func train(_ request: Request) async throws -> Response {
        let validateOnly = try QueryReader(request).bool("validate_only") ?? false
        let query = try QuerySettings(request.query.map { ($0.name, $0.value) }, isPrediction: false)
        let key = IdempotencyKey.text(of: request)
        let type = try BodyReader.contentType(of: request, among: TableBody.types)
        // Before a body that nobody would read.
        if !validateOnly { try jobs.checkTakesChanges() }
        let body = try await body.body(of: request, sizeBytesMax: limits.trainBodySizeBytesMax)
        let queue = self.body.queue(for: body)
        let scope = request.scope
        if validateOnly {
            return .json(
                try await queue.run(for: request.client) { [jobs, limits] in
                    try Asked(body, type, query).taken(limits) { asked, _ in
                        try EstimateEncoder.json(jobs.estimate(asked, in: scope), limits: limits)
                    }
                })
        }
        let (id, json) = try await queue.run(for: request.client) { [jobs, limits] in
            let key = try key.map { text throws(ServiceError) in try IdempotencyKey(text) }
            return try Asked(body, type, query).taken(limits) { asked, digest in
                let job = try jobs.submit(asked, digest: digest, key: key, in: scope)
                return (job.record.id, JobEncoder.json(job))
            }
        }
        var response = Response.json(json, status: .accepted)
        response.headers[.location] = "/jobs/\(id)"
        return response
    }

    /// A request as JSON, whatever its body was.
    private struct Asked {
        private let json: JSONValue
        /// Of body and query: two with the same digest are the same request.
        private let digest: String
        /// nil where the body is the request itself.
        private let places: TablePlaces?

        init(_ body: BodyReader.Body, _ type: String, _ query: QuerySettings) throws {
            let ((json, places), digest) = try body.training { bytes in
                switch try TableBody.read(bytes, type: type, query, lease: body.lease) {
                case .request(let json): (json, TablePlaces?.none)
                case .table(let table): try Self.made(of: table)
                }
            }
            (self.json, self.places, self.digest) = (json, places, query.digest(with: digest))
        }

        private static func made(of table: TableBody) throws -> (JSONValue, TablePlaces?) {
            let (request, places) = try table.made()
            return (.object(request), places)
        }

        /// Reads the request; faults of a table have places of the table.
        func taken<Result>(_ limits: ServiceLimits, _ body: (JobRequest, _ digest: String) throws -> Result) throws
            -> Result
        {
            do {
                return try body(try TrainBody.read(json, limits: limits), digest)
            } catch {
                guard let places, case .invalid(let faults) = ServiceError(error) else { throw error }
                throw places.placed(faults)
            }
        }
    }
}
