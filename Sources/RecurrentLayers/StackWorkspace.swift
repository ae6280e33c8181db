import Kernels

/// The buffers of a `RecurrentStack` over one window.
final class StackWorkspace {
    private let settings: NetworkSettings
    /// T and B of the window at hand.
    private(set) var steps = 0
    private(set) var batch = 0
    /// `batchMax` rows: before the window the initial state, after it the last.
    let state: RecurrentState
    /// `[L][T + 2, B, D·H]`
    let layerOutputs: [AlignedBuffer]
    /// `[L][T, B, D·H]` after dropout; empty without.
    let mixed: [AlignedBuffer]
    /// `[L][D]`
    let activations: [[LayerActivations]]
    /// `[T, B, D·H]`: dL/dx of a layer but the first, two of them in turn.
    let layerGradients: [AlignedBuffer]
    /// `[T][L][D]`: the activations step by step, made anew when B changes.
    private var stepActivations: [[[LayerActivations]]] = []
    private var stepBatch = 0
    private let runsStepwise: Bool

    /// - Parameter stepwise: the layers may run step by step within the window.
    init(settings: NetworkSettings, stepsMax: Int, batchMax: Int, training: Bool, stepwise: Bool = false) {
        self.settings = settings
        runsStepwise = stepwise
        let rows = stepsMax * batchMax
        state = RecurrentState(settings: settings, rows: batchMax)
        layerOutputs = (0..<settings.layers).map { _ in AlignedBuffer(count: (rows + 2 * batchMax) * settings.width) }
        mixed = (0..<settings.layers).map { _ in
            AlignedBuffer(count: training && settings.dropout > 0 ? rows * settings.width : 0)
        }
        activations = (0..<settings.layers).map { _ in
            (0..<settings.directions).map { _ in
                LayerActivations(settings: settings, steps: stepsMax, batch: batchMax, training: training)
            }
        }
        layerGradients = training ? (0..<2).map { _ in AlignedBuffer(count: rows * settings.width) } : []
    }

    func begin(steps: Int, batch: Int) {
        self.steps = steps
        self.batch = batch
        guard runsStepwise, stepBatch != batch || stepActivations.count < steps else { return }
        stepBatch = batch
        stepActivations = (0..<steps).map { step in
            activations.map { directions in
                directions.map { LayerActivations(step: step, of: $0, settings: settings, batch: batch) }
            }
        }
    }

    /// The activations of `count` steps from `first` on: the whole window, or one step of it. `[L][D]`
    func activations(from first: Int, count: Int) -> [[LayerActivations]] {
        if first == 0 && count == steps { return activations }
        precondition(count == 1 && first < stepActivations.count, "steps \(first) … \(first + count) of a window of \(steps)")
        return stepActivations[first]
    }

    /// dL/dh and dL/dc of the state after the window, zero: what `backward` starts from unless the caller knows better.
    func clearStateGradients() {
        for direction in activations.joined() {
            direction.hiddenGradient.zero()
            direction.cellGradient.zero()
        }
    }
}
