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
    let body: JSONBody
    let offload: Offload
    let limits: ServiceLimits
    let logger: Logger

    /// The predictions of one request, with what is needed to answer.
    private struct Run: Sendable {
        let model: LoadedModel
        let predictions: [ActivePrediction]
        let encoder: PredictionEncoder
    }

    func predict(_ request: Request) async throws -> Response {
        let json = try await body.read(request, sizeBytesMax: limits.predictBodySizeBytesMax)
        let predict = try PredictRequest.read(json, limits: limits)
        let model = try await models.model(predict.model, in: request.scope, weights: predict.weights)
        let run = try await start(predict, on: model, for: request.client)
        return predict.isStream ? try await stream(run, request) : try await whole(run)
    }

    // MARK: Starting

    /// Starts one prediction per sequence; all or none.
    private func start(_ request: PredictRequest, on model: LoadedModel, for owner: String) async throws -> Run {
        // Reading long sequences is work, too.
        let streams = try await offload.run {
            try Self.streams(request, model, memoryBytesMax: limits.predictMemoryBytesMax)
        }
        var predictions: [ActivePrediction] = []
        do {
            for stream in streams {
                predictions.append(
                    try engine.submit(stream, to: model.batcher, owner: owner, keepsEvents: request.isStream))
            }
        } catch {
            for prediction in predictions { engine.cancel(prediction, of: model.batcher) }
            throw error
        }
        return Run(
            model: model, predictions: predictions, encoder: PredictionEncoder(wantsSamples: request.wantsSamples))
    }

    private static func streams(_ request: PredictRequest, _ loaded: LoadedModel, memoryBytesMax: Int) throws
        -> [any PredictionStream]
    {
        let model = loaded.model
        let reader = JSONReader(JSONObject())
        let task = model.description.settings.task
        if request.weights != .float32, task.isPaired {
            reader.addFault("/weights", "a model of \(task.rawValue) holds float32")
        }
        let sequenceReader = SequenceReader(
            numbersAreSymbols: model.description.settings.tokens == .symbols, faults: reader)
        var streams: [any PredictionStream] = []
        var memoryBytes = 0
        for (pointer, value) in request.sequences where !reader.isFull {
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
                let stream = try model.start(options)
                memoryBytes += stream.rows * loaded.rowSizeBytes + stream.extraSizeBytes
                guard memoryBytes <= memoryBytesMax else {
                    reader.addFault(
                        "",
                        "the hidden states would need more than \(memoryBytesMax) bytes; ask for fewer samples or sequences, or a smaller beam_width"
                    )
                    break
                }
                streams.append(stream)
            } catch {
                for fault in error.list { reader.addFault(place(fault.pointer, pointer), fault.detail) }
                // A fault of the options would only come again for every other sequence.
                if error.list.contains(where: { !$0.pointer.hasPrefix("/sequence") }) { break }
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

    private func whole(_ run: Run) async throws -> Response {
        var answers: [JSONValue] = []
        do {
            for prediction in run.predictions { answers.append(run.encoder.json(try await finished(prediction))) }
        } catch {
            for prediction in run.predictions { engine.cancel(prediction, of: run.model.batcher) }
            throw error
        }
        return .json([
            "model": .string(run.model.identifier),
            "task": .string(run.model.document.description.settings.task.rawValue),
            "predictions": .array(answers),
            "timing": PredictionEncoder.timing(run.predictions.map(\.timing)),
        ])
    }

    private func finished(_ prediction: ActivePrediction) async throws -> Prediction {
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
                    {
                        engine.wake(run.model.batcher)
                    }.write(to: writer)
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
