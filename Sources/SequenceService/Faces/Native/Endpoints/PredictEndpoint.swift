import HTTPServer
import HTTPTypes
import JSON
import Logging
import SequenceModels

/// `POST /predict`: whole answers and streams.
struct PredictEndpoint: Sendable {
    let predictions: PredictionService
    let body: BodyReader
    let limits: ServiceLimits
    let logger: Logger

    /// A request whose body was read.
    private struct Asked: Sendable {
        let question: PredictionQuestion
        /// The body's part of the budget, as long as its sequences are there.
        let body: BodyReader.Body
    }

    func predict(_ request: Request) async throws -> Response {
        let asked = try await body.read(request, sizeBytesMax: limits.predictBodySizeBytesMax) { [limits] json, body in
            var predict = try PredictBody.read(json, limits: limits)
            return Asked(question: predict.takeQuestion(), body: body)
        }
        let question = asked.question
        let run = try await predictions.start(
            question, in: request.scope, for: request.client, on: body.queue(for: asked.body))
        let encoder = PredictionEncoder(wantsSamples: question.options.samples != nil)
        return question.isStream ? stream(run, encoder, request) : try await whole(run, encoder, request)
    }

    private func whole(_ run: PredictionRun, _ encoder: PredictionEncoder, _ request: Request) async throws -> Response
    {
        let answers = try await run.answers()
        return PredictionAnswer(
            model: run.identifier, task: run.task, predictions: answers,
            timing: PredictionEncoder.json(run.timing), encoder: encoder
        ).response(contentType: "application/json", of: run, on: body.bodies, for: request.client)
    }

    private func stream(_ run: PredictionRun, _ encoder: PredictionEncoder, _ request: Request) -> Response {
        let format = EventFormat(request)
        return Response(
            status: .ok, headers: format.headers,
            body: .stream { writer in
                do {
                    try await PredictionStreamWriter(run: run, encoder: encoder, format: format).write(to: writer)
                } catch {
                    run.cancel()
                    logger.info(
                        "client left a stream", metadata: ["request": "\(request.id)", "model": "\(run.identifier)"])
                    throw error
                }
            })
    }
}
