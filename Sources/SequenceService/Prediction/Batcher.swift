package import SequenceModels
import Synchronization

/// Steps all live predictions of one model together.
///
/// There is no timer: a tick takes whoever is ready, so an idle model answers at once and a busy one batches by itself.
/// A row's result does not depend on its company (a promise of `StreamStepper`).
///
/// A tick costs by the rows it steps. Predictions whose reader has no room are parked, in no queue, until their seat
/// brings them back; cancelled ones are dropped when their turn comes.
///
/// THREADS: `enter` may be called from anywhere. `tick` is called by one compute thread at a time (the engine's
/// `scheduled` flag sees to that); `ready` and `stepper` belong to that thread, but for `admit`, which changes nothing.
// SAFETY: the mutable members outside `arrivals` are touched only inside `tick`, which never runs twice at once.
package final class Batcher: @unchecked Sendable {
    /// A prediction's place among them, beside its stream as steps take it.
    package final class Seat: Sendable {
        let prediction: ActivePrediction
        let stream: any AdmittedStream
        /// Whoever brings a seat back holds the batcher.
        private unowned let batcher: Batcher

        fileprivate init(_ prediction: ActivePrediction, _ stream: any AdmittedStream, _ batcher: Batcher) {
            self.prediction = prediction
            self.stream = stream
            self.batcher = batcher
        }

        /// Its prediction joins at the next tick.
        package func enter() { batcher.arrivals.withLock { $0.append(self) } }
    }

    /// The name of its model, under which predictions are counted.
    package let model: String
    private let stepper: any StreamStepper
    private let rowsMax: Int
    private let arrivals = Mutex<[Seat]>([])
    private var ready = ReadyQueue()

    /// Guarded by the engine's lock.
    var schedule = Schedule.idle

    enum Schedule {
        case idle
        case scheduled
        /// Scheduled, and something happened since its tick began.
        case scheduledAgain
    }

    /// - Parameters:
    ///   - name: of the model.
    ///   - rowsMax: rows of a step, of all predictions together.
    package convenience init(model: SequenceModel, name: String, rowsMax: Int) {
        self.init(stepper: model.stepper(), model: name, rowsMax: rowsMax)
    }

    /// - Parameter stepper: used by ticks alone.
    package init(stepper: any StreamStepper, model: String, rowsMax: Int) {
        self.model = model
        self.stepper = stepper
        self.rowsMax = max(1, rowsMax)
    }

    /// Adds a prediction that has warmed up; it joins at the next tick.
    package func enter(_ prediction: ActivePrediction) {
        Seat(prediction, stepper.admit(prediction.stream), self).enter()
    }

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
        for seat in arrived { ready.append(seat) }
        let chosen = ready.take(rowsMax: rowsMax, cancelled: &outcome.cancelled)
        if !chosen.isEmpty {
            let events = stepper.step(chosen.map(\.stream))
            for (seat, events) in zip(chosen, events) {
                let prediction = seat.prediction
                prediction.deliver(events)
                if prediction.stream.isFinished {
                    prediction.end(.finished(prediction.stream.prediction, reason: prediction.stream.reason))
                    outcome.ended.append(prediction)
                } else if !prediction.park(seat) {
                    ready.append(seat)
                }
            }
            outcome.steps = chosen.count
        }
        outcome.isWorkLeft = !ready.isEmpty || arrivals.withLock { !$0.isEmpty }
        return outcome
    }
}
