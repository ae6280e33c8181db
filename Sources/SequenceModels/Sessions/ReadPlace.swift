/// Where a session of a classifier, a tagger or a regression stands.
struct ReadPlace {
    /// Steps read.
    var steps = 0
    /// What the network knows of them; nil before the first.
    var memory: MemoryState?

    /// - Throws: when `state` is of another network or task, or damaged.
    init<Network: SequenceNetwork>(
        _ state: StreamState, of network: Network, context: Int
    ) throws(StreamStateError) {
        var reader = try state.reader(.sequence)
        steps = try reader.sessionSteps()
        memory = try network.readMemory(rows: 1, context: context, from: &reader)
        try reader.finish()
    }

    /// Before the first step.
    init() {}
}
