import Kernels

/// The buffers of one shard of a batch over one window: made once, reused for each, so that steady state allocates
/// nothing.
///
/// Use: `begin`, fill `inputs` or `tokens` and `mask`, `network.forward`, write `outputGradients` from `outputs`,
/// `network.backward`. One thread at a time.
// SAFETY: the pointers lie in buffers that live as long as the workspace; a workspace belongs to one thread at a time.
package final class WindowWorkspace: @unchecked Sendable {
    /// Longest window.
    package let stepsMax: Int
    /// Rows that there is room for.
    package let batchMax: Int
    /// T of the window at hand.
    package private(set) var steps = 0
    /// B of the window at hand.
    package private(set) var batch = 0

    /// `[T, B, I]` of a numeric network; time-major, padded steps zero.
    package let inputs: UnsafeMutablePointer<Float>
    /// `[T, B]` of a token network; padded steps 0.
    package let tokens: UnsafeMutablePointer<Int32>
    /// `[T, B]`, 1 for a real step; where 0 the state is carried over.
    package let mask: UnsafeMutablePointer<Float>
    /// `[T, B, O]`, or `[B, O]` for `lastStep`.
    package let outputs: UnsafeMutablePointer<Float>
    /// As `outputs`: dL/dy, written by the loss.
    package let outputGradients: UnsafeMutablePointer<Float>
    /// `batchMax` rows; carried from window to window unless zeroed.
    package let state: RecurrentState

    let training: Bool
    let settings: NetworkSettings
    private let tokenCount: Int
    private let buffers: [AlignedBuffer]
    private let maskBuffer: AlignedBuffer
    /// `[T·B, I or E]`: what layer 0 reads.
    let embedded: AlignedBuffer
    /// `[L][T + 2, B, D·S]`
    let layerOutputs: [AlignedBuffer]
    /// `[L][T, B, D·S]` after dropout and residual connection (the last feeds the head); empty where neither is.
    let mixed: [AlignedBuffer]
    /// `[L][D]`
    let activations: [[LayerActivations]]
    /// `[B, D·S]` of a `lastStep` readout, and its gradient.
    let lastHidden: AlignedBuffer
    let lastHiddenGradient: AlignedBuffer
    /// `[T, B, max width]`: dL/dx of a layer, two of them in turn.
    let layerGradients: [AlignedBuffer]
    /// Packed right-hand sides of weight gradients.
    let panels: AlignedBuffer
    let scratch: AlignedBuffer

    /// - Parameters:
    ///   - stepsMax: the longest window. - batchMax: the most rows.
    ///   - training: keeps room for backward.
    package init(network: RecurrentNetwork, stepsMax: Int, batchMax: Int, training: Bool) {
        precondition(stepsMax > 0 && batchMax > 0, "a window of \(stepsMax) steps and \(batchMax) rows")
        let settings = network.settings
        self.settings = settings
        self.stepsMax = stepsMax
        self.batchMax = batchMax
        self.training = training
        let rows = stepsMax * batchMax
        let isTokens = if case .tokens = settings.input { true } else { false }
        let outputCount = (settings.readout == .everyStep ? rows : batchMax) * settings.outputs
        tokenCount = isTokens ? rows : 0
        tokens = .allocate(capacity: max(1, tokenCount))
        tokens.initialize(repeating: 0, count: max(1, tokenCount))
        maskBuffer = AlignedBuffer(count: rows)
        mask = maskBuffer.pointer
        let outputBuffer = AlignedBuffer(count: outputCount)
        let gradientBuffer = AlignedBuffer(count: training ? outputCount : 0)
        outputs = outputBuffer.pointer
        outputGradients = gradientBuffer.pointer
        buffers = [outputBuffer, gradientBuffer]
        embedded = AlignedBuffer(count: rows * settings.inputWidth)
        inputs = embedded.pointer
        state = RecurrentState(network: network, rows: batchMax)
        layerOutputs = (0..<settings.layers).map { _ in AlignedBuffer(count: (rows + 2 * batchMax) * settings.width) }
        mixed = (0..<settings.layers).map { layer in
            AlignedBuffer(count: settings.isMixed(layer, training: training) ? rows * settings.width : 0)
        }
        activations = (0..<settings.layers).map { _ in
            (0..<settings.directions).map { _ in
                LayerActivations(settings: settings, steps: stepsMax, batch: batchMax, training: training)
            }
        }
        lastHidden = AlignedBuffer(count: batchMax * settings.width)
        lastHiddenGradient = AlignedBuffer(count: training ? batchMax * settings.width : 0)
        let widest = max(settings.width, settings.inputWidth)
        layerGradients = training ? (0..<2).map { _ in AlignedBuffer(count: rows * widest) } : []
        panels = AlignedBuffer(
            count: training ? Product.gradientPanelsCount(depth: rows, columns: max(widest, settings.hidden)) : 0)
        scratch = AlignedBuffer(count: Product.scratchCount)
    }

    deinit { tokens.deallocate() }

    /// Sets T and B of the window to come, and clears what the caller fills; the state stays.
    package func begin(steps: Int, batch: Int) {
        precondition(
            steps > 0 && steps <= stepsMax && batch > 0 && batch <= batchMax,
            "a window of \(steps) steps and \(batch) rows in a workspace for \(stepsMax) and \(batchMax)")
        self.steps = steps
        self.batch = batch
        let rows = steps * batch
        if tokenCount > 0 {
            tokens.update(repeating: 0, count: rows)
        } else {
            inputs.update(repeating: 0, count: rows * settings.inputWidth)
        }
        mask.update(repeating: 0, count: rows)
        if training {
            let outputRows = settings.readout == .everyStep ? rows : batch
            outputGradients.update(repeating: 0, count: outputRows * settings.outputs)
        }
    }

    /// The mask for the kernels: nil when every step is real.
    var effectiveMask: UnsafePointer<Float>? {
        for row in 0..<steps * batch where mask[row] == 0 { return UnsafePointer(mask) }
        return nil
    }

    /// Sees (layer, t, dL/dh_t `[B, S]`) of the forward direction at each step of the next backward passes.
    package func observeHiddenGradients(_ observer: ((Int, Int, UnsafeBufferPointer<Float>) -> Void)?) {
        for (layer, directions) in activations.enumerated() {
            directions[0].observe = observer.map { observer in { step, values in observer(layer, step, values) } }
        }
    }
}
