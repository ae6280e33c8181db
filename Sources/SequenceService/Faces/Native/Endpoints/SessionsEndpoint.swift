import HTTPServer
import HTTPTypes
import JSON
import Logging
import ModelFiles
import SequenceModels
import Store

/// `/sessions`: recurrent state that stays between requests.
struct SessionsEndpoint: Sendable {
    /// Sessions of a page, where the client says nothing.
    static let limitDefault = 100

    let sessions: SessionService
    let body: BodyReader
    let limits: ServiceLimits
    let logger: Logger

    // MARK: One session

    /// `POST /sessions`.
    func create(_ request: Request) async throws -> Response {
        let (creation, queue) = try await read(request) { [limits] in try SessionBody.creation($0, limits: limits) }
        return created(
            try await sessions.create(creation, in: request.scope, for: request.client, on: queue))
    }

    /// `GET /sessions/{id}`.
    func get(_ request: Request) async throws -> Response {
        .json(SessionEncoder.json(try await sessions.session(id(request), in: request.scope)))
    }

    /// `DELETE /sessions/{id}`.
    func delete(_ request: Request) async throws -> Response {
        try await sessions.delete(id(request), in: request.scope)
        return .noContent
    }

    /// `POST /sessions/{id}/fork`: the new session.
    func fork(_ request: Request) async throws -> Response {
        let (metadata, _) = try await read(request) { [limits] in try SessionBody.fork($0, limits: limits) }
        return created(try await sessions.fork(id(request), metadata: metadata, in: request.scope))
    }

    /// `GET /sessions/{id}/state`.
    func state(_ request: Request) async throws -> Response {
        let (text, session) = try await sessions.token(id(request), in: request.scope)
        return .json([
            "model": .string("\(session.model)@\(session.version)"), "steps": .integer(session.steps),
            "state": .string(text),
        ])
    }

    /// `POST /sessions/{id}/rebase`.
    func rebase(_ request: Request) async throws -> Response {
        let (question, queue) = try await read(request) { try SessionBody.rebase($0) }
        let session = try await sessions.rebase(
            id(request), question, in: request.scope, for: request.client, on: queue)
        return .json(SessionEncoder.json(session))
    }

    /// `GET /sessions?model=&limit=&after=`: newest first.
    func list(_ request: Request) async throws -> Response {
        let query = QueryReader(request)
        let limit = try query.integer("limit", in: 1...limits.pageRowsMax) ?? Self.limitDefault
        let model = query.string("model"), after = query.string("after"), scope = request.scope
        return try await body.offload.run(for: request.client) { [sessions] in
            let page = try sessions.list(model: model, after: after, limit: limit, in: scope)
            let next = page.hasMore ? page.sessions.last.map { .string($0.record.id) } ?? .null : JSONValue.null
            return .json([
                "object": "list", "sessions": .array(page.sessions.map(SessionEncoder.json)),
                "has_more": .bool(page.hasMore), "next_after": next,
            ])
        }
    }

    private func id(_ request: Request) -> String { request.parameters["id"] ?? "" }

    private func created(_ session: SessionView) -> Response {
        var response = Response.json(SessionEncoder.json(session), status: .created)
        response.headers[.location] = "/sessions/\(session.record.id)"
        return response
    }

    /// A body as JSON, and where its sequence is to be read; nil for a short one. No body is an empty object.
    private func read<Result: Sendable>(
        _ request: Request, _ make: @escaping @Sendable (JSONValue) throws -> Result
    ) async throws -> (Result, WorkQueue?) {
        try await body.read(request, sizeBytesMax: limits.predictBodySizeBytesMax) { [body] json, source in
            (try make(json), source.isSmall ? nil : body.queue(for: source))
        }
    }

    // MARK: Steps

    /// `POST /sessions/{id}/step`.
    func step(_ request: Request) async throws -> Response {
        let key = try IdempotencyKey.text(of: request).map { text throws(ServiceError) in try IdempotencyKey(text) }
        let (asked, queue) = try await read(request) { json in
            (question: try SessionBody.step(json), digest: key == nil ? "" : SHA256.hex(json.bytes))
        }
        if key != nil, asked.question.question.isStream {
            throw ServiceError.invalid(
                "/stream",
                "a step with an Idempotency-Key has a whole answer, which is kept for its repeat: leave it out")
        }
        let started = try await sessions.step(
            id(request), asked.question, key: key.map { ($0.text, asked.digest) }, in: request.scope,
            for: request.client, on: queue)
        switch started {
        case .answered(let text):
            return .text(text, contentType: AnswerFormat.json.rawValue)
        case .running(let run):
            return asked.question.question.isStream
                ? try await stream(run, request) : try await whole(run, isKeyed: key != nil, request)
        }
    }

    /// The answer is sent after the step is recorded; one that is kept is made before.
    private func whole(_ step: SessionRun, isKeyed: Bool, _ request: Request) async throws -> Response {
        guard isKeyed else {
            let (answer, reached) = try await step.recorded()
            return pieces([answer], of: step, reached).response(
                contentType: AnswerFormat.json.rawValue, of: step.run, on: body.bodies, for: request.client)
        }
        let answers = try await step.run.answers()
        let reached = try step.reached()
        let pieces = pieces(answers, of: step, reached)
        let text = try await body.bodies.run(for: request.client) {
            var bytes: [UInt8] = []
            while !pieces.isAtEnd { bytes += pieces.next() }
            return String(decoding: bytes, as: UTF8.self)
        }
        try await step.finish(
            reached, answer: text.utf8.count <= limits.sessions.keptAnswerBytesMax ? text : nil)
        return .text(text, contentType: AnswerFormat.json.rawValue)
    }

    private func pieces(
        _ answers: [any Prediction], of step: SessionRun, _ reached: SessionRecord
    ) -> PredictionAnswer {
        let encoder = PredictionEncoder(wantsSamples: step.question.question.options.samples != nil)
        return PredictionAnswer(
            PredictionAnswer.Frame(
                [
                    "session": .string(reached.id), "model": .string(step.run.identifier),
                    "task": .string(step.run.task.rawValue), "steps": .integer(reached.steps),
                ], member: "predictions", after: ["timing": PredictionEncoder.json(step.run.timing)]),
            predictions: step.isPredicting ? answers : [], listsLongMembers: encoder.wantsSamples
        ) { prediction, _ in encoder.object(prediction) }
    }

    /// What was read is recorded before the head is sent; what was written, before the last event.
    private func stream(_ step: SessionRun, _ request: Request) async throws -> Response {
        let advances = step.question.advances
        if !advances {
            try await step.run.read()
            try await step.finish(try step.reached())
        }
        return PredictionStreamWriter(run: step.run, encoder: PredictionEncoder(), for: request, logger: logger) {
            if advances { try await step.finish(try step.reached()) }
            return ["session": .string(step.found.id), "session_steps": .integer(try step.reached().steps)]
        }
        .response { step.abandon() }
    }
}
