/// One prediction on its way, advanced step by step in company with others; used by one thread at a time.
///
/// The caller's loop: `warmUp()` once, then until `isFinished`: a step by the model's `StreamStepper`.
/// A stream may be finished after `warmUp` already (a classification, or nothing to generate). A long history may be
/// read by `read` before, piece by piece; and one that `readsInSteps` needs no `warmUp`: its steps read what is left
/// first. Either way gives the same bytes.
package protocol PredictionStream: AnyObject, Sendable {
    /// Rows it takes in a step: sample paths for a forecast, 1 for a text, 0 when it never steps (a classification).
    var rows: Int { get }
    /// Bytes it holds at most besides the states of its rows, known before anything is computed: its sequence, what it
    /// has drawn, and its answer twice, for the answer is also written as JSON, one prediction after the other.
    var extraSizeBytes: Int { get }
    /// Bytes of the events of one step, roughly.
    var eventSizeBytes: Int { get }
    /// Runs what is unread of the history through the network and returns the events known without a step; once,
    /// before all steps, off the event loop.
    func warmUp() -> [any PredictionEvent]
    /// Steps of its history that it has not read.
    var unreadSteps: Int { get }
    /// Whether it may step without `warmUp`; then each step reads one step of the history, as long as there are any.
    var readsInSteps: Bool { get }
    /// Reads a piece of the history, of at most `stepsMax` steps: some milliseconds of work. A Transformer reads all of
    /// its context at once.
    func read(_ stepsMax: Int)
    var isFinished: Bool { get }
    /// All so far.
    var prediction: any Prediction { get }
    /// `horizon`, `length` or `stop`.
    var reason: String { get }
    /// What it remembers after the last step, to go on from in a stream of the same model and options; nil before
    /// `warmUp`, when it is over, and of a stream that answers a whole sequence.
    var state: StreamState? { get }
    /// Of a session's step: where the session stands behind it. There once the new steps are read; of a step that
    /// advances, at its end.
    var kept: StreamState? { get }
}

extension PredictionStream {
    /// Enough for a few numbers or a token, with their names.
    package var eventSizeBytes: Int { 256 }

    /// None unless it has a history that is read in pieces.
    package var unreadSteps: Int { 0 }
    /// No, unless it says so.
    package var readsInSteps: Bool { false }
    /// There is nothing to read.
    package func read(_ stepsMax: Int) {}

    /// None unless a stream can be gone on from.
    package var state: StreamState? { nil }

    /// None but of a session.
    package var kept: StreamState? { nil }
}
