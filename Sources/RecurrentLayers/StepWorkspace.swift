import Kernels

/// Scratch for one step of a `RecurrentStack` outside a window, layer after layer.
final class StepWorkspace {
    let activations: LayerActivations
    let scratch = AlignedBuffer(count: Product.scratchCount)
    /// `[R, S]` twice: a layer's output with its input added.
    private let sums: [AlignedBuffer]
    private let width: Int

    init(settings: NetworkSettings, rowsMax: Int) {
        activations = LayerActivations(settings: settings, steps: 1, batch: rowsMax, training: false)
        width = settings.width
        sums = (0..<2).map { _ in AlignedBuffer(count: settings.residual ? rowsMax * settings.width : 0) }
    }

    /// Where a layer's sum goes `[R, S]`; its input is in the other.
    func mixed(_ layer: Int, rows: Int) -> Matrix { sums[layer % 2].matrix(rows: rows, columns: width) }
}
