import HTTPServer
import HTTPTypes
import JSON
import Logging
import RecurrentLayers
import SequenceModels

/// `POST /predict`: whole answers and streams.
struct PredictEndpoint: Sendable {
    let models: ModelStore
    let engine: PredictionEngine
    let body: BodyReader
    let limits: ServiceLimits
    let logger: Logger

    /// The predictions of one request, with what is needed to answer.
    private struct Run: Sendable {
        let model: LoadedModel
        let predictions: [ActivePrediction]
        let encoder: PredictionEncoder
        /// What predictions and answers hold; given back with the last part of the answer.
        let lease: MemoryLease
    }

    /// A request whose body was read.
    private struct Asked: Sendable {
        let request: PredictBody
        let sequences: Handover<[(pointer: String, value: JSONValue?)]>
        /// The body's part of the budget, as long as its sequences are there.
        let body: BodyReader.Body
    }

    func predict(_ request: Request) async throws -> Response {
        let asked = try await body.read(request, sizeBytesMax: limits.predictBodySizeBytesMax) { [limits] json, body in
            var predict = try PredictBody.read(json, limits: limits)
            let sequences = Handover(predict.takeSequences())
            return Asked(request: predict, sequences: sequences, body: body)
        }
        let model = try await models.model(asked.request.model, in: request.scope, weights: asked.request.weights)
        let run = try await start(asked, on: model, for: request.client)
        return asked.request.isStream ? try await stream(run, request) : try await whole(run, request)
    }

    // MARK: Starting

    /// Starts one prediction per sequence; all or none.
    private func start(_ asked: Asked, on model: LoadedModel, for client: String) async throws -> Run {
        let request = asked.request
        let lease = body.budget.lease(for: client)
        // Reading long sequences is work, too.
        let streams = try await body.queue(for: asked.body).run(for: client) { [limits] in
            try Self.streams(asked.sequences.take() ?? [], request, model, limits: limits, lease: lease)
        }
        var predictions: [ActivePrediction] = []
        do {
            for stream in streams {
                predictions.append(
                    try engine.submit(stream, to: model.batcher, client: client, keepsEvents: request.isStream))
            }
        } catch {
            for prediction in predictions { engine.cancel(prediction, of: model.batcher) }
            throw error
        }
        return Run(
            model: model, predictions: predictions, encoder: PredictionEncoder(wantsSamples: request.wantsSamples),
            lease: lease)
    }

    private static func streams(
        _ sequences: [(pointer: String, value: JSONValue?)], _ request: PredictBody, _ loaded: LoadedModel,
        limits: ServiceLimits, lease: MemoryLease
    ) throws -> [any PredictionStream] {
        let model = loaded.model
        let reader = JSONReader(JSONObject())
        let task = model.description.settings.task
        if request.weights != .float32, task.isPaired {
            reader.addFault("/weights", "a model of \(task.rawValue) holds float32")
        }
        let sequenceReader = SequenceReader(
            numbersAreSymbols: model.description.settings.tokens == .symbols, faults: reader)
        var streams: [any PredictionStream] = []
        var memory = PredictionMemory(limits: limits, isStream: request.isStream, lease: lease)
        for (pointer, value) in sequences where !reader.isFull {
            var options = request.options
            if pointer == "/prompt", model.description.settings.task == .forecast {
                reader.addFault(
                    pointer, "a forecast goes on from a \"sequence\", a prompt belongs to the task language_model")
                break
            }
            if let value {
                guard let sequence = sequence(value, pointer, sequenceReader) else { continue }
                options.sequence = sequence
            }
            do throws(Faults) {
                streams.append(try model.start(options))
            } catch {
                for fault in error.list { reader.addFault(place(fault.pointer, pointer), fault.detail) }
                // A fault of the options would only come again for every other sequence.
                if error.list.contains(where: { !$0.pointer.hasPrefix("/sequence") }) { break }
                continue
            }
            guard let stream = streams.last else { continue }
            guard try memory.add(stream, rowSizeBytes: loaded.rowSizeBytes) else {
                reader.addFault("", memory.refusal)
                break
            }
        }
        try reader.check()
        return streams
    }

    /// A bare sequence, or the `target` of a DeepAR record.
    private static func sequence(_ value: JSONValue, _ pointer: String, _ reader: SequenceReader) -> SequenceValue? {
        guard value.object != nil else { return reader.read(value, at: pointer) }
        return ExampleReader(numbersAreSymbols: reader.numbersAreSymbols, faults: reader.faults).example(
            value, at: pointer)?.input
    }

    /// The model says `/sequence/17`; the client sent `/sequences/3/17` or `/prompt`.
    private static func place(_ fault: String, _ pointer: String) -> String {
        fault == "/sequence" || fault.hasPrefix("/sequence/") ? pointer + fault.dropFirst("/sequence".count) : fault
    }

    // MARK: Whole answers

    private func whole(_ run: Run, _ request: Request) async throws -> Response {
        var answers: [any Prediction] = []
        do {
            for prediction in run.predictions { answers.append(try await finished(prediction)) }
        } catch {
            for prediction in run.predictions { engine.cancel(prediction, of: run.model.batcher) }
            throw error
        }
        let pieces = PredictionAnswer(
            model: run.model.identifier, task: run.model.document.description.settings.task, predictions: answers,
            timing: PredictionEncoder.timing(run.predictions.map(\.timing)), encoder: run.encoder)
        let first = pieces.next()
        var headers = HTTPFields()
        headers[.contentType] = "application/json"
        if pieces.isAtEnd { return Response(status: .ok, headers: headers, body: .bytes(first)) }
        let (bodies, client) = (body.bodies, request.client)
        return Response(
            status: .ok, headers: headers,
            body: .stream { writer in
                // The lease goes with the last piece.
                defer { withExtendedLifetime(run) {} }
                try await writer.write(first)
                while !pieces.isAtEnd {
                    try await writer.write(try await bodies.run(for: client) { pieces.next() })
                }
            })
    }

    private func finished(_ prediction: ActivePrediction) async throws -> any Prediction {
        while true {
            switch await prediction.take().end {
            case .finished(let answer, _): return answer
            case .cancelled:
                if Task.isCancelled { throw CancellationError() }
                throw ServiceError.unavailable("the server is stopping")
            case nil: continue
            }
        }
    }

    // MARK: Streams

    private func stream(_ run: Run, _ request: Request) async throws -> Response {
        let format = EventFormat(request)
        return Response(
            status: .ok, headers: format.headers,
            body: .stream { writer in
                do {
                    try await PredictionStreamWriter(predictions: run.predictions, encoder: run.encoder, format: format)
                    { engine.resume($0, of: run.model.batcher) }
                    .write(to: writer)
                } catch {
                    for prediction in run.predictions { engine.cancel(prediction, of: run.model.batcher) }
                    logger.info(
                        "client left a stream",
                        metadata: ["request": "\(request.id)", "model": "\(run.model.identifier)"])
                    throw error
                }
            })
    }
}
