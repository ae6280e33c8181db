import HTTPServer
import JSON
import SequenceModels

/// `POST /v1/timeseries/forecast`.
struct KServeEndpoint: Sendable {
    let predictions: PredictionService
    let body: BodyReader
    let limits: ServiceLimits

    /// A request whose body was read.
    private struct Asked: Sendable {
        let question: PredictionQuestion
        let answer: KServeAnswer
        /// The body's part of the budget, as long as its series are there.
        let body: BodyReader.Body
    }

    func forecast(_ request: Request) async throws -> Response {
        let asked = try await body.read(request, sizeBytesMax: limits.predictBodySizeBytesMax) { [limits] json, body in
            let forecast = try KServeRequest.read(json, limits: limits)
            return Asked(question: forecast.question, answer: forecast.answer, body: body)
        }
        do {
            let run = try await predictions.start(
                asked.question, in: request.scope, for: request.client, on: body.queue(for: asked.body),
                isShort: asked.body.isShort)
            let answers = try await run.answers()
            return asked.answer.pieces(answers, model: run.identifier)
                .response(contentType: "application/json", of: run, on: body.bodies, for: request.client)
        } catch let faults as Faults {
            throw faults.placed([
                "/horizon": "/options/horizon", "/quantiles": "/options/quantiles", "/samples": "/options",
            ])
        }
    }
}
