/// Where a session of a language model stands: the network has read all but the last token.
///
/// A step that has predicted has fed that token, too. What the network knew then is not part of the state, for it
/// follows from it; but while the session is in memory, the next step goes on from there.
struct TextPlace: LivePlace {
    /// Tokens read, the last one included.
    var steps = 0
    /// Those of them that the model wrote itself: the next is drawn as it would be behind them in one answer.
    var written = 0
    /// What the network reads next; nil before the first.
    var next: Int32?
    /// What the network knows of those before; nil of none.
    var memory: MemoryState?
    /// What it knows when it has read `next`, too; nil where that is not known. Then `memory` is not held.
    var ahead: MemoryState?
    /// Of a network that it was taken from.
    private(set) var head: [UInt8] = []

    /// Before the first token.
    init() {}

    /// - Parameters:
    ///   - vocabulary: how many tokens there are.
    ///   - mayBeAhead: whether `ahead` will do in place of `memory`.
    /// - Throws: when `state` is of another network or task, or damaged.
    init<Network: SequenceNetwork>(
        _ state: StreamState, of network: Network, context: Int, vocabulary: Int, mayBeAhead: Bool
    ) throws(StreamStateError) {
        if let live = state.live as? TextPlace, mayBeAhead || live.ahead == nil,
            live.head == network.memoryHead(context: context), live.next.map({ Int($0) < vocabulary }) ?? true
        {
            self = live
            return
        }
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
        var place = TextPlace()
        (place.steps, place.written, place.next, place.memory) = (steps, written, next, memory)
        place.head = network.memoryHead(context: context)
        return StreamState(.prompt, sizeBytes: memory.sizeBytes) { writer in
            writer.whole(UInt64(steps))
            writer.whole(UInt64(written))
            writer.whole(next)
            network.writeMemory(memory, rows: 1, context: context, to: &writer)
        }
        .with(live: place)
    }
}

extension StreamState {
    /// The same of a text whose last token the network has read by now.
    func ahead(_ memory: MemoryState) -> StreamState {
        guard var place = live as? TextPlace else { return self }
        (place.memory, place.ahead) = (nil, memory)
        return with(live: place)
    }
}
