package import JSON
import RecurrentLayers
import SequenceModels
package import Store
import System

/// Starts predictions: finds the model, reads the sequences for it, counts what they will hold, and hands them to the
/// engine.
package struct PredictionService: Sendable {
    /// Faults of one question that are told; the rest of it is not looked at.
    private static let faultsMax = 64

    let models: ModelStore
    let engine: PredictionEngine
    let budget: MemoryBudget
    let limits: ServiceLimits

    /// - Parameter budget: of what predictions and answers hold.
    package init(models: ModelStore, engine: PredictionEngine, budget: MemoryBudget, limits: ServiceLimits) {
        self.models = models
        self.engine = engine
        self.budget = budget
        self.limits = limits
    }

    /// Starts one prediction for each sequence; all or none.
    ///
    /// - Parameters:
    ///   - scope: whose models are seen.
    ///   - client: who waits; clients take turns.
    ///   - queue: finds the model and reads the sequences, which is work if they are long; may block.
    ///   - isShort: the sequences are read at once, on the caller's thread, if nothing has to be waited for.
    /// - Throws: `ServiceError`, `Faults`, `StoreError`, `FileError`.
    package func start(
        _ question: PredictionQuestion, in scope: Scope, for client: String, on queue: WorkQueue, isShort: Bool
    ) async throws -> PredictionRun {
        guard let reference = question.model else { throw ServiceError.invalid("/model", "required") }
        let arrival = Clock.monotonicSeconds()
        let lease = budget.lease(for: client)
        if isShort, let model = models.readyModel(reference, in: scope, weights: question.weights) {
            return try submit(question, to: model, for: client, lease, arrival)
        }
        // Of a model in memory all of it is one piece of work: threads that hand over wait for each other.
        let run = try await queue.run(for: client) { () -> PredictionRun? in
            let model = try models.loadedModel(reference, in: scope, weights: question.weights)
            return try model.map { try submit(question, to: $0, for: client, lease, arrival) }
        }
        if let run { return run }
        let model = try await models.model(reference, in: scope, weights: question.weights)
        return try await queue.run(for: client) { try submit(question, to: model, for: client, lease, arrival) }
    }

    /// The same of a version that is known.
    ///
    /// - Parameter queue: nil where the sequences are short: they are read at once.
    package func start(
        _ question: PredictionQuestion, of model: LoadedModel, for client: String, on queue: WorkQueue?
    ) async throws -> PredictionRun {
        let arrival = Clock.monotonicSeconds()
        let lease = budget.lease(for: client)
        guard let queue else { return try submit(question, to: model, for: client, lease, arrival) }
        return try await queue.run(for: client) { try submit(question, to: model, for: client, lease, arrival) }
    }

    /// - Parameter arrival: when the time of the question began. `Clock.monotonicSeconds`
    private func submit(
        _ question: PredictionQuestion, to model: LoadedModel, for client: String, _ lease: MemoryLease,
        _ arrival: Double
    ) throws -> PredictionRun {
        let streams = try streams(question, of: model, lease: lease)
        var predictions: [ActivePrediction] = []
        do {
            for begun in streams {
                predictions.append(
                    try engine.submit(
                        begun.stream, unknown: begun.unknown, to: model.batcher, client: client,
                        keepsEvents: question.isStream,
                        deadline: begun.timeoutMilliseconds.map { Deadline(milliseconds: $0, from: arrival) }))
            }
        } catch {
            for prediction in predictions { engine.cancel(prediction, of: model.batcher) }
            throw error
        }
        return PredictionRun(model: model, predictions: predictions, engine: engine, lease: lease)
    }

    /// The version that a reference names now, what it reads, and by what names: its `inputs`.
    ///
    /// - Throws: as `start`.
    package func inputs(
        of reference: ModelReference, in scope: Scope
    ) async throws -> (identifier: String, names: JSONValue, task: String) {
        let model = try await models.model(reference, in: scope, weights: .float32)
        let task = model.document.description.settings.task.rawValue
        return (model.identifier, .object(VersionInfo.inputs(model.document)), task)
    }

    /// A prediction that has not been submitted.
    private struct Begun {
        let stream: any PredictionStream
        let unknown: UnknownTokens?
        let timeoutMilliseconds: Int?
    }

    private func streams(_ question: PredictionQuestion, of loaded: LoadedModel, lease: MemoryLease) throws -> [Begun] {
        let model = loaded.model, form = loaded.form
        var faults: [Fault] = []
        if question.weights != .float32, form.task.isPaired {
            faults.append(Fault(pointer: "/weights", detail: "a model of \(form.task.rawValue) holds float32"))
        }
        var streams: [Begun] = []
        var memory = PredictionMemory(limits: limits, isStream: question.isStream, lease: lease)
        for input in question.inputs.take() ?? [] where faults.count < Self.faultsMax {
            var options = question.options
            let content: PredictionInput.Content?
            do throws(Faults) {
                content = try input.content(form)
                if let content {
                    (options.sequence, options.record) = (content.sequence, content.record)
                    options.options = content.options ?? options.options
                }
            } catch {
                faults += error.list
                continue
            }
            let stream: any PredictionStream
            do throws(Faults) {
                stream = try model.start(options)
            } catch {
                faults += error.list.map { input.placed($0, of: content) }
                // A fault of the options would only come again for every other sequence.
                if error.list.contains(where: { !$0.pointer.hasPrefix("/sequence") }) { break }
                continue
            }
            guard try memory.add(stream, rowSizeBytes: loaded.rowSizeBytes) else {
                faults.append(Fault(pointer: "", detail: memory.refusal))
                break
            }
            streams.append(
                Begun(
                    stream: stream, unknown: options.sequence.flatMap { model.unknown(in: $0) },
                    timeoutMilliseconds: options.timeoutMs))
        }
        if !faults.isEmpty { throw Faults(list: Array(faults.prefix(Self.faultsMax))) }
        return streams
    }
}
