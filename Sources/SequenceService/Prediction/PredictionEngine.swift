import Dispatch
package import Logging
package import SequenceModels
import Synchronization
import System

/// The compute threads of prediction: warm up histories, and tick batchers.
///
/// DESIGN. A fixed number of threads takes work from two queues: ticks of batchers, and warm-ups. Ticks go first, and
/// warm-ups never hold the last thread, so a request with a very long history delays nobody's stream. A batcher is in
/// the tick queue at most once. Clients take turns in warm-ups, as they do in ticks. Nothing here blocks on a reader: a
/// prediction whose reader is slow is simply not chosen.
package final class PredictionEngine: Sendable {
    private struct WarmUp {
        let prediction: ActivePrediction
        let batcher: Batcher
    }

    private struct State {
        var ticks = Fifo<Batcher>()
        var warmUps = FairQueue<WarmUp>()
        var warmUpsRunning = 0
        var active: [ObjectIdentifier: WarmUp] = [:]
        var isStopped = false
        /// Moving mean of a prediction's seconds, for Retry-After.
        var meanSeconds = 0.1
    }

    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    private let threadCount: Int
    private let limits: ServiceLimits
    private let metrics: ServiceMetrics
    private let logger: Logger

    /// - Parameter threads: at least 2, so that a warm-up cannot stop the ticks.
    package init(threads: Int, limits: ServiceLimits, metrics: ServiceMetrics, logger: Logger) {
        threadCount = max(2, threads)
        self.limits = limits
        self.metrics = metrics
        self.logger = logger
        for index in 0..<threadCount {
            _ = WorkerThread(name: "predict-\(index)") { [weak self, work] in
                while true {
                    work.wait()
                    guard let self, self.runAvailable() else { return }
                }
            }
        }
    }

    /// Starts a prediction.
    ///
    /// - Parameters:
    ///   - unknown: tokens of its sequence that the model does not know.
    ///   - client: whose it is; those who want much wait for themselves.
    /// - Throws: `ServiceError.busy` when as many as allowed are under way.
    package func submit(
        _ stream: any PredictionStream, unknown: UnknownTokens? = nil, to batcher: Batcher, client: String,
        keepsEvents: Bool
    ) throws(ServiceError) -> ActivePrediction {
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
            let warmUp = WarmUp(prediction: prediction, batcher: batcher)
            state.active[ObjectIdentifier(prediction)] = warmUp
            state.warmUps.append(warmUp, of: client)
            return nil
        }
        if let refusal { throw refusal }
        work.signal()
        return prediction
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
        case warmUp(WarmUp)
    }

    /// Works until the queues are empty. Returns false when the thread should end.
    private func runAvailable() -> Bool {
        while let next = next() {
            switch next {
            case .tick(let batcher): run(batcher)
            case .warmUp(let warmUp): run(warmUp)
            }
        }
        return !state.withLock { $0.isStopped }
    }

    private func next() -> Work? {
        state.withLock { state in
            if state.isStopped { return nil }
            if !state.ticks.isEmpty { return state.ticks.popFirst().map(Work.tick) }
            guard state.warmUpsRunning < threadCount - 1, let warmUp = state.warmUps.popFirst() else { return nil }
            state.warmUpsRunning += 1
            return .warmUp(warmUp)
        }
    }

    private func run(_ warmUp: WarmUp) {
        let prediction = warmUp.prediction
        defer { state.withLock { $0.warmUpsRunning -= 1 } }
        guard !prediction.isCancelled else { return leave(prediction, of: warmUp.batcher, cancelled: true) }
        prediction.noteStart()
        let events = prediction.stream.warmUp()
        if !events.isEmpty { prediction.deliver(events) }
        if prediction.stream.isFinished {
            prediction.end(.finished(prediction.stream.prediction, reason: prediction.stream.reason))
            leave(prediction, of: warmUp.batcher, cancelled: false)
        } else {
            warmUp.batcher.enter(prediction)
            wake(warmUp.batcher)
        }
    }

    private func run(_ batcher: Batcher) {
        state.withLock { _ in batcher.schedule = .scheduled }
        let outcome = batcher.tick()
        metrics.countBatch(outcome.steps)
        for prediction in outcome.ended { leave(prediction, of: batcher, cancelled: false) }
        for prediction in outcome.cancelled { leave(prediction, of: batcher, cancelled: true) }
        state.withLock { state in
            if outcome.isWorkLeft || batcher.schedule == .scheduledAgain {
                batcher.schedule = .scheduled
                state.ticks.append(batcher)
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
            if !cancelled { state.meanSeconds += 0.1 * (seconds - state.meanSeconds) }
        }
        metrics.countPrediction(batcher.model, steps: prediction.steps, timing: timing, cancelled: cancelled)
        if cancelled {
            logger.info(
                "prediction cancelled", metadata: ["model": "\(batcher.model)", "steps": .number(prediction.steps)])
        }
    }
}
