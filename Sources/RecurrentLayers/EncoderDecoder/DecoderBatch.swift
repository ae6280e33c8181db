import Kernels

/// R answers that grow together by one symbol a step: hypotheses of one source or of many.
///
/// Use: `start` each row, set `rows`; then again and again: fill `tokens`, `network.step`, read `logProbabilities`, and
/// for beam search `reorder`. A row has the same bytes whatever the other rows hold.
// SAFETY: the pointers lie in buffers that live as long as the batch; a batch belongs to one thread at a time.
package final class DecoderBatch: @unchecked Sendable {
    /// Rows that there is room for.
    package let rowsMax: Int
    /// R of the step at hand, at most `rowsMax`.
    package var rows = 0
    /// `[R]`: the symbol that each row reads: the one that starts a target, then the one chosen last.
    package let tokens: UnsafeMutablePointer<Int32>
    /// `[R, V]`: log softmax of what comes next.
    package let logProbabilities: UnsafeMutablePointer<Float>
    /// `[R, S]` with the row length of the source batch: attention weights of the step; zero without attention.
    package let attention: UnsafeMutablePointer<Float>

    let sourceStepsMax: Int
    let state: DecoderState
    let logits: AlignedBuffer
    let weights: AlignedBuffer
    /// `[R, E + H]`, `[R, keyWidth]`, `[R, W + H]`, `[R, H]`, as in a window.
    let input: AlignedBuffer
    let queries: AlignedBuffer
    let joined: AlignedBuffer
    let attentional: AlignedBuffer

    /// Room for `rowsMax` rows whose sources have at most `sourceStepsMax` steps: a step allocates nothing.
    package init(network: EncoderDecoderNetwork, rowsMax: Int, sourceStepsMax: Int) {
        let settings = network.settings
        let hasAttention = settings.attention != .none
        self.rowsMax = rowsMax
        self.sourceStepsMax = sourceStepsMax
        state = DecoderState(
            settings: network.decoder.settings, rowsMax: rowsMax,
            carriedWidth: hasAttention ? settings.decoder.hidden : 0)
        tokens = .allocate(capacity: rowsMax)
        tokens.initialize(repeating: 0, count: rowsMax)
        logits = AlignedBuffer(count: rowsMax * settings.targetVocabulary)
        weights = AlignedBuffer(count: rowsMax * sourceStepsMax)
        (logProbabilities, attention) = (logits.pointer, weights.pointer)
        input = AlignedBuffer(count: rowsMax * settings.decoderInputs)
        queries = AlignedBuffer(count: rowsMax * (network.attention?.keyWidth ?? 0))
        joined = AlignedBuffer(count: hasAttention ? rowsMax * (network.encoder.width + settings.decoder.hidden) : 0)
        attentional = AlignedBuffer(count: hasAttention ? rowsMax * settings.decoder.hidden : 0)
    }

    deinit { tokens.deallocate() }

    /// The row begins an answer to row `source` of an encoded batch.
    package func start(row: Int, source: Int, of batch: SourceBatch) {
        state.start(row: row, source: source, of: batch)
    }

    /// Row i goes on from where row `parents[i]` is; `rows` becomes their number.
    package func reorder(_ parents: [Int]) {
        state.reorder(parents)
        rows = parents.count
    }
}
