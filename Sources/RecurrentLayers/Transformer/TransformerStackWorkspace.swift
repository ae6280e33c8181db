import Kernels

/// The buffers of a `TransformerStack` over one window, or over one step of some streams.
final class TransformerStackWorkspace {
    let positions: PositionMask
    /// `[stepsMax, M]`: the positional encoding.
    let encoding: AlignedBuffer
    /// `[L + 1][N, M]`: what each block reads, and what the last writes. Two in turn where no backward follows.
    let streams: [AlignedBuffer]
    /// `[L]`; one for all where no backward follows.
    let activations: [TransformerBlock.Activations]
    let attention: SelfAttention.Scratch
    /// `[N, M]`: the last stream normalised; `[N, 2]`.
    let output: AlignedBuffer
    let statistics: AlignedBuffer
    /// `[N, M]`: dL/d of the stream at hand.
    let streamGradient: AlignedBuffer
    let gradientScratch: TransformerBlock.GradientScratch
    private let width: Int
    /// See `TransformerWorkspace.observeHiddenGradients`.
    var observer: ((_ layer: Int, _ step: Int, _ gradient: UnsafeBufferPointer<Float>) -> Void)?

    /// - Parameters:
    ///   - stepsMax: the longest window, or history.
    ///   - batchMax: rows of a window, 0 for steps only.
    ///   - rowsMax: N at most.
    init(_ stack: TransformerStack, stepsMax: Int, batchMax: Int, rowsMax: Int, training: Bool) {
        let (shape, layers) = (stack.shape, stack.shape.layers)
        width = shape.width
        positions = PositionMask(stepsMax: stepsMax, rowsMax: batchMax)
        encoding = PositionalEncoding.table(steps: stepsMax, width: shape.width)
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
        let count = positions.rows * width
        for step in 0..<positions.steps {
            observer(layer, step, UnsafeBufferPointer(start: streamGradient.pointer + step * count, count: count))
        }
    }
}
