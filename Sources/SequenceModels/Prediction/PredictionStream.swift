package import RecurrentLayers

/// One prediction on its way, advanced step by step in company with others; used by one thread at a time.
///
/// Owner's loop: `warmUp()` once, then until `isFinished`: `gather`, `network.step`, `scatter`.
/// A stream may be finished after `warmUp` already (a classification, or nothing to generate).
package protocol PredictionStream: AnyObject, Sendable {
    /// Rows it takes in a step: sample paths for a forecast, 1 for a text, 0 when it never steps (a classification).
    var rows: Int { get }
    /// Runs the history through the network and returns the events known without a step; once, first, off the event loop.
    func warmUp() -> [PredictionEvent]
    var isFinished: Bool { get }
    /// Writes its inputs and states to rows `row ..< row + rows`.
    func gather(into batch: StepBatch, at row: Int)
    /// Takes outputs and states of its rows back; returns the events of this step.
    func scatter(from batch: StepBatch, at row: Int) -> [PredictionEvent]
    /// All so far.
    var prediction: Prediction { get }
    /// `horizon`, `length` or `stop`.
    var reason: String { get }
}
