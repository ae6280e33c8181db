/// Steps the streams of one model together; made by `SequenceModel.stepper()`, used by one thread at a time.
///
/// A stream's result does not depend on its company.
package protocol StreamStepper: AnyObject {
    /// A stream of the same model, as steps take it; it keeps its type inside. Asked once for each stream, so that no
    /// step asks again, and from any thread: it changes nothing.
    /// - Precondition: it is a stream of the same model, and one that steps.
    func admit(_ stream: any PredictionStream) -> any AdmittedStream
    /// One step of each, none of which has finished. One that reads its history alone reads a piece of it.
    /// - Returns: the events of each, in their order.
    func step(_ streams: [any AdmittedStream]) -> [[any PredictionEvent]]
}

/// A stream as the steps of its model's stepper take it; used in steps alone.
package protocol AdmittedStream: AnyObject, Sendable {
    /// Rows that it takes now.
    var rows: Int { get }
    /// Whether its next step is one of its history, which has no events.
    var isReading: Bool { get }
    /// Writes its inputs and its past to the stepper's rows from this one.
    func gather(at row: Int)
    /// Takes what the step gave to its rows from this one back; returns the events of this step.
    func scatter(at row: Int) -> [any PredictionEvent]
    /// Reads a piece of its history, alone. - Precondition: `isReading`
    func readPiece()
}

extension AdmittedStream {
    /// It has no history that steps read.
    package var isReading: Bool { false }
    /// There is nothing to read.
    package func readPiece() {}
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
