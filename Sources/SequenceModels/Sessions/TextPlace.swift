/// Where a session of a language model stands: the network has read all but the last token.
struct TextPlace {
    /// Tokens read, the last one included.
    var steps = 0
    /// Those of them that the model wrote itself: the next is drawn as it would be behind them in one answer.
    var written = 0
    /// What the network reads next; nil before the first.
    var next: Int32?
    /// What the network knows of those before; nil of none.
    var memory: MemoryState?

    /// Before the first token.
    init() {}

    /// - Parameter vocabulary: how many tokens there are.
    /// - Throws: when `state` is of another network or task, or damaged.
    init<Network: SequenceNetwork>(
        _ state: StreamState, of network: Network, context: Int, vocabulary: Int
    ) throws(StreamStateError) {
        var reader = try state.reader(.prompt)
        steps = try reader.sessionSteps()
        written = try reader.sessionSteps()
        next = try reader.token(below: vocabulary)
        memory = try network.readMemory(rows: 1, context: context, from: &reader)
        try reader.finish()
    }

    /// As bytes.
    static func state<Network: SequenceNetwork>(
        steps: Int, written: Int, next: Int32, _ memory: MemoryState, of network: Network, context: Int
    ) -> StreamState {
        StreamState(.prompt) { writer in
            writer.whole(UInt64(steps))
            writer.whole(UInt64(written))
            writer.whole(next)
            network.writeMemory(memory, rows: 1, context: context, to: &writer)
        }
    }
}
