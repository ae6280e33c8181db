import Dispatch
import Logging
import SequenceModels
import SequenceService
import Synchronization
import Testing

/// How the engine reads histories: short ones in ticks, long ones in pieces, with an end to everything.
@Suite struct ReadingTests {
    /// What happened, in order.
    private final class Story: Sendable {
        private let words = Mutex<[String]>([])
        func tell(_ word: String) { words.withLock { $0.append(word) } }
        var all: [String] { words.withLock { $0 } }
    }

    /// A history in pieces of 100 steps, then as many steps as wanted.
    private final class Reader: PredictionStream, AdmittedStream {
        private struct State {
            var unread: Int
            var taken = 0
        }

        private let name: String
        private let story: Story
        private let state: Mutex<State>
        private let steps: Int
        /// Called before each piece.
        let onPiece = Mutex<(@Sendable () -> Void)?>(nil)
        let readsInSteps: Bool

        init(_ name: String, unread: Int, steps: Int = 1, readsInSteps: Bool = false, _ story: Story) {
            self.name = name
            self.story = story
            self.steps = steps
            self.readsInSteps = readsInSteps
            state = Mutex(State(unread: unread))
        }

        /// One while it reads.
        var rows: Int { isReading ? 1 : 3 }
        let extraSizeBytes = 0
        let reason = "length"
        var unreadSteps: Int { state.withLock { $0.unread } }
        var isReading: Bool { unreadSteps > 0 }
        var isFinished: Bool { state.withLock { $0.taken >= steps } }
        var prediction: any Prediction { ValuePrediction(values: [Double(state.withLock { $0.taken })]) }
        func read(_ stepsMax: Int) {
            story.tell(name)
            onPiece.withLock { $0 }?()
            state.withLock { $0.unread = max(0, $0.unread - 100) }
        }
        func warmUp() -> [any PredictionEvent] {
            story.tell("\(name) is warm")
            return []
        }
        func gather(at row: Int) {}
        func scatter(at row: Int) -> [any PredictionEvent] {
            story.tell(isReading ? "\(name) reads" : "\(name) steps")
            return state.withLock { state in
                if state.unread > 0 {
                    state.unread -= 1
                    return []
                }
                state.taken += 1
                return [ValuePrediction(values: [1])]
            }
        }
    }

    private final class Stepper: StreamStepper {
        func admit(_ stream: any PredictionStream) -> any AdmittedStream {
            guard let stream = stream as? Reader else { preconditionFailure("not a stream of this test") }
            return stream
        }

        func step(_ streams: [any AdmittedStream]) -> [[any PredictionEvent]] { streams.map { $0.scatter(at: 0) } }
    }

    private func engine(_ metrics: ServiceMetrics = ServiceMetrics()) -> PredictionEngine {
        PredictionEngine(
            threads: 2, limits: ServiceLimits(), metrics: metrics,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func batcher() -> Batcher { Batcher(stepper: Stepper(), model: "m", rowsMax: 8) }

    private func reason(_ prediction: ActivePrediction) async -> String {
        while true {
            switch await prediction.take().end {
            case .finished(_, let reason): return reason
            case .cancelled: return "cancelled"
            case .timedOut(let milliseconds): return "not within \(milliseconds) ms"
            case nil: continue
            }
        }
    }

    /// Two threads, of which one reads: while it is held, two clients come with long histories. They take turns.
    @Test func longHistoriesTakeTurns() async throws {
        let engine = engine(), batcher = batcher(), story = Story()
        defer { engine.stop() }
        let held = Reader("held", unread: 100, story), gate = DispatchSemaphore(value: 0)
        held.onPiece.withLock { $0 = { gate.wait() } }
        var predictions = [try engine.submit(held, to: batcher, client: "z", keepsEvents: false)]
        for name in ["a", "b"] {
            predictions.append(
                try engine.submit(
                    Reader(name, unread: 300, story), to: batcher, client: name, keepsEvents: false))
        }
        gate.signal()
        for prediction in predictions { #expect(await reason(prediction) == "length") }
        let pieces = story.all.filter { $0.count == 1 }
        #expect(pieces == ["a", "b", "a", "b", "a", "b"])
    }

    /// A history as short as that is read by ticks: no thread reads it alone, and nobody warms it up.
    @Test func aShortHistoryIsReadInSteps() async throws {
        let engine = engine(), batcher = batcher(), story = Story()
        defer { engine.stop() }
        let short = Reader("a", unread: 3, steps: 2, readsInSteps: true, story)
        let prediction = try engine.submit(short, to: batcher, client: "a", keepsEvents: true)
        #expect(await reason(prediction) == "length")
        #expect(story.all == ["a reads", "a reads", "a reads", "a steps", "a steps"])
        #expect(prediction.steps == 2)
        // Three batches of a row and two of three.
        #expect(prediction.timing.batchRows == 9.0 / 5 && prediction.timing.firstEventMilliseconds != nil)
    }

    /// A long one is read in pieces until the rest is short.
    @Test func theRestOfALongHistoryIsReadInSteps() async throws {
        let engine = engine(), batcher = batcher(), story = Story()
        defer { engine.stop() }
        let long = Reader("a", unread: 202, readsInSteps: true, story)
        let prediction = try engine.submit(long, to: batcher, client: "a", keepsEvents: false)
        #expect(await reason(prediction) == "length")
        #expect(story.all == ["a", "a", "a reads", "a reads", "a steps"])
    }

    @Test func whoIsCancelledReadsNoFurtherPiece() async throws {
        let metrics = ServiceMetrics(), engine = engine(metrics), batcher = batcher(), story = Story()
        defer { engine.stop() }
        let long = Reader("a", unread: 1_000_000, story), gate = DispatchSemaphore(value: 0)
        long.onPiece.withLock { $0 = { gate.wait() } }
        let prediction = try engine.submit(long, to: batcher, client: "a", keepsEvents: false)
        gate.signal()
        while story.all.count < 2 { await Task.yield() }
        engine.cancel(prediction, of: batcher)
        gate.signal()
        while engine.activeCount > 0 { await Task.yield() }
        #expect(story.all == ["a", "a"])
        #expect(metrics.predictionsCancelled.value == 1 && metrics.predictionsTimedOut.value == 0)
    }

    /// Its time is over while it reads, while it waits behind others, and before it comes.
    @Test func timeoutsEndPredictionsWhereverTheyAre() async throws {
        let metrics = ServiceMetrics(), engine = engine(metrics), batcher = batcher(), story = Story()
        defer { engine.stop() }
        let held = Reader("held", unread: 1_000_000, story), gate = DispatchSemaphore(value: 0)
        held.onPiece.withLock { $0 = { gate.wait() } }
        let reading = try engine.submit(
            held, to: batcher, client: "a", keepsEvents: false, deadline: Deadline(milliseconds: 100))
        let waiting = try engine.submit(
            Reader("waiting", unread: 100, story), to: batcher, client: "b", keepsEvents: true,
            deadline: Deadline(milliseconds: 110))
        let unhurried = try engine.submit(
            Reader("unhurried", unread: 100, story), to: batcher, client: "c", keepsEvents: false,
            deadline: Deadline(milliseconds: 3_600_000))
        #expect(await reason(reading) == "not within 100 ms")
        #expect(await reason(waiting) == "not within 110 ms")
        #expect(!unhurried.hasNews)
        gate.signal()
        #expect(await reason(unhurried) == "length")
        while engine.activeCount > 0 { await Task.yield() }
        #expect(metrics.predictionsTimedOut.value == 2 && metrics.predictionsCancelled.value == 0)
        #expect(story.all == ["held", "unhurried", "unhurried is warm", "unhurried steps"])
        let refusal = ServiceFixture.error {
            _ = try engine.submit(
                Reader("late", unread: 1, story), to: batcher, client: "a", keepsEvents: false,
                deadline: Deadline(milliseconds: 0))
        }
        #expect(refusal == .timedOut(milliseconds: 0) && engine.activeCount == 0)
    }

    /// A reader that has stopped reading is in no queue, and ends all the same.
    @Test func aTimeoutEndsWhoIsParked() async throws {
        var limits = ServiceLimits()
        limits.streamEventsMax = 1
        let engine = PredictionEngine(
            threads: 2, limits: limits, metrics: ServiceMetrics(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        defer { engine.stop() }
        let batcher = batcher(), story = Story()
        let stream = Reader("a", unread: 0, steps: 100, readsInSteps: true, story)
        let prediction = try engine.submit(
            stream, to: batcher, client: "a", keepsEvents: true, deadline: Deadline(milliseconds: 30))
        while engine.activeCount > 0 { await Task.yield() }
        #expect(story.all == ["a steps"])
        #expect(await reason(prediction) == "not within 30 ms")
    }

    /// Nobody else wants the thread: the same rows go on, until one leaves.
    @Test func aTickTakesMoreStepsWhileNobodyWaits() {
        let batcher = batcher(), story = Story()
        let streams = [
            Reader("a", unread: 2, steps: 1, readsInSteps: true, story), Reader("b", unread: 0, steps: 9, story),
        ]
        let predictions = streams.map {
            ActivePrediction(stream: $0, client: "a", keepsEvents: true, eventsMax: .max)
        }
        for prediction in predictions { batcher.enter(prediction) }
        let first = batcher.tick { false }
        #expect(first.ended.count == 1 && first.ended.first === predictions[0] && first.isWorkLeft)
        #expect(first.batches.map(\.predictions) == [2, 2, 2] && first.batches.map(\.rows) == [4, 4, 6])
        #expect(first.steps == 4)
        let second = batcher.tick { false }
        #expect(second.ended.count == 1 && second.steps == 6 && !second.isWorkLeft)
        #expect(batcher.tick { false }.batches.isEmpty)
    }

    /// Six that read are six rows. When they answer they are eighteen, of which eight fit.
    @Test func whoHasReadTakesMoreRows() {
        let batcher = batcher(), story = Story()
        for index in 0..<6 {
            let stream = Reader("\(index)", unread: 2, steps: 1, readsInSteps: true, story)
            batcher.enter(ActivePrediction(stream: stream, client: "a", keepsEvents: false, eventsMax: .max))
        }
        #expect(batcher.tick { false }.batches.map(\.rows) == [6, 6])
        var rows: [Int] = []
        while true {
            let outcome = batcher.tick { false }
            rows += outcome.batches.map(\.rows)
            if !outcome.isWorkLeft { break }
        }
        #expect(rows == [6, 6, 6])
    }

    @Test func aTickIsNotWithoutEnd() {
        let batcher = batcher(), story = Story()
        batcher.enter(
            ActivePrediction(
                stream: Reader("a", unread: 0, steps: .max, story), client: "a", keepsEvents: false, eventsMax: .max))
        let outcome = batcher.tick { false }
        #expect(outcome.steps == 32 && outcome.isWorkLeft)
    }
}
