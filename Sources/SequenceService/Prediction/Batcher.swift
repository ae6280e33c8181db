package import SequenceModels
import Synchronization

/// Steps all live predictions of one model together.
///
/// There is no timer: a tick takes whoever is ready, so an idle model answers at once and a busy one batches by itself.
/// A row's result does not depend on its company (a promise of `StreamStepper`).
///
/// Who has just come reads its history in the same steps, a step of it in each. A tick costs by the rows it steps.
/// Predictions whose reader has no room are parked, in no queue, until their seat
/// brings them back; cancelled ones are dropped when their turn comes.
///
/// THREADS: `enter` may be called from anywhere. `tick` is called by one compute thread at a time (the engine's
/// `scheduled` flag sees to that); `ready` and `stepper` belong to that thread, but for `admit`, which changes nothing.
// SAFETY: the mutable members outside `arrivals` are touched only inside `tick`, which never runs twice at once.
package final class Batcher: @unchecked Sendable {
    /// A prediction's place among them, beside its stream as steps take it.
    // SAFETY: `isStarted` is touched in ticks alone.
    package final class Seat: @unchecked Sendable {
        let prediction: ActivePrediction
        let stream: any AdmittedStream
        /// Whoever brings a seat back holds the batcher.
        private unowned let batcher: Batcher
        private var isStarted = false

        fileprivate init(_ prediction: ActivePrediction, _ stream: any AdmittedStream, _ batcher: Batcher) {
            self.prediction = prediction
            self.stream = stream
            self.batcher = batcher
        }

        /// Its prediction joins at the next tick.
        package func enter() { batcher.arrivals.withLock { $0.append(self) } }

        /// Its first step begins.
        fileprivate func start() {
            guard !isStarted else { return }
            isStarted = true
            prediction.noteStart()
        }
    }

    /// The name of its model, under which predictions are counted.
    package let model: String
    /// Steps of the same rows in one tick.
    private static let stepsMax = 32

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

    /// Adds a prediction that has warmed up or reads in steps; it joins at the next tick.
    package func enter(_ prediction: ActivePrediction) {
        Seat(prediction, stepper.admit(prediction.stream), self).enter()
    }

    /// What one tick did.
    package struct Outcome: Sendable {
        /// Those that have finished.
        package var ended: [ActivePrediction] = []
        /// Those that nobody wants any more.
        package var cancelled: [ActivePrediction] = []
        /// Steps that predictions took after their histories.
        package var steps = 0
        /// Of each step of the network: predictions and rows.
        package var batches: [(predictions: Int, rows: Int)] = []
        /// Another tick would find a ready row.
        package var isWorkLeft = false
    }

    /// One step of every ready row, up to `rowsMax` rows (a single prediction with more rows goes alone).
    ///
    /// - Parameter isAwaited: whether somebody else wants the thread, or something is to be looked at. While it is
    ///   false and nobody comes or goes, the same rows take some more steps.
    package func tick(isAwaited: () -> Bool = { true }) -> Outcome {
        let arrived = arrivals.withLock { arrivals in
            defer { arrivals = [] }
            return arrivals
        }
        var outcome = Outcome()
        for seat in arrived { ready.append(seat) }
        var chosen = ready.take(rowsMax: rowsMax, cancelled: &outcome.cancelled)
        for seat in chosen { seat.start() }
        while !chosen.isEmpty {
            let count = chosen.count
            chosen = step(chosen, &outcome)
            guard chosen.count == count, outcome.batches.count < Self.stepsMax, ready.isEmpty, !isAwaited(),
                fits(chosen), arrivals.withLock({ $0.isEmpty })
            else { break }
        }
        for seat in chosen { ready.append(seat) }
        outcome.isWorkLeft = !ready.isEmpty || arrivals.withLock { !$0.isEmpty }
        return outcome
    }

    /// Whether they may step together still: a forecast that has read its history has a row for each path.
    private func fits(_ seats: [Seat]) -> Bool {
        seats.count == 1 || seats.reduce(0) { $0 + $1.stream.rows } <= rowsMax
    }

    /// - Returns: those that are ready for another step.
    private func step(_ seats: [Seat], _ outcome: inout Outcome) -> [Seat] {
        let streams = seats.map(\.stream)
        let rows = streams.reduce(0) { $0 + $1.rows }
        let readers = streams.map(\.isReading)
        outcome.batches.append((seats.count, rows))
        let events = stepper.step(streams)
        var going: [Seat] = []
        going.reserveCapacity(seats.count)
        for (index, seat) in seats.enumerated() {
            let prediction = seat.prediction
            let isWanted = prediction.deliver(events[index], isStep: !readers[index], rows: rows)
            if readers[index] {
                if isWanted { going.append(seat) } else { ready.append(seat) }
                continue
            }
            outcome.steps += 1
            if prediction.stream.isFinished {
                prediction.end(.finished(prediction.stream.prediction, reason: prediction.stream.reason))
                outcome.ended.append(prediction)
            } else if !isWanted {
                ready.append(seat)
            } else if !prediction.park(seat) {
                going.append(seat)
            }
        }
        return going
    }
}
