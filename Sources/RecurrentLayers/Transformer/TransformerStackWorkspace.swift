import Kernels

/// The buffers of a `TransformerStack` over one window, or over one step of some streams.
final class TransformerStackWorkspace {
    let positions: PositionMask
    /// `[stepsMax, M]`: the positional encoding.
    let encoding: Matrix
    private let encodingTable: AlignedBuffer
    /// `[L + 1][N, M]`: what each block reads, and what the last writes. Two in turn where no backward follows.
    private let streams: [AlignedBuffer]
    /// `[L]`; one for all where no backward follows.
    let activations: [TransformerBlock.Activations]
    let attention: SelfAttention.Scratch
    /// `[N, M]`: the last stream normalised; `[N, 2]`.
    private let output: AlignedBuffer
    private let statistics: AlignedBuffer
    /// `[N, M]`: dL/d of the stream at hand.
    private let streamGradient: AlignedBuffer
    let gradientScratch: TransformerBlock.GradientScratch
    private let width: Int
    /// See `TransformerWorkspace.observeHiddenGradients`.
    var observer: ((_ layer: Int, _ step: Int, _ gradient: Vector) -> Void)?

    /// - Parameters:
    ///   - stepsMax: the longest window, or history.
    ///   - batchMax: rows of a window, 0 for steps only.
    ///   - rowsMax: N at most.
    init(_ stack: TransformerStack, stepsMax: Int, batchMax: Int, rowsMax: Int, training: Bool) {
        let (shape, layers) = (stack.shape, stack.shape.layers)
        width = shape.width
        positions = PositionMask(stepsMax: stepsMax, rowsMax: batchMax)
        encodingTable = PositionalEncoding.table(steps: stepsMax, width: shape.width)
        encoding = encodingTable.matrix(rows: stepsMax, columns: shape.width)
        if training {
            streams = (0...layers).map { _ in AlignedBuffer(count: rowsMax * shape.width) }
            activations = (0..<layers).map { _ in TransformerBlock.Activations(shape, rows: rowsMax) }
        } else {
            let turns = (0..<2).map { _ in AlignedBuffer(count: rowsMax * shape.width) }
            streams = (0...layers).map { turns[$0 % 2] }
            activations = [TransformerBlock.Activations](repeating: .init(shape, rows: rowsMax), count: layers)
        }
        attention = SelfAttention.Scratch(
            SelfAttention(width: shape.width, heads: shape.heads, causal: stack.causal), stepsMax: stepsMax,
            training: training)
        output = AlignedBuffer(count: rowsMax * shape.width)
        statistics = AlignedBuffer(count: rowsMax * 2)
        streamGradient = AlignedBuffer(count: training ? rowsMax * shape.width : 0)
        gradientScratch = TransformerBlock.GradientScratch(shape, rows: rowsMax, training: training)
    }

    /// Shows `streamGradient` of the window at hand.
    func observe(_ layer: Int) {
        guard let observer else { return }
        let rows = gradientRows(positions.steps * positions.rows)
        for step in 0..<positions.steps {
            observer(layer, step, rows.rows(from: step * positions.rows, count: positions.rows).elements)
        }
    }

    /// `[R, M]` of each.
    func stream(_ layer: Int, rows: Int) -> Matrix { streams[layer].matrix(rows: rows, columns: width) }
    func outputRows(_ rows: Int) -> Matrix { output.matrix(rows: rows, columns: width) }
    func gradientRows(_ rows: Int) -> Matrix { streamGradient.matrix(rows: rows, columns: width) }
    /// `[R, 2]`
    func statisticsRows(_ rows: Int) -> Matrix { statistics.matrix(rows: rows, columns: 2) }

    /// The window at hand, for blocks.
    func window(training: Bool, dropoutKey: UInt64) -> TransformerBlock.Window {
        TransformerBlock.Window(
            positions: positions, attention: attention, training: training, dropoutKey: dropoutKey)
    }
}
