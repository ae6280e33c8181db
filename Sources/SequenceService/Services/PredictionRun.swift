package import SequenceModels

/// The predictions of one question, under way.
package struct PredictionRun: Sendable {
    private let model: LoadedModel
    private let predictions: [ActivePrediction]
    private let engine: PredictionEngine
    /// What predictions and answers hold; given back when nobody has the run any more.
    private let lease: MemoryLease

    init(model: LoadedModel, predictions: [ActivePrediction], engine: PredictionEngine, lease: MemoryLease) {
        self.model = model
        self.predictions = predictions
        self.engine = engine
        self.lease = lease
    }

    /// The version that answers: `airline@4`.
    package var identifier: String { model.identifier }
    /// The same in its parts.
    package var place: VersionPlace { VersionPlace(name: model.document.name, version: model.document.version) }
    /// What its model does.
    package var task: TaskKind { model.form.task }

    /// Waits until what is new of a session is read, and it is known where it stands.
    ///
    /// - Throws: as `answers`, where the prediction ended before.
    package func read() async throws {
        for prediction in predictions {
            await prediction.news()
            if prediction.stream.kept == nil { _ = try await finished(prediction) }
        }
    }

    /// The whole answers, in the order of the sequences. If one fails, all are cancelled.
    ///
    /// - Throws: `CancellationError` when the task was cancelled, `ServiceError.unavailable` when the server stops,
    ///   `timedOut` when the time of the request is over.
    package func answers() async throws -> [any Prediction] {
        var answers: [any Prediction] = []
        do {
            for prediction in predictions { answers.append(try await finished(prediction)) }
        } catch {
            cancel()
            throw error
        }
        return answers
    }

    private func finished(_ prediction: ActivePrediction) async throws -> any Prediction {
        while true {
            guard let end = await prediction.take().end else { continue }
            if case .cancelled = end, Task.isCancelled { throw CancellationError() }
            return try Self.answer(of: prediction, end)
        }
    }

    private static func answer(
        of prediction: ActivePrediction, _ end: ActivePrediction.End
    ) throws(ServiceError) -> any Prediction {
        switch end {
        case .finished(let answer, _): return prediction.unknown.map { PredictionOfUnknown(answer, $0) } ?? answer
        case .cancelled: throw .unavailable("the server is stopping")
        case .timedOut(let milliseconds): throw .timedOut(milliseconds: milliseconds)
        }
    }

    /// Calls `body` once with the answer to the only sequence, or why there is none: on the thread that computed it,
    /// which must not wait.
    func whenFinished(_ body: @escaping @Sendable (Result<any Prediction, ServiceError>) -> Void) {
        precondition(predictions.count == 1, "\(predictions.count) answers as one")
        let prediction = predictions[0]
        prediction.whenEnded { end in
            body(Result { () throws(ServiceError) in try Self.answer(of: prediction, end) })
        }
    }

    /// Where the session of the only sequence stands: once its new steps are read, which is before the first event; of
    /// a step that advances, at its end.
    package var kept: StreamState? { predictions.first?.stream.kept }

    /// The events as they come.
    package var events: PredictionEvents {
        PredictionEvents(of: predictions) { [engine, model] in engine.resume($0, of: model.batcher) }
    }

    /// The longest wait and computation and the most company so far.
    package var timing: ActivePrediction.Timing { .longest(of: predictions.map(\.timing)) }

    /// Drops all that has not ended. Idempotent.
    package func cancel() {
        for prediction in predictions { engine.cancel(prediction, of: model.batcher) }
    }
}
