package import SequenceModels
import Synchronization
import System

/// One prediction on its way through the engine: what the maths side writes and an async reader takes.
///
///     waiting ──history──► ready ──step…step──► ended
///        │                 ▲   │ no room            ▲
///        │        room made└─ parked                │
///        └───── cancel, time out ──┴────────────────┘
///
/// A parked one is in nobody's queue: whoever makes room or cancels it brings it back (`unpark`), and nobody looks for
/// it. The stream inside is touched by one compute thread at a time; this class guards only what both sides share.
package final class ActivePrediction: Sendable {
    /// How a prediction ended.
    package enum End: Sendable {
        /// By itself: `horizon`, `length` or `stop`.
        case finished(any Prediction, reason: String)
        /// By its reader or by the server's stop.
        case cancelled
        /// It had so long, and has not finished.
        case timedOut(milliseconds: Int)
    }

    /// Milliseconds of waiting and of computing (until the end, company included), and how much company there was.
    package struct Timing: Sendable {
        /// From `init` to the first step of its history.
        package var queueMilliseconds = 0.0
        /// From there to its end, or until now.
        package var computeMilliseconds = 0.0
        /// Mean rows of the batches in which it was computed, those of others included; 1 alone.
        package var batchRows = 1.0
        /// From `init` to its first event; nil before, and where no events are kept.
        package var firstEventMilliseconds: Double?

        /// The longest wait, the longest computation and the most company.
        package static func longest(of timings: [Timing]) -> Timing {
            Timing(
                queueMilliseconds: timings.map(\.queueMilliseconds).max() ?? 0,
                computeMilliseconds: timings.map(\.computeMilliseconds).max() ?? 0,
                batchRows: timings.map(\.batchRows).max() ?? 1)
        }
    }

    /// Hears of an end, on the thread that brings it.
    typealias OnEnd = @Sendable (End) -> Void

    private struct State {
        var events: [any PredictionEvent] = []
        var end: End?
        var isCancelled = false
        var parked: Batcher.Seat?
        var reader: CheckedContinuation<Void, Never>?
        var onEnd: OnEnd?
        var startedAt = 0.0
        var endedAt = 0.0
        var firstEventAt = 0.0
        var steps = 0
        /// Batches in which it was computed, and their rows.
        var batches = 0
        var batchRows = 0
    }

    /// What is computed; belongs to the compute thread that steps it.
    package let stream: any PredictionStream
    /// Tokens of its sequence that the model does not know; nil where there are none.
    package let unknown: UnknownTokens?
    /// The client that wants it; clients take turns.
    package let client: String
    /// Whether it is a stream; false when only the whole answer is wanted.
    let keepsEvents: Bool
    private let eventsMax: Int
    private let submittedAt = Clock.monotonicSeconds()
    private let state = Mutex(State())

    /// - Parameters:
    ///   - unknown: what is told of its sequence at the end.
    ///   - keepsEvents: false when only the whole answer is wanted.
    ///   - eventsMax: events waiting for the reader at which the stream is no longer stepped.
    package init(
        stream: any PredictionStream, unknown: UnknownTokens? = nil, client: String, keepsEvents: Bool, eventsMax: Int
    ) {
        self.stream = stream
        self.unknown = unknown
        self.client = client
        self.keepsEvents = keepsEvents
        self.eventsMax = eventsMax
    }

    // MARK: Compute side

    /// Whether it is to go on: neither cancelled nor timed out.
    var isWanted: Bool { state.withLock { !$0.isCancelled } }

    /// Whether it has not ended within its time.
    var isTimedOut: Bool { state.withLock { if case .timedOut? = $0.end { true } else { false } } }

    /// Takes it out of the way of others if its reader has no room. False: it is ready, or to be dropped.
    ///
    /// - Parameter seat: its place in its batch, kept for whoever brings it back.
    package func park(_ seat: Batcher.Seat) -> Bool {
        state.withLock { state in
            guard state.events.count >= eventsMax, !state.isCancelled else { return false }
            state.parked = seat
            return true
        }
    }

    /// Its place in its batch, for one caller alone, who takes it again; nil if it is not parked.
    package func unpark() -> Batcher.Seat? { state.withLock { $0.parked.take() } }

    /// The first piece or step of its history begins.
    func noteStart() {
        state.withLock { state in
            if state.startedAt == 0 { state.startedAt = Clock.monotonicSeconds() }
        }
    }

    /// Hands the events of one step to the reader.
    ///
    /// - Parameters:
    ///   - isStep: false: it has read its history.
    ///   - rows: of the batch.
    /// - Returns: whether it is still wanted.
    @discardableResult func deliver(_ events: [any PredictionEvent], isStep: Bool = true, rows: Int = 1) -> Bool {
        let (reader, isWanted) = state.withLock { state -> (CheckedContinuation<Void, Never>?, Bool) in
            if isStep { state.steps += 1 }
            state.batches += 1
            state.batchRows += rows
            guard keepsEvents, !events.isEmpty else { return (nil, !state.isCancelled) }
            if state.firstEventAt == 0 { state.firstEventAt = Clock.monotonicSeconds() }
            state.events += events
            return (state.reader.take(), !state.isCancelled)
        }
        reader?.resume()
        return isWanted
    }

    /// Ends it for want of time, unless it has ended; what is being computed is dropped at its next step.
    func timeOut(milliseconds: Int) {
        state.withLock { if $0.end == nil { $0.isCancelled = true } }
        end(.timedOut(milliseconds: milliseconds))
    }

    func end(_ end: End) {
        let (reader, onEnd) = state.withLock { state -> (CheckedContinuation<Void, Never>?, OnEnd?) in
            guard state.end == nil else { return (state.reader.take(), nil) }
            state.end = end
            state.endedAt = Clock.monotonicSeconds()
            return (state.reader.take(), state.onEnd.take())
        }
        reader?.resume()
        onEnd?(end)
    }

    // MARK: Reader side

    /// Calls `body` once when it has ended: on the thread that ends it, which must not wait; now, if it has.
    func whenEnded(_ body: @escaping OnEnd) {
        let end = state.withLock { state -> End? in
            if state.end == nil { state.onEnd = body }
            return state.end
        }
        if let end { body(end) }
    }

    /// Waits until there is news.
    package func news() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    if !state.events.isEmpty || state.end != nil || state.isCancelled { return true }
                    state.reader = continuation
                    return false
                }
                if ready { continuation.resume() }
            }
        } onCancel: {
            cancel()
        }
    }

    /// Waits until there is news, and takes all of it. After the end: the end again, without events.
    package func take() async -> (events: [any PredictionEvent], end: End?) {
        await news()
        return state.withLock { state in
            defer { state.events = [] }
            return (state.events, state.end ?? (state.isCancelled ? .cancelled : nil))
        }
    }

    /// `take` would return at once.
    package var hasNews: Bool { state.withLock { !$0.events.isEmpty || $0.end != nil || $0.isCancelled } }

    /// Asks the compute side to drop this prediction at its next step. Idempotent.
    package func cancel() {
        let reader = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.end == nil { state.isCancelled = true }
            return state.reader.take()
        }
        reader?.resume()
    }

    /// How long it has waited and been computed so far.
    package var timing: Timing {
        state.withLock { state in
            let start = state.startedAt > 0 ? state.startedAt : Clock.monotonicSeconds()
            let end = state.endedAt > 0 ? state.endedAt : Clock.monotonicSeconds()
            return Timing(
                queueMilliseconds: (start - submittedAt) * 1000, computeMilliseconds: max(0, end - start) * 1000,
                batchRows: state.batches > 0 ? Double(state.batchRows) / Double(state.batches) : 1,
                firstEventMilliseconds: state.firstEventAt > 0 ? (state.firstEventAt - submittedAt) * 1000 : nil)
        }
    }

    /// Network steps taken after the history.
    package var steps: Int { state.withLock { $0.steps } }
}
