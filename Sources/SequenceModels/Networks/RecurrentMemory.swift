import RecurrentLayers

/// The states of a recurrent stream.
final class RecurrentMemory: StreamMemory {
    typealias Network = RecurrentNetwork
    private let network: RecurrentNetwork
    private let states: RecurrentState

    /// T of a window in which a history is read.
    private static let windowSteps = 256

    init(network: RecurrentNetwork, rows: Int) {
        self.network = network
        states = RecurrentState(network: network, rows: rows)
    }

    func historySteps(of context: Int, before horizon: Int) -> Int { context }

    func read(_ sequence: EncodedSequence, each: ((Int, UnsafeBufferPointer<Float>) -> Void)?) {
        states.zero()
        readOn(sequence, each: each)
    }

    /// By windows.
    func readOn(_ sequence: EncodedSequence, each: ((Int, UnsafeBufferPointer<Float>) -> Void)?) {
        guard sequence.steps > 0 else { return }
        let width = network.settings.outputs
        let window = WindowWorkspace(
            network: network, stepsMax: min(sequence.steps, Self.windowSteps), batchMax: 1, training: false)
        states.copyRow(0, to: window.state, row: 0)
        for from in stride(from: 0, to: sequence.steps, by: Self.windowSteps) {
            let steps = min(Self.windowSteps, sequence.steps - from)
            window.begin(steps: steps, batch: 1)
            for t in 0..<steps { sequence.write(step: from + t, to: window, t: t, row: 0) }
            network.forward(window, training: false, dropoutKey: 0, readsHead: each != nil)
            guard let each else { continue }
            for t in 0..<steps { each(from + t, UnsafeBufferPointer(start: window.outputs + t * width, count: width)) }
        }
        for row in 0..<states.rows { window.state.copyRow(0, to: states, row: row) }
    }

    func gather(into steps: StepBatch, at row: Int) {
        for own in 0..<states.rows { states.copyRow(own, to: steps.state, row: row + own) }
    }

    func scatter(from steps: StepBatch, at row: Int) {
        for own in 0..<states.rows { steps.state.copyRow(row + own, to: states, row: own) }
    }

    var state: MemoryState { .states((0..<states.rows).map { states.row($0) }) }

    var first: MemoryState { .states([states.row(0)]) }

    func restore(_ state: MemoryState) {
        guard case .states(let values) = state else { preconditionFailure("a recurrent network has no \(state)") }
        for (row, values) in values.enumerated() { states.setRow(row, values) }
    }

    func release() {}
}
