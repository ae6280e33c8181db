import Kernels
import RecurrentLayers

/// A sequence that goes on: its new steps are read, the last of them in company, and what the network says of them is
/// the answer.
// SAFETY: a stream is used by one thread at a time (PredictionStream's contract); its state is its own.
final class ReadingStream<Network: SequenceNetwork>: SteppedStream, @unchecked Sendable {
    /// Makes the answer of the network's outputs `[O]`: those behind each new step, or behind the last one only.
    typealias Answering = @Sendable (_ outputs: [[Float]]) -> any Prediction & PredictionEvent

    private let network: Network
    private let context: Int
    private let sequence: EncodedSequence
    private let answer: Answering
    private var place: ReadPlace
    private var outputs: [[Float]] = []
    private var said: (any Prediction & PredictionEvent)?
    /// Made when it is needed: a step that waits for its turn holds no state.
    private lazy var memory = network.memory(rows: 1, context: context)

    /// - Parameters:
    ///   - place: where the session stands.
    ///   - sequence: its new steps, at least one.
    ///   - extraSizeBytes: of the answer.
    init(
        network: Network, context: Int, place: ReadPlace, sequence: EncodedSequence, extraSizeBytes: Int,
        answer: @escaping Answering
    ) {
        precondition(sequence.steps > 0, "nothing to read")
        self.network = network
        self.context = context
        self.place = place
        self.sequence = sequence
        self.answer = answer
        self.extraSizeBytes = extraSizeBytes + sequence.sizeBytes + (place.memory?.sizeBytes ?? 0)
    }

    let rows = 1
    let extraSizeBytes: Int
    private(set) var kept: StreamState?
    var isFinished: Bool { said != nil }
    var reason: String { "length" }
    var prediction: any Prediction { said ?? answer(outputs) }

    /// Reads all but the last of the new steps.
    func warmUp() -> [any PredictionEvent] {
        if let known = place.memory { memory.restore(known) }
        let before = sequence.steps - 1
        guard before > 0 else { return [] }
        if network.readout == .everyStep {
            memory.readOn(sequence.part(0..<before)) { self.outputs.append(Array($1)) }
        } else {
            memory.readOn(sequence.part(0..<before), each: nil)
        }
        return []
    }

    func gather(into batch: Network.Steps, at row: Int) {
        sequence.write(step: sequence.steps - 1, to: batch, row: row)
        memory.gather(into: batch, at: row)
    }

    func scatter(from batch: Network.Steps, at row: Int) -> [any PredictionEvent] {
        memory.scatter(from: batch, at: row)
        let width = network.outputs
        outputs.append(Array(UnsafeBufferPointer(start: batch.outputs + row * width, count: width)))
        kept = ReadPlace.state(
            steps: place.steps + sequence.steps, memory.state, of: network, context: context)
        memory.release()
        let said = answer(outputs)
        self.said = said
        return [said]
    }
}

extension NetworkPredictor {
    /// A step of a session.
    /// - Parameters:
    ///   - sequence: the new steps.
    ///   - extraSizeBytes: of the answer.
    /// - Throws: without a step, or when the session's state is of another model.
    func readOn(
        _ request: PredictionRequest, _ sequence: EncodedSequence, extraSizeBytes: Int,
        answer: @escaping ReadingStream<Network>.Answering
    ) throws(Faults) -> ReadingStream<Network> {
        guard sequence.steps > 0 else { throw Faults("/sequence", "at least one step is needed") }
        if request.session?.advances == true {
            throw Faults(
                "/advance", "this model adds nothing to a sequence that could become its history: leave it out")
        }
        let place = try request.sessionPlace { state throws(StreamStateError) in
            try ReadPlace(state, of: network, context: contextSteps)
        }
        return ReadingStream(
            network: network, context: contextSteps, place: place ?? ReadPlace(), sequence: sequence,
            extraSizeBytes: extraSizeBytes, answer: answer)
    }
}
