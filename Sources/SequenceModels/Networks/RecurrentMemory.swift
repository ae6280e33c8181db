import RecurrentLayers

/// The states of a recurrent stream.
final class RecurrentMemory: StreamMemory {
    typealias Network = RecurrentNetwork
    private let network: RecurrentNetwork
    private let state: RecurrentState

    /// T of a window in which a history is read.
    private static let windowSteps = 256

    init(network: RecurrentNetwork, rows: Int) {
        self.network = network
        state = RecurrentState(network: network, rows: rows)
    }

    func historySteps(of context: Int, before horizon: Int) -> Int { context }

    /// By windows, from a zero state.
    func read(_ sequence: EncodedSequence, each: ((Int, UnsafeBufferPointer<Float>) -> Void)?) {
        guard sequence.steps > 0 else { return }
        let width = network.settings.outputs
        let window = WindowWorkspace(
            network: network, stepsMax: min(sequence.steps, Self.windowSteps), batchMax: 1, training: false)
        window.state.zero()
        for from in stride(from: 0, to: sequence.steps, by: Self.windowSteps) {
            let steps = min(Self.windowSteps, sequence.steps - from)
            window.begin(steps: steps, batch: 1)
            for t in 0..<steps { sequence.write(step: from + t, to: window, t: t, row: 0) }
            network.forward(window, training: false, dropoutKey: 0, readsHead: each != nil)
            guard let each else { continue }
            for t in 0..<steps { each(from + t, UnsafeBufferPointer(start: window.outputs + t * width, count: width)) }
        }
        for row in 0..<state.rows { window.state.copyRow(0, to: state, row: row) }
    }

    func gather(into steps: StepBatch, at row: Int) {
        for own in 0..<state.rows { state.copyRow(own, to: steps.state, row: row + own) }
    }

    func scatter(from steps: StepBatch, at row: Int) {
        for own in 0..<state.rows { steps.state.copyRow(row + own, to: state, row: own) }
    }

    func release() {}
}
