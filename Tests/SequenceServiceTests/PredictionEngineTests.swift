import Dispatch
import Logging
import SequenceModels
import SequenceService
import Synchronization
import Testing

/// What the engine refuses, drops and brings back.
@Suite struct PredictionEngineTests {
    /// Waits in its warm-up until it is let go, and takes so many steps.
    private final class Gated: PredictionStream, AdmittedStream {
        let gate = DispatchSemaphore(value: 0)
        private let taken = Mutex(0)
        private let steps: Int

        init(steps: Int) { self.steps = steps }

        let rows = 1
        let extraSizeBytes = 0
        let reason = "length"
        var isFinished: Bool { taken.withLock { $0 >= steps } }
        var prediction: any Prediction { ValuePrediction(values: [Double(taken.withLock { $0 })]) }
        func warmUp() -> [any PredictionEvent] {
            gate.wait()
            return []
        }
        func gather(at row: Int) {}
        func scatter(at row: Int) -> [any PredictionEvent] {
            taken.withLock { $0 += 1 }
            return [ValuePrediction(values: [1])]
        }
    }

    private final class Stepper: StreamStepper {
        func admit(_ stream: any PredictionStream) -> any AdmittedStream {
            guard let stream = stream as? Gated else { preconditionFailure("not a stream of this test") }
            return stream
        }

        func step(_ streams: [any AdmittedStream]) -> [[any PredictionEvent]] { streams.map { $0.scatter(at: 0) } }
    }

    private func engine(activeMax: Int, eventsMax: Int = 64, _ metrics: ServiceMetrics = ServiceMetrics())
        -> PredictionEngine
    {
        var limits = ServiceLimits()
        limits.activePredictionsMax = activeMax
        limits.streamEventsMax = eventsMax
        return PredictionEngine(
            threads: 2, limits: limits, metrics: metrics,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func end(of prediction: ActivePrediction) async -> (events: Int, reason: String) {
        var events = 0
        while true {
            let (news, end) = await prediction.take()
            events += news.count
            switch end {
            case .finished(_, let reason): return (events, reason)
            case .cancelled: return (events, "cancelled")
            case .timedOut: return (events, "timeout")
            case nil: continue
            }
        }
    }

    @Test func oneBeyondTheLimitIsBusy() async throws {
        let engine = engine(activeMax: 2), batcher = Batcher(stepper: Stepper(), model: "m", rowsMax: 4)
        defer { engine.stop() }
        let streams = (0..<2).map { _ in Gated(steps: 1) }
        let predictions = try streams.map { try engine.submit($0, to: batcher, client: "a", keepsEvents: true) }
        let refusal = ServiceFixture.error {
            _ = try engine.submit(Gated(steps: 1), to: batcher, client: "b", keepsEvents: true)
        }
        #expect(refusal == .busy("2 predictions are under way, as many as allowed", retryAfterSeconds: 1))
        #expect(engine.activeCount == 2)
        for stream in streams { stream.gate.signal() }
        for prediction in predictions { #expect(await end(of: prediction) == (1, "length")) }
    }

    /// A prediction whose reader has room for one event stands still, and goes on each time that it is read.
    @Test func aSlowReaderStopsItsOwnPredictionOnly() async throws {
        let engine = engine(activeMax: 8, eventsMax: 1), batcher = Batcher(stepper: Stepper(), model: "m", rowsMax: 4)
        defer { engine.stop() }
        let slow = Gated(steps: 5), quick = Gated(steps: 50)
        let unread = try engine.submit(slow, to: batcher, client: "a", keepsEvents: true)
        let whole = try engine.submit(quick, to: batcher, client: "b", keepsEvents: false)
        slow.gate.signal()
        quick.gate.signal()
        #expect(await end(of: whole) == (0, "length"))
        #expect(!slow.isFinished)
        var events = 0
        while true {
            let (news, end) = await unread.take()
            events += news.count
            if case .finished? = end { break }
            engine.resume(unread, of: batcher)
        }
        #expect(events == 5)
    }

    @Test func whoIsCancelledIsCountedAndGone() async throws {
        let metrics = ServiceMetrics()
        let engine = engine(activeMax: 8, metrics), batcher = Batcher(stepper: Stepper(), model: "m", rowsMax: 4)
        defer { engine.stop() }
        let stream = Gated(steps: .max)
        let prediction = try engine.submit(stream, to: batcher, client: "a", keepsEvents: true)
        engine.cancel(prediction, of: batcher)
        stream.gate.signal()
        #expect(await end(of: prediction).reason == "cancelled")
        // Its turn comes soon; nothing here waits for a time.
        while engine.activeCount > 0 { await Task.yield() }
        #expect(metrics.predictionsCancelled.value == 1 && metrics.predictionsFinished.value == 0)
    }
}
