/// Steps the streams of one model together; made by `SequenceModel.stepper()`, used by one thread at a time.
///
/// A stream's result does not depend on its company.
package protocol StreamStepper: AnyObject {
    /// One step of each, none of which has finished.
    /// - Returns: the events of each, in their order.
    func step(_ streams: [any PredictionStream]) -> [[any PredictionEvent]]
}

extension StreamStepper {
    /// Runs a stream to its end, alone. - Returns: all its events.
    @discardableResult package func run(_ stream: any PredictionStream) -> [any PredictionEvent] {
        var events = stream.warmUp()
        while !stream.isFinished { events += step([stream]).joined() }
        return events
    }
}
