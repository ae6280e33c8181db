import Kernels
import RecurrentLayers

/// The key-value caches of a stream's rows, and the inputs they were made of: to read the newest of them again when the
/// context is full (`ContextWindows`).
final class TransformerMemory: StreamMemory {
    typealias Network = TransformerNetwork
    private let network: TransformerNetwork
    private let windows: ContextWindows
    /// R, until released.
    private var caches: [KeyValueCache]
    /// R: the inputs of the steps in the cache.
    private var inputs: [EncodedSequence]

    /// Steps whose outputs are computed at once.
    private static let answerSteps = 256

    init(network: TransformerNetwork, rows: Int, context: Int) {
        self.network = network
        windows = ContextWindows(context: context)
        caches = (0..<rows).map { _ in KeyValueCache(network: network, stepsMax: context) }
        let empty: EncodedSequence =
            if case .tokens = network.settings.input {
                .tokens([])
            } else {
                .numbers([], width: network.settings.input.rawWidth)
            }
        inputs = [EncodedSequence](repeating: empty, count: rows)
    }

    /// As much as leaves room for the steps to come, but no less than is kept when the context is full.
    static func historySteps(of context: Int, before horizon: Int) -> Int {
        max(ContextWindows(context: context).kept, context - horizon)
    }

    static var readsInSteps: Bool { false }

    // What is attended to is read at once, and is no longer than the context.

    func pieceSteps(of network: TransformerNetwork) -> Int { preconditionFailure("it reads at once") }

    func read(_ sequence: EncodedSequence, _ steps: Range<Int>, each: ((Int, UnsafeBufferPointer<Float>) -> Void)?) {
        preconditionFailure("it reads at once")
    }

    func spread() {
        guard let first = caches.first else { return }
        for cache in caches.dropFirst() { cache.copy(from: first) }
    }

    /// As if the steps had come one by one: whenever the context is full, the newest half of it is read again.
    func readOn(_ sequence: EncodedSequence, each: ((Int, UnsafeBufferPointer<Float>) -> Void)?) {
        guard let first = caches.first, let known = inputs.first, sequence.steps > 0 else { return }
        let workspace = room(steps: min(windows.context, known.steps + sequence.steps))
        var held = known, next = 0
        while next < sequence.steps {
            if held.steps == windows.context { held = held.part(held.steps - windows.kept..<held.steps) }
            let count = min(windows.context - held.steps, sequence.steps - next), before = held.steps
            held.append(sequence.part(next..<next + count))
            // Only the last window is needed where nobody looks at the outputs.
            if each != nil || next + count == sequence.steps { read(held, workspace, first) }
            if let each {
                answer(workspace, ContextWindows.Window(from: 0, scored: before, end: held.steps)) {
                    position, outputs in
                    each(next + position - before, outputs)
                }
            }
            next += count
        }
        inputs = [EncodedSequence](repeating: held, count: caches.count)
        spread()
    }

    func forget() {
        for row in caches.indices {
            caches[row].reset()
            inputs[row] = inputs[row].part(0..<0)
        }
    }

    func gatherReader(into steps: TransformerStepBatch, at row: Int) { preconditionFailure("it reads at once") }

    func scatterReader(from steps: TransformerStepBatch, at row: Int) { preconditionFailure("it reads at once") }

    private func room(steps: Int) -> TransformerWorkspace {
        TransformerWorkspace(network: network, stepsMax: steps, batchMax: 1, training: false, hasOutputs: false)
    }

    private func read(_ sequence: EncodedSequence, _ workspace: TransformerWorkspace, _ cache: KeyValueCache) {
        workspace.begin(steps: sequence.steps, batch: 1)
        sequence.write(to: workspace, row: 0)
        network.read(workspace, into: cache)
    }

    private func answer(
        _ workspace: TransformerWorkspace, _ window: ContextWindows.Window,
        _ each: (Int, UnsafeBufferPointer<Float>) -> Void
    ) {
        let width = network.settings.outputs
        let outputs = AlignedBuffer(count: min(Self.answerSteps, window.end - window.scored) * width)
        for from in stride(from: window.scored, to: window.end, by: Self.answerSteps) {
            let count = min(Self.answerSteps, window.end - from)
            network.answer(workspace, from: from - window.from, count: count, into: outputs.pointer)
            for t in 0..<count { each(from + t, UnsafeBufferPointer(start: outputs.pointer + t * width, count: width)) }
        }
    }

    func gather(into steps: TransformerStepBatch, at row: Int) {
        makeRoom()
        for own in caches.indices { inputs[own].append(steps, row: row + own) }
        steps.caches += caches
    }

    /// Reads the steps that are kept again, of each row whose context is full.
    private func makeRoom() {
        let full = caches.indices.filter { caches[$0].steps == windows.context }
        guard !full.isEmpty else { return }
        let workspace = windows.kept > 0 ? room(steps: windows.kept) : nil
        for row in full {
            let steps = inputs[row].steps
            inputs[row] = inputs[row].part(steps - windows.kept..<steps)
            caches[row].reset()
            if let workspace { read(inputs[row], workspace, caches[row]) }
        }
    }

    func scatter(from steps: TransformerStepBatch, at row: Int) {}

    var state: MemoryState { .inputs(inputs) }

    var first: MemoryState { .inputs(Array(inputs.prefix(1))) }

    /// Read again, the inputs give the bytes that they gave step by step.
    func restore(_ state: MemoryState) {
        guard case .inputs(let rows) = state else { preconditionFailure("a Transformer has no \(state)") }
        inputs = rows
        let longest = rows.map(\.steps).max() ?? 0
        let workspace = longest > 0 ? room(steps: longest) : nil
        for (cache, sequence) in zip(caches, rows) {
            cache.reset()
            if let workspace, sequence.steps > 0 { read(sequence, workspace, cache) }
        }
    }

    func release() {
        caches = []
        inputs = []
    }
}

extension EncodedSequence {
    /// Adds the input of a row of a step.
    fileprivate mutating func append(_ steps: TransformerStepBatch, row: Int) {
        switch self {
        case .tokens(var tokens):
            self = .tokens([])
            tokens.append(steps.tokens[row])
            self = .tokens(tokens)
        case .numbers(var values, let width):
            self = .tokens([])
            values.append(contentsOf: UnsafeBufferPointer(start: steps.inputs + row * width, count: width))
            self = .numbers(values, width: width)
        }
    }
}
