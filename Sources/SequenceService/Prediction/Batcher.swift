package import SequenceModels
import Synchronization

/// Steps all live predictions of one model together.
///
/// There is no timer: a tick takes whoever is ready, so an idle model answers at once and a busy one batches by itself.
/// A row's result does not depend on its company (a promise of `StreamStepper`).
///
/// THREADS: `enter` and `isWorkLeft` may be called from anywhere. `tick` is called by one compute thread at a time
/// (the engine's `scheduled` flag sees to that); `live`, `stepper` and the turns belong to that thread.
// SAFETY: the mutable members outside `arrivals` are touched only inside `tick`, which never runs twice at once.
package final class Batcher: @unchecked Sendable {
    private let stepper: any StreamStepper
    private let rowsMax: Int
    private let arrivals = Mutex<[ActivePrediction]>([])
    private var live: [ActivePrediction] = []
    /// The tick in which an owner was last served, of owners with live predictions.
    private var servedAt: [String: Int] = [:]
    private var tickCount = 0

    /// Guarded by the engine's lock.
    var schedule = Schedule.idle

    enum Schedule {
        case idle
        case scheduled
        /// Scheduled, and something happened since its tick began.
        case scheduledAgain
    }

    package init(model: SequenceModel, rowsMax: Int) {
        stepper = model.stepper()
        self.rowsMax = max(1, rowsMax)
    }

    /// Adds a warmed-up prediction; it joins at the next tick.
    func enter(_ prediction: ActivePrediction) { arrivals.withLock { $0.append(prediction) } }

    /// What one tick did.
    struct Outcome {
        var ended: [ActivePrediction] = []
        var cancelled: [ActivePrediction] = []
        var steps = 0
        /// Another tick would find a ready row.
        var isWorkLeft = false
    }

    /// One step of every ready row, up to `rowsMax` rows (a single prediction with more rows goes alone).
    func tick() -> Outcome {
        live += arrivals.withLock { arrivals in
            defer { arrivals = [] }
            return arrivals
        }
        var outcome = Outcome()
        live.removeAll { prediction in
            guard prediction.isCancelled else { return false }
            outcome.cancelled.append(prediction)
            return true
        }

        let chosen = choose()
        if !chosen.isEmpty {
            step(chosen)
            outcome.steps = chosen.count
            live.removeAll { prediction in
                guard prediction.stream.isFinished else { return false }
                outcome.ended.append(prediction)
                return true
            }
            for prediction in outcome.ended {
                prediction.end(.finished(prediction.stream.prediction, reason: prediction.stream.reason))
            }
        }
        outcome.isWorkLeft = live.contains { $0.hasRoom || $0.isCancelled } || arrivals.withLock { !$0.isEmpty }
        return outcome
    }

    /// The ready predictions of this tick. Those left out for lack of rows come first in the next one.
    private func choose() -> [ActivePrediction] {
        var chosen: [ActivePrediction] = []
        var isChosen = [Bool](repeating: false, count: live.count)
        var rows = 0
        for index in inTurns(live.indices.filter { live[$0].hasRoom }) {
            let prediction = live[index]
            guard chosen.isEmpty || rows + prediction.stream.rows <= rowsMax else { continue }
            chosen.append(prediction)
            isChosen[index] = true
            rows += prediction.stream.rows
        }
        live = live.indices.filter { !isChosen[$0] }.map { live[$0] } + chosen
        tickCount += 1
        for prediction in chosen { servedAt[prediction.owner] = tickCount }
        if servedAt.count > live.count {
            let owners = Set(live.map(\.owner))
            servedAt = servedAt.filter { owners.contains($0.key) }
        }
        return chosen
    }

    /// Where not all fit: the first prediction of each owner, then the second of each, and so on; owners not served for the longest
    /// time first. So one prediction beside another owner's thousand steps in every tick or, if its rows are many, in every second.
    private func inTurns(_ ready: [Int]) -> [Int] {
        guard ready.reduce(0, { $0 + live[$1].stream.rows }) > rowsMax else { return ready }
        var counts: [String: Int] = [:]
        let turns = ready.map { index in
            let owner = live[index].owner
            counts[owner, default: 0] += 1
            return (turn: counts[owner, default: 0], served: servedAt[owner, default: 0], index: index)
        }
        return turns.sorted { ($0.turn, $0.served, $0.index) < ($1.turn, $1.served, $1.index) }.map(\.index)
    }

    private func step(_ chosen: [ActivePrediction]) {
        let events = stepper.step(chosen.map(\.stream))
        for (prediction, events) in zip(chosen, events) { prediction.deliver(events) }
    }
}
