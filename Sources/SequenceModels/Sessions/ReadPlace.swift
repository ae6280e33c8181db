/// Where a session of a classifier, a tagger or a regression stands.
struct ReadPlace: LivePlace {
    /// Steps read.
    var steps = 0
    /// What the network knows of them; nil before the first.
    var memory: MemoryState?
    /// Of a network that it was taken from.
    private(set) var head: [UInt8] = []

    /// - Throws: when `state` is of another network or task, or damaged.
    init<Network: SequenceNetwork>(
        _ state: StreamState, of network: Network, context: Int
    ) throws(StreamStateError) {
        if let live = state.live as? ReadPlace, live.head == network.memoryHead(context: context) {
            self = live
            return
        }
        var reader = try state.reader(.sequence)
        steps = try reader.sessionSteps()
        memory = try network.readMemory(rows: 1, context: context, from: &reader)
        try reader.finish()
    }

    /// Before the first step.
    init() {}

    /// As bytes.
    /// - Parameter memory: what the network knows of the steps.
    static func state<Network: SequenceNetwork>(
        steps: Int, _ memory: MemoryState, of network: Network, context: Int
    ) -> StreamState {
        var place = ReadPlace()
        (place.steps, place.memory, place.head) = (steps, memory, network.memoryHead(context: context))
        return StreamState(.sequence, sizeBytes: memory.sizeBytes) { writer in
            writer.whole(UInt64(steps))
            network.writeMemory(memory, rows: 1, context: context, to: &writer)
        }
        .with(live: place)
    }
}
