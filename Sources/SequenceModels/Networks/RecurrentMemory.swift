import RecurrentLayers

/// The states of a recurrent stream.
final class RecurrentMemory: StreamMemory {
    typealias Network = RecurrentNetwork
    private let network: RecurrentNetwork
    private let states: RecurrentState

    /// T of a window in which a history is read.
    private static let windowSteps = 256
    /// Multiplications of a piece of a history.
    private static let pieceMultiplications = 1 << 25

    init(network: RecurrentNetwork, rows: Int) {
        self.network = network
        states = RecurrentState(network: network, rows: rows)
    }

    static func historySteps(of context: Int, before horizon: Int) -> Int { context }

    /// So many that a piece takes a few milliseconds, and ends where states are kept.
    func pieceSteps(of network: RecurrentNetwork) -> Int {
        let perStep = network.stepWeightsSizeBytes / MemoryLayout<Float>.size
        let steps = min(Self.windowSteps, Self.pieceMultiplications / max(1, perStep))
        return max(1, steps / PrefixCache.blockSteps) * PrefixCache.blockSteps
    }

    static var readsInSteps: Bool { true }

    /// By windows, from what the first row knows.
    func read(_ sequence: EncodedSequence, _ steps: Range<Int>, each: ((Int, UnsafeBufferPointer<Float>) -> Void)?) {
        network.readingWindows.with(network, stepsMax: Self.windowSteps) { window in
            states.copyRow(0, to: window.state, row: 0)
            for from in stride(from: steps.lowerBound, to: steps.upperBound, by: Self.windowSteps) {
                read(sequence, from..<min(from + Self.windowSteps, steps.upperBound), window, each)
            }
            window.state.copyRow(0, to: states, row: 0)
        }
    }

    private func read(
        _ sequence: EncodedSequence, _ steps: Range<Int>, _ window: WindowWorkspace,
        _ each: ((Int, UnsafeBufferPointer<Float>) -> Void)?
    ) {
        window.begin(steps: steps.count, batch: 1)
        for (t, step) in steps.enumerated() { sequence.write(step: step, to: window, t: t, row: 0) }
        network.forward(window, training: false, dropoutKey: 0, readsHead: each != nil)
        guard let each else { return }
        let width = network.settings.outputs
        for (t, step) in steps.enumerated() {
            each(step, UnsafeBufferPointer(start: window.outputs + t * width, count: width))
        }
    }

    func readOn(_ sequence: EncodedSequence, each: ((Int, UnsafeBufferPointer<Float>) -> Void)?) {
        guard sequence.steps > 0 else { return }
        read(sequence, 0..<sequence.steps, each: each)
        spread()
    }

    func forget() { states.zero() }

    func spread() {
        for row in 1..<max(1, states.rows) { states.copyRow(0, to: states, row: row) }
    }

    func gatherReader(into steps: StepBatch, at row: Int) { states.copyRow(0, to: steps.state, row: row) }

    func scatterReader(from steps: StepBatch, at row: Int) { steps.state.copyRow(row, to: states, row: 0) }

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
