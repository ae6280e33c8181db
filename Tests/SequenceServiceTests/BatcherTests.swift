import SequenceModels
import SequenceService
import Synchronization
import Testing

@Suite struct BatcherTests {
    /// Counts how often anybody looks at it.
    private final class Stream: PredictionStream, AdmittedStream {
        private let state = Mutex((steps: 0, looks: 0))
        private let own: Int
        private let stepsMax: Int

        init(rows: Int = 1, stepsMax: Int = .max) {
            own = rows
            self.stepsMax = stepsMax
        }

        /// Called in each step.
        let onStep = Mutex<(@Sendable () -> Void)?>(nil)
        var looks: Int { state.withLock { $0.looks } }
        var steps: Int { state.withLock { $0.steps } }
        var rows: Int {
            state.withLock { $0.looks += 1 }
            return own
        }
        var isFinished: Bool {
            state.withLock { state in
                state.looks += 1
                return state.steps >= stepsMax
            }
        }
        var extraSizeBytes: Int { 0 }
        var reason: String { "length" }
        var prediction: any Prediction { ValuePrediction(values: [Double(steps)]) }
        func warmUp() -> [any PredictionEvent] { [] }
        func gather(at row: Int) {}
        func scatter(at row: Int) -> [any PredictionEvent] {
            state.withLock { $0.steps += 1 }
            onStep.withLock { $0?() }
            return [ValuePrediction(values: [1])]
        }
    }

    private final class Stepper: StreamStepper {
        /// How often it was asked for a stream's type.
        private(set) var admissions = 0

        func admit(_ stream: any PredictionStream) -> any AdmittedStream {
            admissions += 1
            guard let stream = stream as? Stream else { preconditionFailure("not a stream of this test") }
            return stream
        }

        func step(_ streams: [any AdmittedStream]) -> [[any PredictionEvent]] { streams.map { $0.scatter(at: 0) } }
    }

    private func prediction(_ stream: Stream, of client: String = "a", eventsMax: Int = .max) -> ActivePrediction {
        ActivePrediction(stream: stream, client: client, keepsEvents: true, eventsMax: eventsMax)
    }

    @Test func parkedPredictionsCostNothing() async {
        let stepper = Stepper()
        let batcher = Batcher(stepper: stepper, model: "m", rowsMax: 256)
        let unread = (0..<100).map { _ in Stream() }
        let parked = unread.map { prediction($0, eventsMax: 1) }
        for prediction in parked { batcher.enter(prediction) }
        #expect(batcher.tick().steps == 100)
        let live = Stream(stepsMax: 20)
        batcher.enter(prediction(live))
        let before = unread.map(\.looks)
        var ended = 0
        for _ in 0..<20 { ended += batcher.tick().ended.count }
        #expect(ended == 1 && live.steps == 20)
        #expect(unread.map(\.looks) == before, "a tick looked at predictions whose readers have no room")
        #expect(!batcher.tick().isWorkLeft)
        // A reader that takes its event brings its prediction back, once.
        let taken = await parked[7].take()
        let seat = parked[7].unpark()
        #expect(taken.events.count == 1 && seat != nil && parked[7].unpark() == nil)
        seat?.enter()
        #expect(batcher.tick().steps == 1 && unread[7].steps == 2)
        // What a stream is was asked when it came, and in no step.
        #expect(stepper.admissions == 101)
    }

    @Test func cancelledPredictionsLeaveWhereverTheyAre() {
        let batcher = Batcher(stepper: Stepper(), model: "m", rowsMax: 1)
        let parked = prediction(Stream(), eventsMax: 1), waiting = prediction(Stream()), other = prediction(Stream())
        batcher.enter(parked)
        _ = batcher.tick()
        for prediction in [other, waiting] { batcher.enter(prediction) }
        waiting.cancel()
        parked.cancel()
        let seat = parked.unpark()
        #expect(seat != nil && waiting.unpark() == nil)
        seat?.enter()
        var cancelled: [ActivePrediction] = []
        for _ in 0..<4 { cancelled += batcher.tick().cancelled }
        #expect(cancelled.count == 2 && cancelled.contains { $0 === parked } && cancelled.contains { $0 === waiting })
        // Cancelled beforehand, it does not park: nobody would bring it back.
        let stream = Stream()
        let late = prediction(stream, eventsMax: 0), alone = Batcher(stepper: Stepper(), model: "m", rowsMax: 1)
        stream.onStep.withLock { $0 = { [weak late] in late?.cancel() } }
        alone.enter(late)
        #expect(alone.tick().isWorkLeft && late.unpark() == nil && alone.tick().cancelled.count == 1)
    }

    @Test func clientsTakeTurnsWhereNotAllFit() {
        let batcher = Batcher(stepper: Stepper(), model: "m", rowsMax: 4)
        let greedy = (0..<10).map { _ in Stream() }
        let modest = Stream(), late = Stream()
        for stream in greedy { batcher.enter(prediction(stream, of: "greedy")) }
        batcher.enter(prediction(modest, of: "modest"))
        for round in 1...5 {
            let outcome = batcher.tick()
            #expect(outcome.steps == 4 && outcome.isWorkLeft && modest.steps == round)
        }
        // 15 steps of ten predictions: each in its turn.
        #expect(greedy.map(\.steps).sorted() == [1, 1, 1, 1, 1, 2, 2, 2, 2, 2])
        batcher.enter(prediction(late, of: "late"))
        _ = batcher.tick()
        #expect(late.steps == 1 && modest.steps == 6)
    }

    @Test func whoHasManyRowsIsNotPassedOverForEver() {
        let batcher = Batcher(stepper: Stepper(), model: "m", rowsMax: 8)
        let small = (0..<6).map { _ in Stream(rows: 2) }
        let wide = Stream(rows: 7), tooWide = Stream(rows: 20)
        for (index, stream) in small.enumerated() { batcher.enter(prediction(stream, of: "small \(index % 2)")) }
        batcher.enter(prediction(wide, of: "wide"))
        batcher.enter(prediction(tooWide, of: "too wide"))
        for _ in 0..<12 { #expect(batcher.tick().steps > 0) }
        #expect(wide.steps >= 3 && tooWide.steps >= 3, "\(wide.steps), \(tooWide.steps)")
        #expect(small.allSatisfy { $0.steps >= 2 }, "\(small.map(\.steps))")
    }
}
