import Dispatch
import Kernels
import Logging
import SequenceModels
import SequenceService
import Synchronization
import Testing

/// Trains without looking back.
private final class Observer: TrainingObserver {
    func nowSeconds() -> Double { 0 }
    func report(_ r: TrainingReport) {}
    func directive() -> TrainingDirective { .proceed }
    func save(_ c: Checkpoint) throws {}
}

/// A prediction that is under way until it is let go, and then finished.
private final class HeldStream: PredictionStream {
    private let inner: any PredictionStream
    let begun = DispatchSemaphore(value: 0)
    let released = DispatchSemaphore(value: 0)
    private let finished = Atomic<Bool>(false)

    init(_ inner: any PredictionStream) { self.inner = inner }

    var rows: Int { inner.rows }
    var extraSizeBytes: Int { inner.extraSizeBytes }
    var isFinished: Bool { finished.load(ordering: .relaxed) }
    var prediction: any Prediction { inner.prediction }
    var reason: String { "held" }

    func warmUp() -> [any PredictionEvent] {
        begun.signal()
        released.wait()
        finished.store(true, ordering: .relaxed)
        return []
    }
}

/// What a stop of the server does with predictions under way.
@Suite struct StopTests {
    private func model() throws -> SequenceModel {
        let example = TrainingExample(
            input: .numeric(NumericSeries(values: (0..<40).map { Double($0 % 5) }, channels: 1)))
        var request = SettingsRequest()
        request.network.hidden = 4
        request.training.epochs = 1
        let prepared = try Planner.prepare(request: request, examples: [example], validation: nil)
        let trainer = try Trainer(prepared, pool: ComputePool(threads: 1), resume: nil)
        guard case .finished(let trained) = try trainer.run(Observer()) else { throw CancellationError() }
        return try SequenceModel(description: trained.description, tensors: trained.tensors)
    }

    /// Streams end with their last event before the drain does; a whole answer is worth nothing before it is whole.
    @Test func streamsAreCutAndWholeAnswersAreNot() async throws {
        let engine = PredictionEngine(
            threads: 3, limits: ServiceLimits(), metrics: ServiceMetrics(), logger: Logger(label: "test"))
        defer { engine.stop() }
        let model = try model()
        let batcher = Batcher(model: model, name: "m", rowsMax: 4)
        var request = PredictionRequest()
        request.sequence = .numeric(NumericSeries(values: [0, 1, 2, 3, 4, 0, 1, 2], channels: 1))
        let (wholeStream, eventStream) = (HeldStream(try model.start(request)), HeldStream(try model.start(request)))
        let whole = try engine.submit(wholeStream, to: batcher, client: "a", keepsEvents: false)
        let events = try engine.submit(eventStream, to: batcher, client: "b", keepsEvents: true)
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                wholeStream.begun.wait()
                eventStream.begun.wait()
                continuation.resume()
            }
        }
        engine.cancelStreams()
        if case .cancelled = await events.take().end {} else { Issue.record("the stream goes on") }
        #expect(!whole.hasNews)
        wholeStream.released.signal()
        eventStream.released.signal()
        if case .finished(_, let reason) = await whole.take().end {
            #expect(reason == "held")
        } else {
            Issue.record("the whole answer was cut")
        }
    }
}
