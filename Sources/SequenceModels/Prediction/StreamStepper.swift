/// Steps the streams of one model together; made by `SequenceModel.stepper()`, used by one thread at a time.
///
/// A stream's result does not depend on its company.
package protocol StreamStepper<Stream>: AnyObject {
    /// The streams that it steps, as it knows them.
    associatedtype Stream: Sendable
    /// A stream of the same model that has warmed up and not finished. Asked once for each stream, so that steps need
    /// not ask.
    /// - Precondition: it is a stream of the same model.
    func admit(_ stream: any PredictionStream) -> Stream
    /// One step of each, none of which has finished.
    /// - Returns: the events of each, in their order.
    func step(_ streams: [Stream]) -> [[any PredictionEvent]]
}

extension StreamStepper {
    /// One step of streams that may not have been admitted yet.
    /// - Returns: the events of each, in their order.
    package func step(admitting streams: [any PredictionStream]) -> [[any PredictionEvent]] { step(streams.map(admit)) }

    /// Runs a stream to its end, alone. - Returns: all its events.
    @discardableResult package func run(_ stream: any PredictionStream) -> [any PredictionEvent] {
        var events = stream.warmUp()
        if stream.isFinished { return events }
        let admitted = [admit(stream)]
        while !stream.isFinished { events += step(admitted).joined() }
        return events
    }
}
