import RecurrentLayers

/// The steps of a history that a stream reads before its own: by pieces, or as rows of steps that it shares with
/// others. The bytes are the same.
struct UnreadHistory<Network: SequenceNetwork> {
    /// All of them.
    let sequence: EncodedSequence
    /// The next one that is read.
    private(set) var next: Int

    /// - Parameter known: steps that the memory knows already.
    init(_ sequence: EncodedSequence, known: Int = 0) {
        self.sequence = sequence
        next = known
    }

    /// Steps that are left.
    var steps: Int { sequence.steps - next }

    /// Reads the next piece of at most `stepsMax` steps, or all where nothing less can be read; after the last one all
    /// rows know it.
    mutating func read(
        _ stepsMax: Int, into memory: Network.Memory, _ network: Network,
        each: ((Int, UnsafeBufferPointer<Float>) -> Void)? = nil
    ) {
        guard steps > 0 else { return }
        guard Network.Memory.readsInSteps else {
            memory.readOn(sequence, each: each)
            next = sequence.steps
            return
        }
        let end = next + min(steps, stepsMax, memory.pieceSteps(of: network))
        memory.read(sequence, next..<end, each: each)
        advance(to: end, memory)
    }

    /// Writes the next step and what comes before it to row `row`.
    func gather(into batch: Network.Steps, _ memory: Network.Memory, at row: Int) {
        sequence.write(step: next, to: batch, row: row)
        memory.gatherReader(into: batch, at: row)
    }

    /// Takes the state after it back.
    mutating func scatter(from batch: Network.Steps, _ memory: Network.Memory, at row: Int) {
        memory.scatterReader(from: batch, at: row)
        advance(to: next + 1, memory)
    }

    private mutating func advance(to end: Int, _ memory: Network.Memory) {
        next = end
        if steps == 0 { memory.spread() }
    }
}

extension EncodedSequence {
    /// Writes step `step` to row `row` of a step.
    func write(step: Int, to batch: some StepRows, row: Int) {
        switch self {
        case .tokens(let tokens): batch.tokens[row] = tokens[step]
        case .numbers(let values, let width):
            values.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                (batch.inputs + row * width).update(from: base + step * width, count: width)
            }
        }
    }
}
