import Kernels

/// The buffers of a `RecurrentStack` over one window.
final class StackWorkspace {
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

    init(settings: NetworkSettings, stepsMax: Int, batchMax: Int, training: Bool) {
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
    }

    /// dL/dh and dL/dc of the state after the window, zero: what `backward` starts from unless the caller knows better.
    func clearStateGradients() {
        for direction in activations.joined() {
            direction.hiddenGradient.zero()
            direction.cellGradient.zero()
        }
    }
}
