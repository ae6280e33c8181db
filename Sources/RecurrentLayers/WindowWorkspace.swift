package import Kernels

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

    /// `[T, B, I]` of a numeric network, `[T, B, I + K]` of a mixed one; time-major, padded steps zero.
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
    package var state: RecurrentState { stack.state }

    let training: Bool
    let settings: NetworkSettings
    let outputBuffer: AlignedBuffer
    let outputGradientBuffer: AlignedBuffer
    private let maskBuffer: AlignedBuffer
    private let input: InputRows
    let stack: StackWorkspace
    /// Of a `lastStep` readout.
    let lastStep: LastStep
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
        let outputCount = (settings.readout == .everyStep ? rows : batchMax) * settings.outputs
        input = InputRows(settings.input, rowsMax: rows)
        (inputs, tokens) = (input.inputs, input.tokens)
        maskBuffer = AlignedBuffer(count: rows)
        mask = maskBuffer.pointer
        outputBuffer = AlignedBuffer(count: outputCount)
        outputGradientBuffer = AlignedBuffer(count: training ? outputCount : 0)
        outputs = outputBuffer.pointer
        outputGradients = outputGradientBuffer.pointer
        let widest = max(settings.width, settings.inputWidth)
        stack = StackWorkspace(
            settings: settings, stepsMax: stepsMax, batchMax: batchMax, training: training, gradientWidth: widest)
        lastStep = LastStep(settings, batchMax: batchMax, training: training)
        panels = AlignedBuffer(
            count: training ? Product.gradientPanelsCount(depth: rows, columns: max(widest, settings.hidden)) : 0)
        scratch = AlignedBuffer(count: Product.scratchCount)
    }

    /// Sets T and B of the window to come, and clears what the caller fills; the state stays.
    package func begin(steps: Int, batch: Int) {
        precondition(
            steps > 0 && steps <= stepsMax && batch > 0 && batch <= batchMax,
            "a window of \(steps) steps and \(batch) rows in a workspace for \(stepsMax) and \(batchMax)")
        self.steps = steps
        self.batch = batch
        stack.begin(steps: steps, batch: batch)
        input.clear(steps * batch)
        mask.update(repeating: 0, count: steps * batch)
    }

    /// The mask for the kernels: nil when every step is real.
    private var effectiveMask: Vector? {
        let all = maskBuffer.vector(count: steps * batch)
        return (0..<all.count).contains { all[$0] == 0 } ? all : nil
    }

    /// T·B rows as they were written.
    var rawRows: RawRows { input.raw(steps * batch) }

    /// `[T·B, I or E or I + ΣD]`: what the first layer reads.
    var embeddedRows: Matrix { input.embedded(steps * batch) }

    /// The rows that the head writes, of outputs or their gradients.
    func outputRows(_ buffer: AlignedBuffer) -> Matrix {
        buffer.matrix(rows: settings.readout == .everyStep ? steps * batch : batch, columns: settings.outputs)
    }

    /// The window at hand, for the stack.
    func stackWindow(training: Bool, dropoutKey: UInt64) -> StackWindow {
        StackWindow(stack, mask: effectiveMask, training: training, dropoutKey: dropoutKey, scratch: scratch)
    }

    /// Makes `state` what it was after the first `count` steps of the window that `forward` has just run: windows that
    /// overlap carry it from there.
    ///
    /// - Precondition: the network runs forward only.
    package func rewindState(to count: Int) {
        precondition(!settings.bidirectional, "the state of a reverse direction goes nowhere")
        precondition(count > 0 && count <= steps, "the state after \(count) of \(steps) steps")
        stack.rewindState(to: count)
    }

    /// Sees (layer, t, dL/dh_t `[B, S]`) of the forward direction at each step of the next backward passes.
    package func observeHiddenGradients(_ observer: ((Int, Int, Vector) -> Void)?) {
        for (layer, directions) in stack.activations.enumerated() {
            directions[0].observe = observer.map { observer in { step, d in observer(layer, step, d.elements) } }
        }
    }
}
