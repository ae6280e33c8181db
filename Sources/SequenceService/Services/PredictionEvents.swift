package import SequenceModels

/// The events of a question's predictions as they come, and the one end.
///
/// The order is fixed by the events alone, never by timing: the next event of sequence 0, of sequence 1, …, and again.
/// So the same question gets the same events however its predictions were batched. Used by one task.
package struct PredictionEvents {
    /// What comes next.
    package enum Next: Sendable {
        /// Of the sequence at this place of the question, from 0.
        case event(any PredictionEvent, sequence: Int)
        /// The next event is not there yet: whoever collects writes what he has, and asks again.
        case wait
        /// The last one, again and again.
        case end(Ending)
    }

    /// How all of them ended.
    package struct Ending: Sendable, Equatable {
        /// `horizon`, `length`, `stop`, `timeout` or `cancelled`, by sequence.
        package let reasons: [String]
        /// The most events of a sequence.
        package let steps: Int
        /// Tokens that the model does not know, by sequence.
        package let unknown: [UnknownTokens?]

        /// What the question had, where a sequence did not finish within it.
        package var timeoutMilliseconds: Int?

        /// One for all: cancelled or timed out if any was, else the first's.
        package var reason: String {
            ["cancelled", "timeout"].first { reasons.contains($0) } ?? reasons.first ?? "cancelled"
        }
    }

    /// What is known of one sequence's events.
    private struct Lane {
        var events: ArraySlice<any PredictionEvent> = []
        var end: ActivePrediction.End?
        var steps = 0
        var isDone: Bool { events.isEmpty && end != nil }
        var reason: String {
            switch end {
            case .finished(_, let reason): reason
            case .timedOut: "timeout"
            case .cancelled, nil: "cancelled"
            }
        }
        var timeoutMilliseconds: Int? { if case .timedOut(let milliseconds) = end { milliseconds } else { nil } }
    }

    private let predictions: [ActivePrediction]
    private let madeRoom: @Sendable (ActivePrediction) -> Void
    private var lanes: [Lane]
    /// Lanes with something to come.
    private var openCount: Int
    /// The sequence whose turn it is, and whether its collector was told that it must be waited for.
    private var index = 0
    private var isAnnounced = false

    /// - Parameter madeRoom: called after events of a prediction were taken, so that it goes on.
    package init(of predictions: [ActivePrediction], madeRoom: @escaping @Sendable (ActivePrediction) -> Void) {
        self.predictions = predictions
        self.madeRoom = madeRoom
        lanes = [Lane](repeating: Lane(), count: predictions.count)
        openCount = predictions.count
    }

    /// - Throws: `CancellationError` when the task was cancelled.
    package mutating func next() async throws -> Next {
        while openCount > 0 {
            if index == lanes.count { index = 0 }
            guard !lanes[index].isDone else {
                index += 1
                continue
            }
            if lanes[index].events.isEmpty {
                if !isAnnounced, !predictions[index].hasNews {
                    isAnnounced = true
                    return .wait
                }
                isAnnounced = false
                try await refill(&lanes[index], predictions[index])
            }
            let event = lanes[index].events.popFirst(), sequence = index
            if lanes[index].isDone { openCount -= 1 }
            index += 1
            guard let event else { continue }
            lanes[sequence].steps += 1
            return .event(event, sequence: sequence)
        }
        return .end(
            Ending(
                reasons: lanes.map(\.reason), steps: lanes.map(\.steps).max() ?? 0,
                unknown: predictions.map(\.unknown),
                timeoutMilliseconds: lanes.lazy.compactMap(\.timeoutMilliseconds).first))
    }

    private func refill(_ lane: inout Lane, _ prediction: ActivePrediction) async throws {
        let (events, end) = await prediction.take()
        try Task.checkCancellation()
        lane.events = ArraySlice(events)
        lane.end = end
        if end == nil { madeRoom(prediction) }
    }
}
