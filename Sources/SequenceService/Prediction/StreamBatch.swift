/// The live predictions of one model, stepped together, for whoever need not know what its streams are.
package protocol StreamBatch: AnyObject, Sendable {
    /// Guarded by the engine's lock.
    var schedule: BatchSchedule { get set }
    /// Adds a prediction that has warmed up; it joins at the next tick.
    func enter(_ prediction: ActivePrediction)
    /// One step of every ready row, up to the rows of a step (a single prediction with more rows goes alone).
    func tick() -> BatchOutcome
}

/// A prediction's place in its batch.
package protocol BatchSeat: AnyObject, Sendable {
    /// Brings its prediction back to the batch; it joins at the next tick.
    func enter()
}

/// Whether a batch waits for its tick.
package enum BatchSchedule: Sendable {
    case idle
    case scheduled
    /// Scheduled, and something happened since its tick began.
    case scheduledAgain
}

/// What one tick did.
package struct BatchOutcome: Sendable {
    /// Those that have finished.
    package var ended: [ActivePrediction] = []
    /// Those that nobody wants any more.
    package var cancelled: [ActivePrediction] = []
    /// Predictions that took a step.
    package var steps = 0
    /// Another tick would find a ready row.
    package var isWorkLeft = false
}
