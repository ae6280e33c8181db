import HTTPServer
import HTTPTypes
import JSON
import Store

/// `/jobs`: lists, one job, its events, and what can be done with it.
struct JobsEndpoint: Sendable {
    private static let limitDefault = 100

    let control: JobControl
    let feed: JobEventFeed
    let offload: WorkQueue
    let limits: ServiceLimits

    /// `GET /jobs?status=&model=&limit=&after=`: newest first.
    func list(_ request: Request) async throws -> Response {
        let query = QueryReader(request)
        let status = try query.choice("status", as: JobStatus.self)
        let limit = try query.integer("limit", in: 1...limits.pageRowsMax) ?? Self.limitDefault
        let model = query.string("model")
        let after = query.string("after")
        let scope = request.scope
        return try await offload.run(for: request.client) { [control] in
            // One more than asked for says whether there is a next page.
            let found = try control.services.store.jobs(
                status: status, model: model, limit: limit + 1, after: after, in: scope)
            let jobs = try found.prefix(limit).map(control.json)
            let hasMore = found.count > limit
            return .json([
                "object": "list", "jobs": .array(jobs), "has_more": .bool(hasMore),
                "next_after": hasMore ? jobs.last?["id"] ?? .null : .null,
            ])
        }
    }

    /// `GET /jobs/{id}`.
    func get(_ request: Request) async throws -> Response {
        try await answer(request) { try control.job($0, in: $1) }
    }

    /// `GET /jobs/{id}/gradients`.
    func gradients(_ request: Request) async throws -> Response {
        let id = request.parameters["id"] ?? ""
        let scope = request.scope
        return .json(try await offload.run { [control] in try control.gradients(id, in: scope) })
    }

    /// `POST /jobs/{id}/cancel`.
    func cancel(_ request: Request) async throws -> Response {
        try await answer(request, status: .accepted) { try control.cancel($0, in: $1) }
    }

    /// `POST /jobs/{id}/pause`.
    func pause(_ request: Request) async throws -> Response {
        try await answer(request, status: .accepted) { try control.pause($0, in: $1) }
    }

    /// `POST /jobs/{id}/resume`.
    func resume(_ request: Request) async throws -> Response {
        try await answer(request, status: .accepted) { try control.resume($0, in: $1) }
    }

    /// `GET /jobs/{id}/events`: history, then live, until the job's last event; with `follow=false` history only. A
    /// server that stops says so in an event of the type `end`, which is not part of the history.
    func events(_ request: Request) async throws -> Response {
        let id = request.parameters["id"] ?? ""
        let after = try after(request)
        let follows = try QueryReader(request).bool("follow") ?? true
        let scope = request.scope
        _ = try await offload.run { try control.job(id, in: scope) }
        let format = EventFormat(request)
        return Response(
            status: .ok, headers: format.headers,
            body: .stream { writer in
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

    /// Where a reader that comes back was: `?after=`, or `Last-Event-ID` as browsers send it.
    private func after(_ request: Request) throws -> Int64 {
        let field = HTTPField.Name("Last-Event-ID").flatMap { request.head.headerFields[$0] }
        guard let text = request.queryValue("after") ?? field, !text.isEmpty else { return 0 }
        guard let id = DecimalText.value(text) else {
            throw ServiceError.badRequest(
                "the event id \"\(text.prefix(40))\" is not a whole number from 0 to \(Int64.max)")
        }
        return id
    }

    private func answer(
        _ request: Request, status: HTTPResponse.Status = .ok,
        _ action: @escaping @Sendable (String, Scope) throws -> JobRecord
    ) async throws -> Response {
        let id = request.parameters["id"] ?? ""
        let scope = request.scope
        return .json(try await offload.run { [control] in try control.json(action(id, scope)) }, status: status)
    }
}
