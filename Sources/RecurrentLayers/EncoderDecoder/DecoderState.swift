import Kernels

/// The states of R decodings of a decoder's layers, each somewhere in an answer to some source; rows can be reordered,
/// as beam search does.
final class DecoderState {
    let rowsMax: Int
    /// `[L][R, H]` of h and c.
    private(set) var layers: RecurrentState
    /// `[R, N]` of what else a row carries.
    private var carriedBuffer: AlignedBuffer
    private let carriedWidth: Int
    /// `[R]`: the row of the source batch that each answers to.
    private(set) var sources: [Int]
    private var otherLayers: RecurrentState
    private var otherCarried: AlignedBuffer
    let scratch: StepWorkspace

    init(settings: NetworkSettings, rowsMax: Int, carriedWidth: Int) {
        precondition(rowsMax > 0, "a batch of \(rowsMax) rows")
        self.rowsMax = rowsMax
        self.carriedWidth = carriedWidth
        layers = RecurrentState(settings: settings, rows: rowsMax)
        otherLayers = RecurrentState(settings: settings, rows: rowsMax)
        carriedBuffer = AlignedBuffer(count: rowsMax * carriedWidth)
        otherCarried = AlignedBuffer(count: rowsMax * carriedWidth)
        sources = [Int](repeating: 0, count: rowsMax)
        scratch = StepWorkspace(settings: settings, rowsMax: rowsMax)
    }

    /// `[rowsMax, N]`
    var carried: Matrix { carriedBuffer.matrix(rows: rowsMax, columns: carriedWidth) }

    /// The row begins an answer to row `source` of the batch: the bridge's states, and zeros to carry.
    func start(row: Int, source: Int, of batch: SourceBatch) {
        precondition(
            row >= 0 && row < rowsMax && source >= 0 && source < batch.rows,
            "row \(row) of \(rowsMax), source \(source) of \(batch.rows)")
        for layer in batch.initialHidden.indices {
            layers.hidden(layer, rows: rowsMax)[row].assign(batch.rows(of: batch.initialHidden[layer])[source])
            guard !batch.initialCell.isEmpty else { continue }
            layers.cell(layer, rows: rowsMax)[row].assign(batch.rows(of: batch.initialCell[layer])[source])
        }
        carried[row].zero()
        sources[row] = source
    }

    /// Row i goes on from where row `parents[i]` is.
    func reorder(_ parents: [Int]) {
        precondition(parents.count <= rowsMax, "\(parents.count) rows in a batch for \(rowsMax)")
        for (row, parent) in parents.enumerated() {
            layers.copyRow(parent, to: otherLayers, row: row)
            otherCarried.matrix(rows: rowsMax, columns: carriedWidth)[row].assign(carried[parent])
        }
        swap(&layers, &otherLayers)
        swap(&carriedBuffer, &otherCarried)
        sources = parents.map { sources[$0] } + sources[parents.count...]
    }
}
