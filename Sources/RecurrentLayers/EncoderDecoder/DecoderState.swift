import Kernels

/// The states of R decodings of a decoder's layers, each somewhere in an answer to some source; rows can be reordered,
/// as beam search does.
final class DecoderState {
    let rowsMax: Int
    /// `[L][R, H]` of h and c.
    private(set) var layers: RecurrentState
    /// `[R, N]` of what else a row carries.
    private(set) var carried: AlignedBuffer
    let carriedWidth: Int
    /// `[R]`: the row of the source batch that each answers to.
    private(set) var sources: [Int]
    private var otherLayers: RecurrentState
    private var otherCarried: AlignedBuffer
    /// Scratch for a step of one layer.
    let activations: LayerActivations
    let scratch = AlignedBuffer(count: Product.scratchCount)

    init(settings: NetworkSettings, rowsMax: Int, carriedWidth: Int) {
        precondition(rowsMax > 0, "a batch of \(rowsMax) rows")
        self.rowsMax = rowsMax
        self.carriedWidth = carriedWidth
        layers = RecurrentState(settings: settings, rows: rowsMax)
        otherLayers = RecurrentState(settings: settings, rows: rowsMax)
        carried = AlignedBuffer(count: rowsMax * carriedWidth)
        otherCarried = AlignedBuffer(count: rowsMax * carriedWidth)
        sources = [Int](repeating: 0, count: rowsMax)
        activations = LayerActivations(settings: settings, steps: 1, batch: rowsMax, training: false)
    }

    /// The row begins an answer to row `source` of the batch: the bridge's states, and zeros to carry.
    func start(row: Int, source: Int, of batch: SourceBatch) {
        precondition(
            row >= 0 && row < rowsMax && source >= 0 && source < batch.rows,
            "row \(row) of \(rowsMax), source \(source) of \(batch.rows)")
        let hidden = batch.initialHidden
        for (states, initial) in [(layers.hidden, hidden), (layers.cell, batch.initialCell)] {
            for (state, first) in zip(states, initial) {
                let width = state.count / rowsMax
                (state.pointer + row * width).update(from: first.pointer + source * width, count: width)
            }
        }
        (carried.pointer + row * carriedWidth).update(repeating: 0, count: carriedWidth)
        sources[row] = source
    }

    /// Row i goes on from where row `parents[i]` is.
    func reorder(_ parents: [Int]) {
        precondition(parents.count <= rowsMax, "\(parents.count) rows in a batch for \(rowsMax)")
        for (row, parent) in parents.enumerated() {
            layers.copyRow(parent, to: otherLayers, row: row)
            (otherCarried.pointer + row * carriedWidth).update(
                from: carried.pointer + parent * carriedWidth, count: carriedWidth)
        }
        swap(&layers, &otherLayers)
        swap(&carried, &otherCarried)
        sources = parents.map { sources[$0] } + sources[parents.count...]
    }
}
