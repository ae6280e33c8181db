/// What a session asks of its model: to read on where it stands, and perhaps to go on from there.
package struct SessionStep: Sendable, Equatable {
    /// Where it stands; nil before anything was read.
    package var state: StreamState?
    /// Whether what is predicted becomes its history.
    package var advances: Bool
    /// Whether anything is predicted, where the model's answer is not to what it has read.
    package var predicts: Bool

    /// A step from `state`.
    package init(from state: StreamState? = nil, advances: Bool = false, predicts: Bool = true) {
        self.state = state
        self.advances = advances
        self.predicts = predicts
    }
}

extension StreamState {
    /// Steps that a session has read, whatever its task.
    /// - Throws: when the bytes are damaged, or not of a session.
    package func sessionSteps() throws(StreamStateError) -> Int {
        if let live { return live.steps }
        var reader = try reader(of: [.prompt, .sequence, .series])
        return try reader.sessionSteps()
    }
}

extension StateReader {
    /// More steps than a session can have read in a lifetime.
    private static let sessionStepsMax: UInt64 = 1 << 53

    mutating func sessionSteps() throws(StreamStateError) -> Int {
        let steps = try whole(UInt64.self)
        guard steps <= Self.sessionStepsMax else { throw .invalid("\(steps) steps") }
        return Int(steps)
    }
}

extension PredictionRequest {
    /// What `read` makes of where its session stands; nil before anything was read.
    func sessionPlace<Place>(_ read: (StreamState) throws(StreamStateError) -> Place) throws(Faults) -> Place? {
        guard let state = session?.state else { return nil }
        do throws(StreamStateError) { return try read(state) } catch {
            throw Faults("/state", error.description)
        }
    }
}
