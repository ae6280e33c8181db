package import Kernels

/// The buffers of one shard of a batch over one window of a `TransformerNetwork`: made once, reused for each.
///
/// Use: `begin`, fill `inputs` or `tokens` and `mask`, `network.forward`, write `outputGradients` from `outputs`,
/// `network.backward`. One thread at a time.
// SAFETY: the pointers lie in buffers that live as long as the workspace; a workspace belongs to one thread at a time.
package final class TransformerWorkspace: @unchecked Sendable {
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
    /// `[T, B]`, 1 for a real step; no step attends to another one.
    package let mask: UnsafeMutablePointer<Float>
    /// `[T, B, O]`, or `[B, O]` for `lastStep`.
    package let outputs: UnsafeMutablePointer<Float>
    /// As `outputs`: dL/dy, written by the loss.
    package let outputGradients: UnsafeMutablePointer<Float>

    let training: Bool
    private let settings: TransformerSettings
    private let inputWidth: Int
    private let maskBuffer, outputBuffer, outputGradientBuffer: AlignedBuffer
    private let input: InputRows
    private let embeddedGradient: AlignedBuffer
    let stack: TransformerStackWorkspace
    /// `[B, M]` of a `lastStep` readout; and `[T·B, M]`: dL/d of the blocks' output.
    private let pooled: AlignedBuffer
    private let pooledGradient: AlignedBuffer
    private let above: AlignedBuffer
    /// Packed right-hand sides of weight gradients.
    let panels: AlignedBuffer

    /// - Parameters:
    ///   - stepsMax: the longest window. - batchMax: the most rows.
    ///   - training: keeps room for backward. - hasOutputs: false to read only, by `TransformerNetwork.read`.
    package init(network: TransformerNetwork, stepsMax: Int, batchMax: Int, training: Bool, hasOutputs: Bool = true) {
        precondition(stepsMax > 0 && batchMax > 0, "a window of \(stepsMax) steps and \(batchMax) rows")
        let (settings, rows, width) = (network.settings, stepsMax * batchMax, network.settings.shape.width)
        self.settings = settings
        self.stepsMax = stepsMax
        self.batchMax = batchMax
        self.training = training
        inputWidth = network.embedding.width
        input = InputRows(settings.input, rowsMax: rows)
        (inputs, tokens) = (input.inputs, input.tokens)
        let outputCount = !hasOutputs ? 0 : (settings.readout == .everyStep ? rows : batchMax) * settings.outputs
        (maskBuffer, outputBuffer) = (AlignedBuffer(count: rows), AlignedBuffer(count: outputCount))
        outputGradientBuffer = AlignedBuffer(count: training ? outputCount : 0)
        (mask, outputs, outputGradients) = (maskBuffer.pointer, outputBuffer.pointer, outputGradientBuffer.pointer)
        embeddedGradient = AlignedBuffer(count: training && network.embedding.isLearned ? rows * inputWidth : 0)
        stack = TransformerStackWorkspace(
            network.stack, stepsMax: stepsMax, batchMax: batchMax, rowsMax: rows, training: training)
        pooled = AlignedBuffer(count: batchMax * width)
        pooledGradient = AlignedBuffer(count: training ? batchMax * width : 0)
        above = AlignedBuffer(count: training ? rows * width : 0)
        let widest = max(width, settings.shape.feedForward, inputWidth)
        panels = AlignedBuffer(count: training ? Product.gradientPanelsCount(depth: rows, columns: widest) : 0)
    }

    /// Lets `backward` show dL/d of what each block reads, `[B, M]` of each layer and step; nil ends it.
    package func observeHiddenGradients(
        _ observer: ((_ layer: Int, _ step: Int, _ gradient: Vector) -> Void)?
    ) {
        stack.observer = observer
    }

    /// Sets T and B of the window to come, and clears what the caller fills.
    package func begin(steps: Int, batch: Int) {
        precondition(
            steps > 0 && steps <= stepsMax && batch > 0 && batch <= batchMax,
            "a window of \(steps) steps and \(batch) rows in a workspace for \(stepsMax) and \(batchMax)")
        self.steps = steps
        self.batch = batch
        input.clear(rows)
        mask.update(repeating: 0, count: rows)
    }

    private var rows: Int { steps * batch }
    /// T·B rows as they were written; `[T, B]`.
    var rawRows: RawRows { input.raw(rows) }
    var maskRows: Matrix { maskBuffer.matrix(rows: steps, columns: batch) }
    /// `[T·B, I or M or I + ΣD]`: what the blocks read, or project first, and its gradient.
    var embeddedRows: Matrix { input.embedded(rows) }
    var embeddedGradientRows: Matrix { embeddedGradient.matrix(rows: rows, columns: inputWidth) }
    /// `[B, M]` of a `lastStep` readout, and its gradient; `[T·B, M]`: dL/d of the blocks' output.
    var pooledRows: Matrix { pooled.matrix(rows: batch, columns: settings.shape.width) }
    var pooledGradientRows: Matrix { pooledGradient.matrix(rows: batch, columns: settings.shape.width) }
    var aboveRows: Matrix { above.matrix(rows: rows, columns: settings.shape.width) }

    /// What the head writes, and its gradients.
    var outputRows: Matrix { headRows(outputBuffer) }
    var outputGradientRows: Matrix { headRows(outputGradientBuffer) }
    private func headRows(_ buffer: AlignedBuffer) -> Matrix {
        buffer.matrix(rows: settings.readout == .everyStep ? rows : batch, columns: settings.outputs)
    }
}
