import Dispatch
package import Logging
package import SequenceModels
import Synchronization
import System

/// The compute threads of prediction: read histories, and tick batchers.
///
/// DESIGN. A fixed number of threads takes work from two queues: ticks of batchers, and readings of histories. A short
/// history enters its batcher at once and is read by ticks, beside streams that answer. A long one is read in pieces of
/// some milliseconds, between which others have their turn: ticks first, then clients one after the other; and readings
/// never hold the last thread. So a request with a very long history delays nobody's stream. A batcher is in the tick
/// queue at most once. Nothing here blocks on a reader: a prediction whose reader is slow is simply not chosen.
///
/// Deadlines have no thread of their own: whoever has no work waits until the next one, and whoever has looks at them
/// between two pieces.
package final class PredictionEngine: Sendable {
    private struct Entry {
        let prediction: ActivePrediction
        let batcher: Batcher
    }

    private struct State {
        var ticks = Fifo<Batcher>()
        var readings = FairQueue<Entry>()
        var readingsRunning = 0
        /// Ticks since a piece of a history was read.
        var ticksInARow = 0
        var active: [ObjectIdentifier: Entry] = [:]
        var deadlines = Deadlines<Entry>()
        var isStopped = false
        /// Moving mean of a prediction's seconds, for Retry-After.
        var meanSeconds = 0.1
    }

    /// Steps of a history that are left to ticks. More of them read faster in windows, and would keep a client waiting
    /// for as many steps of others.
    private static let stepsInTicksMax = 64
    /// Ticks in a row while a history waits for a thread that may read it.
    private static let ticksInARowMax = 8

    private let state = Mutex(State())
    /// Work in the queues.
    private let waiting = Atomic<Int>(0)
    private let work = DispatchSemaphore(value: 0)
    private let threadCount: Int
    private let limits: ServiceLimits
    private let metrics: ServiceMetrics
    private let logger: Logger

    /// - Parameter threads: at least 2, so that a long history cannot stop the ticks.
    package init(threads: Int, limits: ServiceLimits, metrics: ServiceMetrics, logger: Logger) {
        threadCount = max(2, threads)
        self.limits = limits
        self.metrics = metrics
        self.logger = logger
        for index in 0..<threadCount {
            _ = WorkerThread(name: "predict-\(index)", isPrompt: true) { [weak self, work] in
                var next: Double?
                while true {
                    if let next {
                        _ = work.wait(timeout: .now() + max(0, next - Clock.monotonicSeconds()))
                    } else {
                        work.wait()
                    }
                    guard let self, self.runAvailable() else { return }
                    next = self.nextDeadline
                }
            }
        }
    }

    /// Starts a prediction.
    ///
    /// - Parameters:
    ///   - unknown: tokens of its sequence that the model does not know.
    ///   - client: whose it is; those who want much wait for themselves.
    ///   - deadline: when it ends if it has not finished.
    /// - Throws: `ServiceError.busy` when as many as allowed are under way, `timedOut` when its time is over already.
    package func submit(
        _ stream: any PredictionStream, unknown: UnknownTokens? = nil, to batcher: Batcher, client: String,
        keepsEvents: Bool, deadline: Deadline? = nil
    ) throws(ServiceError) -> ActivePrediction {
        if let deadline, deadline.isOver {
            metrics.predictionsTimedOut.add(1)
            throw .timedOut(milliseconds: deadline.milliseconds)
        }
        let prediction = ActivePrediction(
            stream: stream, unknown: unknown, client: client, keepsEvents: keepsEvents,
            eventsMax: limits.streamEventsMax)
        let refusal = state.withLock { state -> ServiceError? in
            if state.isStopped { return .unavailable("the server is stopping") }
            if state.active.count >= limits.activePredictionsMax {
                let seconds = (state.meanSeconds * Double(state.active.count) / Double(threadCount)).rounded(.up)
                return .busy(
                    "\(state.active.count) predictions are under way, as many as allowed",
                    retryAfterSeconds: Int(min(60, max(1, seconds))))
            }
            let entry = Entry(prediction: prediction, batcher: batcher), id = ObjectIdentifier(prediction)
            state.active[id] = entry
            if let deadline {
                state.deadlines.add(entry, of: id, milliseconds: deadline.milliseconds, at: deadline.seconds)
            }
            return nil
        }
        if let refusal { throw refusal }
        proceed(Entry(prediction: prediction, batcher: batcher))
        return prediction
    }

    /// Hands a prediction on to whoever reads its history or takes its steps.
    private func proceed(_ entry: Entry) {
        let stream = entry.prediction.stream
        if stream.readsInSteps && stream.unreadSteps <= Self.stepsInTicksMax {
            entry.batcher.enter(entry.prediction)
            wake(entry.batcher)
        } else {
            state.withLock { state in
                state.readings.append(entry, of: entry.prediction.client)
                noteWaiting(state)
            }
            work.signal()
        }
    }

    private func noteWaiting(_ state: borrowing State) {
        waiting.store(state.ticks.count + state.readings.count, ordering: .relaxed)
    }

    /// A reader has taken events: a prediction that was parked for want of room goes on.
    package func resume(_ prediction: ActivePrediction, of batcher: Batcher) {
        guard let seat = prediction.unpark() else { return }
        seat.enter()
        wake(batcher)
    }

    /// Lets a batcher look again: somebody has entered.
    private func wake(_ batcher: Batcher) {
        let isNew = state.withLock { state in
            guard batcher.schedule == .idle else {
                batcher.schedule = .scheduledAgain
                return false
            }
            batcher.schedule = .scheduled
            state.ticks.append(batcher)
            noteWaiting(state)
            return true
        }
        if isNew { work.signal() }
    }

    /// Drops a prediction when its turn comes, which it also gets when its reader had stopped reading.
    package func cancel(_ prediction: ActivePrediction, of batcher: Batcher) {
        prediction.cancel()
        resume(prediction, of: batcher)
    }

    /// Predictions that have not ended.
    package var activeCount: Int { state.withLock { $0.active.count } }

    /// Ends every stream under way with `cancelled`; their readers still get their last event. Whole answers go on:
    /// what is computed of them would be of no use to anybody.
    package func cancelStreams() {
        for work in state.withLock({ Array($0.active.values) }) where work.prediction.keepsEvents {
            cancel(work.prediction, of: work.batcher)
        }
    }

    /// Ends the threads after their present work. Nothing may be submitted afterwards.
    package func stop() {
        state.withLock { $0.isStopped = true }
        for _ in 0..<threadCount { work.signal() }
    }

    // MARK: Threads

    private enum Work {
        case tick(Batcher)
        case reading(Entry)
    }

    /// Works until the queues are empty. Returns false when the thread should end.
    private func runAvailable() -> Bool {
        while let next = next() {
            switch next {
            case .tick(let batcher): run(batcher)
            case .reading(let entry): run(entry)
            }
        }
        return !state.withLock { $0.isStopped }
    }

    private func next() -> Work? {
        endDue()
        return state.withLock { state in
            if state.isStopped { return nil }
            let canRead = !state.readings.isEmpty && state.readingsRunning < threadCount - 1
            defer { noteWaiting(state) }
            if !canRead || state.ticksInARow < Self.ticksInARowMax, let batcher = state.ticks.popFirst() {
                state.ticksInARow += 1
                return .tick(batcher)
            }
            guard canRead, let entry = state.readings.popFirst() else { return nil }
            state.ticksInARow = 0
            state.readingsRunning += 1
            return .reading(entry)
        }
    }

    private var nextDeadline: Double? { state.withLock { $0.deadlines.next } }

    /// Ends those whose time is over.
    private func endDue() {
        let due = state.withLock { state in
            state.deadlines.next == nil ? [] : state.deadlines.takeDue(now: Clock.monotonicSeconds())
        }
        for (entry, milliseconds) in due {
            entry.prediction.timeOut(milliseconds: milliseconds)
            resume(entry.prediction, of: entry.batcher)
        }
    }

    /// Reads a piece of a history, or the last of it.
    private func run(_ entry: Entry) {
        let prediction = entry.prediction, stream = prediction.stream
        defer { state.withLock { $0.readingsRunning -= 1 } }
        guard prediction.isWanted else { return leave(prediction, of: entry.batcher, cancelled: true) }
        prediction.noteStart()
        if stream.unreadSteps > 0 {
            WorkerThread.inPieces { stream.read(.max) }
            prediction.deliver([], isStep: false)
            guard stream.unreadSteps == 0 else { return proceed(entry) }
        }
        let events = stream.warmUp()
        if !events.isEmpty { prediction.deliver(events) }
        if stream.isFinished {
            prediction.end(.finished(stream.prediction, reason: stream.reason))
            leave(prediction, of: entry.batcher, cancelled: false)
        } else {
            entry.batcher.enter(prediction)
            wake(entry.batcher)
        }
    }

    private func run(_ batcher: Batcher) {
        state.withLock { _ in batcher.schedule = .scheduled }
        let outcome = batcher.tick { self.waiting.load(ordering: .relaxed) > 0 }
        metrics.countBatches(outcome.batches, steps: outcome.steps)
        for prediction in outcome.ended { leave(prediction, of: batcher, cancelled: false) }
        for prediction in outcome.cancelled { leave(prediction, of: batcher, cancelled: true) }
        state.withLock { state in
            if outcome.isWorkLeft || batcher.schedule == .scheduledAgain {
                batcher.schedule = .scheduled
                state.ticks.append(batcher)
                noteWaiting(state)
            } else {
                batcher.schedule = .idle
            }
        }
    }

    private func leave(_ prediction: ActivePrediction, of batcher: Batcher, cancelled: Bool) {
        prediction.end(.cancelled)
        let timing = prediction.timing, seconds = timing.computeMilliseconds / 1000
        state.withLock { state in
            state.active[ObjectIdentifier(prediction)] = nil
            state.deadlines.remove(ObjectIdentifier(prediction))
            if !cancelled { state.meanSeconds += 0.1 * (seconds - state.meanSeconds) }
        }
        let isTimedOut = prediction.isTimedOut
        metrics.countPrediction(
            batcher.model, steps: prediction.steps, timing: timing,
            as: isTimedOut ? .timedOut : cancelled ? .cancelled : .finished)
        if cancelled || isTimedOut {
            logger.info(
                isTimedOut ? "prediction timed out" : "prediction cancelled",
                metadata: ["model": "\(batcher.model)", "steps": .number(prediction.steps)])
        }
    }
}
