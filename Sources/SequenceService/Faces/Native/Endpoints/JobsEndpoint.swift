import HTTPServer
import HTTPTypes
import JSON
import Store

/// `/jobs`: lists, one job, its events, and what can be done with it.
struct JobsEndpoint: Sendable {
    /// Jobs of a page, where the client says nothing.
    static let limitDefault = 100

    let jobs: JobService
    let offload: WorkQueue
    let bodies: WorkQueue
    let limits: ServiceLimits

    /// `GET /jobs?status=&model=&limit=&after=`: newest first.
    func list(_ request: Request) async throws -> Response {
        let query = QueryReader(request)
        let status = try query.choice("status", as: JobStatus.self)
        let limit = try query.integer("limit", in: 1...limits.pageRowsMax) ?? Self.limitDefault
        let filter = JobFilter(
            status: status, model: query.string("model"), limit: limit, after: query.string("after"))
        let scope = request.scope
        return try await offload.run(for: request.client) { [jobs] in
            let page = try jobs.list(filter, in: scope)
            let next = page.hasMore ? page.jobs.last.map { .string($0.record.id) } ?? .null : JSONValue.null
            return .json([
                "object": "list", "jobs": .array(page.jobs.map(JobEncoder.json)), "has_more": .bool(page.hasMore),
                "next_after": next,
            ])
        }
    }

    /// `GET /jobs/{id}`.
    func get(_ request: Request) async throws -> Response {
        try await answer(request) { try $0.job($1, in: $2) }
    }

    /// `GET /jobs/{id}/gradients`.
    func gradients(_ request: Request) async throws -> Response {
        let id = request.parameters["id"] ?? ""
        let scope = request.scope
        return .json(
            try await offload.run { [jobs] in GradientsEncoder.json(of: id, try jobs.gradients(id, in: scope)) })
    }

    /// `POST /jobs/{id}/cancel`.
    func cancel(_ request: Request) async throws -> Response {
        try await answer(request, status: .accepted) { try $0.cancel($1, in: $2) }
    }

    /// `DELETE /jobs/{id}`.
    func delete(_ request: Request) async throws -> Response {
        let id = request.parameters["id"] ?? ""
        let scope = request.scope
        try await offload.run(for: request.client) { [jobs] in try jobs.delete(id, in: scope) }
        return .noContent
    }

    /// `POST /jobs/{id}/pause`.
    func pause(_ request: Request) async throws -> Response {
        try await answer(request, status: .accepted) { try $0.pause($1, in: $2) }
    }

    /// `POST /jobs/{id}/resume`.
    func resume(_ request: Request) async throws -> Response {
        try await answer(request, status: .accepted) { try $0.resume($1, in: $2) }
    }

    /// `POST /jobs/{id}/retry`: the new job.
    func retry(_ request: Request) async throws -> Response {
        let id = request.parameters["id"] ?? ""
        let scope = request.scope
        // Reads all of the data, and plans.
        let view = try await bodies.run(for: request.client) { [jobs] in try jobs.retry(id, in: scope) }
        var response = Response.json(JobEncoder.json(view), status: .accepted)
        response.headers[.location] = "/jobs/\(view.record.id)"
        return response
    }

    /// `GET /jobs/{id}/events`: history, then live, until the job's last event; with `follow=false` history only. A
    /// server that stops says so in an event of the type `end`, which is not part of the history.
    ///
    /// A browser's EventSource comes back whenever a stream ends, with the id of its last event, until it is answered
    /// by 204: so is who has all there will be (HTML, 9.2.1).
    func events(_ request: Request) async throws -> Response {
        let id = request.parameters["id"] ?? ""
        let after = try after(request)
        let follows = try QueryReader(request).bool("follow") ?? true
        let scope = request.scope
        let (feed, isOver) = try await offload.run { [jobs] in
            let feed = try jobs.events(of: id, in: scope)
            return (feed, try feed.isOver(id, after: after, follows: follows))
        }
        let format = EventFormat(request)
        if isOver, format == .serverSentEvents { return .noContent }
        return Response(
            status: .ok, headers: format.headers,
            body: .stream { writer in
                // A first byte at once: the way through all proxies is open.
                try await writer.write(format.heartbeat)
                let end = try await feed.read(id, after: after, follows: follows, quietSeconds: limits.heartbeatSeconds)
                { page in
                    var bytes: [UInt8] = page.isEmpty ? format.heartbeat : []
                    for event in page { format.append(JobEncoder.json(event), id: event.id, to: &bytes) }
                    try await writer.write(bytes)
                }
                guard case .stopping(let last) = end else { return }
                var bytes: [UInt8] = []
                format.append(JobEncoder.stopping(after: last), id: nil, to: &bytes)
                try await writer.write(bytes)
            })
    }

    /// Where a reader that comes back was: `Last-Event-ID` as browsers send it, or `?after=`. A browser asks again by
    /// the same address, so that what it says in the field is newer.
    private func after(_ request: Request) throws -> Int64 {
        let field = HTTPField.Name("Last-Event-ID").flatMap { request.head.headerFields[$0] }
        let asked = try Self.eventID(request.queryValue("after"))
        // A browser that has no id yet sends none, and other clients an empty one.
        return try Self.eventID(field.flatMap { $0.isEmpty ? nil : $0 }) ?? asked ?? 0
    }

    private static func eventID(_ text: String?) throws(RequestError) -> Int64? {
        guard let text else { return nil }
        guard let id = DecimalText.value(text) else {
            throw .badRequest("the event id \"\(text.prefix(40))\" is not a whole number from 0 to \(Int64.max)")
        }
        return id
    }

    private func answer(
        _ request: Request, status: HTTPResponse.Status = .ok,
        _ action: @escaping @Sendable (JobService, String, Scope) throws -> JobView
    ) async throws -> Response {
        let id = request.parameters["id"] ?? ""
        let scope = request.scope
        return .json(
            try await offload.run { [jobs] in JobEncoder.json(try action(jobs, id, scope)) }, status: status)
    }
}
