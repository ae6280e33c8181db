package import SequenceModels
import Synchronization

/// Steps all live predictions of one model together.
///
/// There is no timer: a tick takes whoever is ready, so an idle model answers at once and a busy one batches by itself.
/// A row's result does not depend on its company (a promise of `StreamStepper`).
///
/// A tick costs by the rows it steps. Predictions whose reader has no room are parked, in no queue, until `enter`
/// brings them back; cancelled ones are dropped when their turn comes.
///
/// THREADS: `enter` may be called from anywhere. `tick` is called by one compute thread at a time (the engine's
/// `scheduled` flag sees to that); `ready` and `stepper` belong to that thread.
// SAFETY: the mutable members outside `arrivals` are touched only inside `tick`, which never runs twice at once.
package final class Batcher: @unchecked Sendable {
    private let stepper: any StreamStepper
    private let rowsMax: Int
    private let arrivals = Mutex<[ActivePrediction]>([])
    private var ready = ReadyQueue()

    /// Guarded by the engine's lock.
    var schedule = Schedule.idle

    enum Schedule {
        case idle
        case scheduled
        /// Scheduled, and something happened since its tick began.
        case scheduledAgain
    }

    /// - Parameter rowsMax: rows of a step, of all predictions together.
    package convenience init(model: SequenceModel, rowsMax: Int) {
        self.init(stepper: model.stepper(), rowsMax: rowsMax)
    }

    /// - Parameter stepper: used by ticks alone.
    package init(stepper: any StreamStepper, rowsMax: Int) {
        self.stepper = stepper
        self.rowsMax = max(1, rowsMax)
    }

    /// Adds a prediction that has warmed up or was unparked; it joins at the next tick.
    package func enter(_ prediction: ActivePrediction) { arrivals.withLock { $0.append(prediction) } }

    /// What one tick did.
    package struct Outcome: Sendable {
        /// Those that have finished.
        package var ended: [ActivePrediction] = []
        /// Those that nobody wants any more.
        package var cancelled: [ActivePrediction] = []
        /// Predictions that took a step.
        package var steps = 0
        /// Another tick would find a ready row.
        package var isWorkLeft = false
    }

    /// One step of every ready row, up to `rowsMax` rows (a single prediction with more rows goes alone).
    package func tick() -> Outcome {
        let arrived = arrivals.withLock { arrivals in
            defer { arrivals = [] }
            return arrivals
        }
        var outcome = Outcome()
        for prediction in arrived { ready.append(prediction) }
        let chosen = ready.take(rowsMax: rowsMax, cancelled: &outcome.cancelled)
        if !chosen.isEmpty {
            let events = stepper.step(chosen.map(\.stream))
            for (prediction, events) in zip(chosen, events) {
                prediction.deliver(events)
                if prediction.stream.isFinished {
                    prediction.end(.finished(prediction.stream.prediction, reason: prediction.stream.reason))
                    outcome.ended.append(prediction)
                } else if !prediction.park() {
                    ready.append(prediction)
                }
            }
            outcome.steps = chosen.count
        }
        outcome.isWorkLeft = !ready.isEmpty || arrivals.withLock { !$0.isEmpty }
        return outcome
    }
}
