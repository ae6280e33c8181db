import Kernels

/// The buffers of one shard of a batch of source and target pairs: made once, reused for each.
///
/// Use: `begin`, fill `source` and `tokens`, `network.forward`, write `outputGradients` from `outputs`,
/// `network.backward`. A target that ends before step T needs no mask: give its other steps any symbol, and no
/// gradient.
// SAFETY: the pointers lie in buffers that live as long as the workspace; a workspace belongs to one thread at a time.
package final class EncoderDecoderWorkspace: @unchecked Sendable {
    /// Longest target of a window.
    package let targetStepsMax: Int
    /// Rows that there is room for.
    package let batchMax: Int
    /// T of the window at hand.
    package private(set) var steps = 0
    /// B of the window at hand.
    package private(set) var batch = 0
    /// The window's sources, and what the encoder makes of them.
    package let source: SourceBatch
    /// `[T, B]`: the symbol before each of the target's, the one that starts it first.
    package let tokens: UnsafeMutablePointer<Int32>
    /// `[T, B]`: 1 where a step is fed the most probable symbol of the step before in place of `tokens` (scheduled
    /// sampling, Bengio et al. 2015); of no effect at step 0.
    package let feedsOwn: UnsafeMutablePointer<UInt8>
    /// `[T, B, V]`, logits.
    package let outputs: UnsafeMutablePointer<Float>
    /// `[T, B, V]`, written by the loss.
    package let outputGradients: UnsafeMutablePointer<Float>

    let training: Bool
    private let vocabulary: Int
    private let hasAttention: Bool
    let outputBuffer: AlignedBuffer
    let outputGradientBuffer: AlignedBuffer
    /// `[T, B]`: what each step was fed.
    let fed: UnsafeMutablePointer<Int32>
    /// `[T, B, E + H]`: what the decoder reads, and one step's gradient `[B, E + H]`.
    let decoderInput: AlignedBuffer
    let decoderInputGradient: AlignedBuffer
    let decoder: StackWorkspace
    /// `[T, B, keyWidth]`: projected queries, and their gradients.
    let queries: AlignedBuffer
    let queryGradients: AlignedBuffer
    /// `[T, B, S]`
    let weights: AlignedBuffer
    /// `[T, B, W + H]`: context and state, and one step's gradient `[B, W + H]`.
    let joined: AlignedBuffer
    let joinedGradient: AlignedBuffer
    /// `[T, B, H]`: a_t, the same after dropout, and the gradient before its tanh.
    let attentional: AlignedBuffer
    let dropped: AlignedBuffer
    let attentionalGradients: AlignedBuffer
    /// `[T, B, H]`: dL/d of what the head read.
    let readGradients: AlignedBuffer
    /// `[B, H]`: dL/ds_t of the top layer; `[S]`: gradients of one query's scores.
    let stateGradient: AlignedBuffer
    let scores: AlignedBuffer
    /// Packed right-hand sides of weight gradients.
    let panels: AlignedBuffer
    let scratch = AlignedBuffer(count: Product.scratchCount)

    /// - Parameters:
    ///   - sourceStepsMax, targetStepsMax: S and T at most. - batchMax: the most rows.
    ///   - training: keeps room for backward.
    package init(
        network: EncoderDecoderNetwork, sourceStepsMax: Int, targetStepsMax: Int, batchMax: Int, training: Bool
    ) {
        precondition(targetStepsMax > 0, "a window of \(targetStepsMax) steps")
        let (settings, hidden) = (network.settings, network.settings.decoder.hidden)
        self.targetStepsMax = targetStepsMax
        self.batchMax = batchMax
        self.training = training
        vocabulary = settings.targetVocabulary
        hasAttention = settings.attention != .none
        source = SourceBatch(
            encoder: network.encoder, bridge: network.bridge, keyWidth: network.attention?.ownKeyWidth ?? 0,
            stepsMax: sourceStepsMax, rowsMax: batchMax, training: training)
        let rows = targetStepsMax * batchMax
        let (attended, keyWidth) = (hasAttention ? rows : 0, network.attention?.keyWidth ?? 0)
        tokens = .allocate(capacity: rows)
        tokens.initialize(repeating: 0, count: rows)
        fed = .allocate(capacity: rows)
        fed.initialize(repeating: 0, count: rows)
        feedsOwn = .allocate(capacity: rows)
        feedsOwn.initialize(repeating: 0, count: rows)
        outputBuffer = AlignedBuffer(count: rows * vocabulary)
        outputGradientBuffer = AlignedBuffer(count: training ? rows * vocabulary : 0)
        (outputs, outputGradients) = (outputBuffer.pointer, outputGradientBuffer.pointer)
        func room(_ count: Int, training needed: Bool = false) -> AlignedBuffer {
            AlignedBuffer(count: needed && !training ? 0 : count)
        }
        let inputs = settings.decoderInputs
        decoderInput = room(rows * inputs)
        decoderInputGradient = room(batchMax * inputs, training: true)
        decoder = StackWorkspace(
            settings: network.decoder.settings, stepsMax: targetStepsMax, batchMax: batchMax, training: training)
        queries = room(attended * keyWidth)
        queryGradients = room(attended * keyWidth, training: true)
        weights = room(attended * sourceStepsMax)
        let joinedWidth = network.encoder.width + hidden
        joined = room(attended * joinedWidth)
        joinedGradient = room(batchMax * joinedWidth, training: true)
        attentional = room(attended * hidden)
        dropped = room(settings.dropout > 0 ? rows * hidden : 0, training: true)
        attentionalGradients = room(attended * hidden, training: true)
        readGradients = room(rows * hidden, training: true)
        stateGradient = room(batchMax * hidden, training: true)
        scores = room(sourceStepsMax, training: true)
        let widest = max(joinedWidth, inputs, network.encoder.widest, hidden)
        panels = room(
            Product.gradientPanelsCount(depth: max(targetStepsMax, sourceStepsMax) * batchMax, columns: widest),
            training: true)
    }

    deinit {
        tokens.deallocate()
        fed.deallocate()
        feedsOwn.deallocate()
    }

    /// Sets S, T and B of the window to come, and clears what the caller fills.
    package func begin(sourceSteps: Int, targetSteps: Int, batch: Int) {
        precondition(
            targetSteps > 0 && targetSteps <= targetStepsMax,
            "\(targetSteps) steps in a workspace for \(targetStepsMax)")
        source.begin(steps: sourceSteps, rows: batch)
        steps = targetSteps
        self.batch = batch
        let rows = targetSteps * batch
        tokens.update(repeating: 0, count: rows)
        feedsOwn.update(repeating: 0, count: rows)
    }

    /// `[steps·B, width]` of a buffer `[T, B, width]`, from step `first` on.
    func rows(of buffer: AlignedBuffer, _ first: Int, steps: Int = 1, width: Int) -> Matrix {
        buffer.matrix(from: first * batch, rows: steps * batch, columns: width)
    }

    /// `[T·B, V]`: logits, or their gradients.
    func logits(_ buffer: AlignedBuffer) -> Matrix { rows(of: buffer, 0, steps: steps, width: vocabulary) }

    /// `[B, E + H]`: what the decoder reads at a step.
    func decoderInputs(_ step: Int) -> Matrix {
        rows(of: decoderInput, step, width: decoderInput.count / (targetStepsMax * batchMax))
    }

    /// `[B]`: what a step was fed.
    func fedSymbols(_ step: Int) -> Symbols { Symbols(fed + step * batch, count: batch) }
    /// `[T·B]`: what all steps were fed.
    var fedSymbols: Symbols { Symbols(fed, count: steps * batch) }

    /// `[T, B, S]` after `forward`: how much of each source position each step took; 0 on padding, a row sums to 1. Nil
    /// without attention.
    package var attention: UnsafePointer<Float>? { hasAttention ? UnsafePointer(weights.pointer) : nil }
}
