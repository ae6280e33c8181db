import HTTPServer
import HTTPTypes
import JSON
import Logging
import SequenceModels

/// `POST /predict`: whole answers and streams.
struct PredictEndpoint: Sendable {
    let predictions: PredictionService
    let sessions: SessionService
    let body: BodyReader
    let limits: ServiceLimits
    let logger: Logger

    /// A request whose body was read.
    private struct Asked: Sendable {
        /// What it asks; a table does not until its model is known.
        enum Content: Sendable {
            case question(PredictionQuestion)
            /// From where a client was told that it stands.
            case state(String, PredictionQuestion, advances: Bool)
            case table(TableBody)
        }

        let content: Content
        /// The body's part of the budget, as long as its sequences are there.
        let body: BodyReader.Body
    }

    func predict(_ request: Request) async throws -> Response {
        let query = try QuerySettings(request.query.map { ($0.name, $0.value) }, isPrediction: true)
        let asked = try await body.read(
            request, accepting: TableBody.types, sizeBytesMax: limits.predictBodySizeBytesMax
        ) { [limits] body, type in
            switch try TableBody.read(body.bytes(), type: type, query, lease: body.lease) {
            case .request(let json):
                var predict = try PredictBody.read(json, limits: limits)
                let question = predict.takeQuestion()
                guard let state = predict.state else { return Asked(content: .question(question), body: body) }
                return Asked(content: .state(state, question, advances: predict.advances), body: body)
            case .table(let table): return Asked(content: .table(table), body: body)
            }
        }
        switch asked.content {
        case .question(let question):
            try checkAccepted(question, request)
            let run = try await predictions.start(
                question, in: request.scope, for: request.client, on: body.queue(for: asked.body),
                isShort: asked.body.isShort)
            return try await answer(question, run, request)
        case .state(let state, let question, let advances):
            if !question.isStream, try AnswerFormat(accept: request.head.headerFields[.accept]) != .json {
                throw RequestError.notAcceptable(types: [AnswerFormat.json.rawValue])
            }
            let run = try await sessions.predict(
                from: state, question, advances: advances, in: request.scope, for: request.client,
                on: asked.body.isSmall ? nil : body.queue(for: asked.body))
            return try await answer(question, run, request, hasState: true)
        case .table(let table): return try await predict(table, asked.body, request)
        }
    }

    /// Columns are those that the model calls its own, whatever their order.
    private func predict(_ table: TableBody, _ source: BodyReader.Body, _ request: Request) async throws -> Response {
        let reader = try JSONReader(request: .object(table.request))
        let reference = reader.modelReference("model")
        try reader.check()
        guard let reference else { throw Faults(list: [Fault(pointer: "/model", detail: "required")]) }
        let model = try await predictions.inputs(of: reference, in: request.scope)
        let queue = body.queue(for: source)
        let (question, places) = try await queue.run(for: request.client) { [limits] in
            var (json, places) = try table.made(names: model.names, task: model.task)
            // A label that moves meanwhile moves nothing here.
            json["model"] = .string(model.identifier)
            do throws(Faults) {
                var predict = try PredictBody.read(.object(json), limits: limits)
                return (predict.takeQuestion(), places)
            } catch {
                throw places.placed(error)
            }
        }
        try checkAccepted(question, request)
        do {
            let run = try await predictions.start(
                question, in: request.scope, for: request.client, on: queue, isShort: false)
            return try await answer(question, run, request)
        } catch {
            guard case .invalid(let faults) = ServiceError(error) else { throw error }
            throw places.placed(faults)
        }
    }

    /// Before anything is computed.
    private func checkAccepted(_ question: PredictionQuestion, _ request: Request) throws(RequestError) {
        if !question.isStream { _ = try AnswerFormat(accept: request.head.headerFields[.accept]) }
    }

    /// - Parameter hasState: the answer tells the next state.
    private func answer(
        _ question: PredictionQuestion, _ run: PredictionRun, _ request: Request, hasState: Bool = false
    ) async throws -> Response {
        let encoder = PredictionEncoder(wantsSamples: question.options.samples != nil)
        return question.isStream
            ? stream(run, encoder, request, hasState) : try await whole(run, encoder, request, hasState)
    }

    private func whole(
        _ run: PredictionRun, _ encoder: PredictionEncoder, _ request: Request, _ hasState: Bool
    ) async throws -> Response {
        let format = try AnswerFormat(accept: request.head.headerFields[.accept])
        let answers = try await run.answers()
        if format == .json {
            let state = hasState ? try await sessions.sealed(run) : nil
            return PredictionAnswer(
                model: run.identifier, task: run.task, predictions: answers,
                timing: PredictionEncoder.json(run.timing), state: state, encoder: encoder
            ).response(contentType: format.rawValue, of: run, on: body.bodies, for: request.client)
        }
        let table = try await body.bodies.run(for: request.client) { PredictionTable(answers, encoder, format) }
        return table.response(contentType: format.rawValue, of: run, on: body.bodies, for: request.client)
    }

    private func stream(
        _ run: PredictionRun, _ encoder: PredictionEncoder, _ request: Request, _ hasState: Bool
    ) -> Response {
        PredictionStreamWriter(run: run, encoder: encoder, for: request, logger: logger) { [sessions] in
            hasState ? ["state": .string(try await sessions.sealed(run))] : [:]
        }
        .response { [logger, id = request.id] in
            logger.info("client left a stream", metadata: ["request": "\(id)", "model": "\(run.identifier)"])
        }
    }
}
