import Kernels

/// What the first layer makes of each symbol, b + W_ih e, ready for serving `[V, G·H]`: a row of it is a step's input
/// product, with the bytes that the product would have.
final class InputTable {
    /// A larger table would save less than the memory and the cache that it takes.
    private static let floatsMax = 4 << 20

    private let values: AlignedBuffer
    private let table: Matrix

    /// nil where the layer's input product is normalised, or the table too large.
    ///
    /// - Parameters:
    ///   - embedding: `[V, E]`. - layer: reads E numbers, and has its weights packed.
    init?(embedding: Matrix, layer: RecurrentLayer, scratch: AlignedBuffer) {
        let (vocabulary, width) = (embedding.rows, layer.gateWidth)
        guard layer.inputProduct.norms.isEmpty, vocabulary * width <= Self.floatsMax else { return nil }
        values = AlignedBuffer(count: vocabulary * width)
        table = values.matrix(rows: vocabulary, columns: width)
        layer.inputProduct.forward(
            embedding, columns: 0..<width, bias: layer.bias.all, into: table, scratch: scratch)
    }

    var sizeBytes: Int { values.count * MemoryLayout<Float>.size }

    /// Columns `columns` of the rows of `symbols` to `target` `[R, G·H]`.
    func copyRows(_ symbols: Symbols, columns: Range<Int>, into target: Matrix) {
        let source = table.columns(from: columns.lowerBound, count: columns.count)
        let part = target.columns(from: columns.lowerBound, count: columns.count)
        for row in 0..<target.rows {
            let symbol = symbols[row]
            precondition(symbol >= 0 && symbol < source.rows, "symbol \(symbol) of \(source.rows)")
            part[row].assign(source[symbol])
        }
    }
}
