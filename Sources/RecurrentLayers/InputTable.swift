import Kernels

/// What the first layer makes of each symbol, b + W_ih e, ready for serving `[V, G·H]`: a row of it is a step's input
/// product, with the bytes that the product would have.
final class InputTable {
    /// A larger table would save less than the memory and the cache that it takes.
    private static let floatsMax = 4 << 20

    private let width: Int
    private let values: AlignedBuffer

    /// nil where the layer's input product is normalised, or the table too large.
    ///
    /// - Parameters:
    ///   - embedding: `[V, E]`. - layer: reads E numbers, and has its weights packed.
    init?(embedding: UnsafePointer<Float>, vocabulary: Int, layer: RecurrentLayer, scratch: AlignedBuffer) {
        guard layer.inputProduct.norms.isEmpty, vocabulary * layer.gateWidth <= Self.floatsMax else { return nil }
        width = layer.gateWidth
        values = AlignedBuffer(count: vocabulary * width)
        layer.inputProduct.forward(
            rows: vocabulary, columns: 0..<width, embedding, rowStride: layer.inputs, bias: layer.bias.pointer,
            into: values.pointer,
            scratch: scratch)
    }

    var sizeBytes: Int { values.count * MemoryLayout<Float>.size }

    /// Columns `columns` of the rows of `symbols` to `target` `[rows, G·H]`.
    func copyRows(
        _ symbols: UnsafePointer<Int32>, rows: Int, columns: Range<Int>, into target: UnsafeMutablePointer<Float>
    ) {
        let (first, count) = (columns.lowerBound, columns.count)
        for row in 0..<rows {
            let symbol = Int(symbols[row])
            precondition(
                symbol >= 0 && (symbol + 1) * width <= values.count, "symbol \(symbol) of \(values.count / width)")
            (target + row * width + first).update(from: values.pointer + symbol * width + first, count: count)
        }
    }
}
