import SequenceModels
import SequenceService
import Synchronization
import Testing

/// The order of events, and when a collector is words to write what he has.
@Suite struct PredictionEventsTests {
    /// Tells its steps, and ends after so many.
    private final class Steps: PredictionStream, AdmittedStream {
        private let taken = Mutex(0)
        private let count: Int

        init(_ count: Int) { self.count = count }

        let rows = 1
        let extraSizeBytes = 0
        let reason = "length"
        var isFinished: Bool { taken.withLock { $0 >= count } }
        var prediction: any Prediction { ValuePrediction(values: [0]) }
        func warmUp() -> [any PredictionEvent] { [] }
        func gather(at row: Int) {}
        func scatter(at row: Int) -> [any PredictionEvent] {
            let step = taken.withLock { taken in
                taken += 1
                return taken
            }
            return [ValuePrediction(values: [Double(step)])]
        }
    }

    private final class Stepper: StreamStepper {
        func admit(_ stream: any PredictionStream) -> any AdmittedStream {
            guard let stream = stream as? Steps else { preconditionFailure("not a stream of this test") }
            return stream
        }

        func step(_ streams: [any AdmittedStream]) -> [[any PredictionEvent]] { streams.map { $0.scatter(at: 0) } }
    }

    /// Everything that comes, as words: `0:1` is the first event of sequence 0, "wait" waits for a tick.
    private func story(_ counts: [Int], eventsMax: Int = .max, cancelling cancelled: Int? = nil) async throws
        -> [String]
    {
        let batcher = Batcher(stepper: Stepper(), model: "m", rowsMax: 8)
        let predictions = counts.map {
            ActivePrediction(stream: Steps($0), client: "a", keepsEvents: true, eventsMax: eventsMax)
        }
        for prediction in predictions { batcher.enter(prediction) }
        if let cancelled { predictions[cancelled].cancel() }
        var events = PredictionEvents(of: predictions) { $0.unpark()?.enter() }
        var words: [String] = []
        while true {
            switch try await events.next() {
            case .event(let event, let sequence):
                guard case .number(let number)? = event.members.first?.value else { continue }
                words.append("\(sequence):\(Int(number))")
            case .wait:
                words.append("wait")
                _ = batcher.tick()
            case .end(let ending):
                return words + ["\(ending.reason) \(ending.steps)"]
            }
        }
    }

    @Test func eventsComeInTurnsHoweverTheyWereBatched() async throws {
        #expect(try await story([2, 2]) == ["wait", "0:1", "1:1", "wait", "0:2", "1:2", "length 2"])
        #expect(try await story([1, 3]) == ["wait", "0:1", "1:1", "wait", "1:2", "wait", "1:3", "length 3"])
        #expect(try await story([]) == ["cancelled 0"])
    }

    /// A reader with room for one event parks its prediction after each, and brings it back by reading.
    @Test func aReaderWithoutRoomGetsAllEvents() async throws {
        #expect(try await story([3], eventsMax: 1) == ["wait", "0:1", "wait", "0:2", "wait", "0:3", "length 3"])
    }

    @Test func oneThatIsCancelledEndsAll() async throws {
        #expect(try await story([1, 2], cancelling: 1) == ["wait", "0:1", "cancelled 1"])
    }
}
