import Kernels

/// R answers that grow together by one position a step, over the items of one source or of many.
///
/// Use: `start` each row, set `rows`; then again and again: fill `previous`, `network.step`, read `logProbabilities`,
/// and for beam search `reorder`. A row has the same bytes whatever the other rows hold.
// SAFETY: the pointers lie in buffers that live as long as the batch; a batch belongs to one thread at a time.
package final class PointerDecoderBatch: @unchecked Sendable {
    /// Rows that there is room for.
    package let rowsMax: Int
    /// R of the step at hand, at most `rowsMax`.
    package var rows = 0
    /// `[R]`: the item that each row chose last, −1 before the first.
    package let previous: UnsafeMutablePointer<Int32>
    /// `[R, 1 + S]` with S of the source batch: log p of the end and of each item; −∞ where pointing is not allowed.
    package let logProbabilities: UnsafeMutablePointer<Float>

    let sourceStepsMax: Int
    /// Carries `[R, S]`: 1 for an item that was chosen.
    let state: DecoderState
    let scores: AlignedBuffer
    /// `[R, I]`, `[R, A]`, `[1 + S]`, as in a window.
    let input: AlignedBuffer
    let queries: AlignedBuffer
    let allowed: AlignedBuffer

    /// Room for `rowsMax` rows whose inputs have at most `sourceStepsMax` items: a step allocates nothing.
    package init(network: PointerNetwork, rowsMax: Int, sourceStepsMax: Int) {
        self.rowsMax = rowsMax
        self.sourceStepsMax = sourceStepsMax
        state = DecoderState(settings: network.decoder.settings, rowsMax: rowsMax, carriedWidth: sourceStepsMax)
        previous = .allocate(capacity: rowsMax)
        previous.initialize(repeating: -1, count: rowsMax)
        scores = AlignedBuffer(count: rowsMax * (1 + sourceStepsMax))
        logProbabilities = scores.pointer
        input = AlignedBuffer(count: rowsMax * network.encoder.embedding.width)
        queries = AlignedBuffer(count: rowsMax * network.settings.attentionWidth)
        allowed = AlignedBuffer(count: 1 + sourceStepsMax)
    }

    deinit { previous.deallocate() }

    /// The row begins an answer over the items of row `source` of an encoded batch.
    package func start(row: Int, source: Int, of batch: SourceBatch) {
        state.start(row: row, source: source, of: batch)
        previous[row] = -1
    }

    /// Row i goes on from where row `parents[i]` is; `rows` becomes their number.
    package func reorder(_ parents: [Int]) {
        state.reorder(parents)
        rows = parents.count
    }
}
