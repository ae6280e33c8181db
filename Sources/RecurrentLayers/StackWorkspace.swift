import Kernels

/// The buffers of a `RecurrentStack` over one window.
final class StackWorkspace {
    /// T and B of the window at hand.
    private(set) var steps = 0
    private(set) var batch = 0
    /// `batchMax` rows: before the window the initial state, after it the last.
    let state: RecurrentState
    /// `[L][D]`
    let activations: [[LayerActivations]]
    /// `[L][T + 2, B, D·S]`
    private let layerOutputs: [AlignedBuffer]
    /// `[L][T, B, D·S]` after dropout and residual connection; empty where neither is.
    private let mixed: [AlignedBuffer]
    /// `[T, B, ·]`: dL/dx of a layer, two of them in turn.
    private let layerGradients: [AlignedBuffer]
    private let settings: NetworkSettings

    /// - Parameters:
    ///   - gradientWidth: of the widest dL/dx that `gradient(below:)` is asked for; nil: of a layer but the first.
    init(settings: NetworkSettings, stepsMax: Int, batchMax: Int, training: Bool, gradientWidth: Int? = nil) {
        let (rows, width) = (stepsMax * batchMax, settings.width)
        self.settings = settings
        state = RecurrentState(settings: settings, rows: batchMax)
        layerOutputs = (0..<settings.layers).map { _ in AlignedBuffer(count: (rows + 2 * batchMax) * width) }
        mixed = (0..<settings.layers).map { layer in
            AlignedBuffer(count: settings.isMixed(layer, training: training) ? rows * width : 0)
        }
        activations = (0..<settings.layers).map { _ in
            (0..<settings.directions).map { _ in
                LayerActivations(settings: settings, steps: stepsMax, batch: batchMax, training: training)
            }
        }
        layerGradients = training ? (0..<2).map { _ in AlignedBuffer(count: rows * (gradientWidth ?? width)) } : []
    }

    func begin(steps: Int, batch: Int) {
        self.steps = steps
        self.batch = batch
    }

    /// The slots `[(T + 2)·B, D·S]` of a layer's h: that of step t is slot t + 1.
    func slots(ofLayer layer: Int) -> Matrix {
        layerOutputs[layer].matrix(rows: (steps + 2) * batch, columns: settings.width)
    }

    /// h `[count·B, D·S]` of a layer from step `first` on.
    func hidden(ofLayer layer: Int, from first: Int, count: Int) -> Matrix {
        layerOutputs[layer].matrix(from: (first + 1) * batch, rows: count * batch, columns: settings.width)
    }

    /// What follows dropout and residual connection of a layer, likewise.
    func mixed(ofLayer layer: Int, from first: Int, count: Int) -> Matrix {
        mixed[layer].matrix(from: first * batch, rows: count * batch, columns: settings.width)
    }

    /// Where dL/d(what layer `layer` reads) of `count` steps goes, `[count·B, width]`. Those of a layer and of the one
    /// above it lie apart.
    func gradient(below layer: Int, count: Int, width: Int) -> Matrix {
        layerGradients[layer % 2].matrix(rows: count * batch, columns: width)
    }

    /// dL/dh and dL/dc of the state after the window, zero: what `backward` starts from unless the caller knows better.
    func clearStateGradients() {
        for direction in activations.joined() {
            direction.hiddenGradient.zero()
            direction.cellGradient.zero()
        }
    }

    /// Makes the state what it was after the first `count` steps of the window that has just been run.
    func rewindState(to count: Int) {
        for layer in 0..<settings.layers {
            // Slot t + 1 holds the state after step t.
            state.hidden(layer, rows: batch).assign(hidden(ofLayer: layer, from: count - 1, count: 1))
            let cell = state.cell(layer, rows: batch)
            cell.assign(activations[layer][0].cells.matrix(from: count * batch, rows: batch, columns: cell.columns))
        }
    }
}
