import CKernels
import Kernels

/// Multi-head scaled dot-product attention of a window with itself (Vaswani et al. 2017).
///
///     for each head of width d:   P = softmax(Q Kᵀ / √d) over the real positions,
///                                     with `causal` only those up to the row's own
///                                 out = P V
///
/// Queries are taken in blocks, and their weights are computed again in backward: memory grows with T, not with T².
struct SelfAttention {
    let width: Int
    let heads: Int
    let causal: Bool
    /// Queries of a block.
    static let block = 64

    private var headWidth: Int { width / heads }
    private var scale: Float { 1 / Float(headWidth).squareRoot() }

    /// The buffers that one thread needs, whatever the number of blocks and rows.
    final class Scratch {
        /// `[block, T]`: weights, and their gradients.
        let weights: AlignedBuffer
        let weightGradients: AlignedBuffer
        /// Kᵀ `[d, T]` and V `[T, d]`, packed; Vᵀ and K likewise, for backward.
        let keyColumns: AlignedBuffer
        let valueRows: AlignedBuffer
        let valueColumns: AlignedBuffer
        let keyRows: AlignedBuffer
        let panels: AlignedBuffer
        let scratch = AlignedBuffer(count: Product.scratchCount)

        init(_ attention: SelfAttention, stepsMax: Int, training: Bool) {
            let d = attention.headWidth
            let (columns, rows) = (
                PackedMatrix.count(depth: d, columns: stepsMax), PackedMatrix.count(depth: stepsMax, columns: d)
            )
            weights = AlignedBuffer(count: block * stepsMax)
            weightGradients = AlignedBuffer(count: training ? block * stepsMax : 0)
            keyColumns = AlignedBuffer(count: columns)
            valueRows = AlignedBuffer(count: rows)
            valueColumns = AlignedBuffer(count: training ? columns : 0)
            keyRows = AlignedBuffer(count: training ? rows : 0)
            panels = AlignedBuffer(count: training ? Product.gradientPanelsCount(depth: block, columns: d) : 0)
        }
    }

    /// One head of one row of the batch within `[T, B, 3M]`: where its q, k and v lie, and how far apart their steps
    /// are.
    private struct Head {
        let query: Int
        let key: Int
        let value: Int
        let output: Int
    }

    private func head(_ index: Int, row: Int) -> Head {
        let query = row * 3 * width + index * headWidth
        return Head(query: query, key: query + width, value: query + 2 * width, output: row * width + index * headWidth)
    }

    /// - Parameters:
    ///   - projected: `[T, B, 3M]`: q, k, v of every step.
    ///   - output: `[T, B, M]`, the heads side by side.
    func forward(
        _ projected: UnsafePointer<Float>, _ positions: PositionMask, into output: UnsafeMutablePointer<Float>,
        _ s: Scratch
    ) {
        let (steps, rows, d) = (positions.steps, positions.rows, headWidth)
        let (stride, outputStride) = (rows * 3 * width, rows * width)
        for row in 0..<rows {
            for index in 0..<heads {
                let head = head(index, row: row)
                let keys = PackedMatrix(depth: d, columns: steps, storage: s.keyColumns)
                let values = PackedMatrix(depth: steps, columns: d, storage: s.valueRows)
                keys.pack(projected + head.key, rowStride: 1, columnStride: stride)
                values.pack(projected + head.value, rowStride: stride, columnStride: 1)
                for first in Swift.stride(from: 0, to: steps, by: Self.block) {
                    let count = min(Self.block, steps - first)
                    let reach = weights(
                        projected + head.query, keys, positions, row: row, first: first, count: count, stride: stride, s
                    )
                    Product.multiply(
                        rows: count, s.weights.pointer, rowStride: reach, by: values, depth: reach, columns: d,
                        start: .zero,
                        into: output + first * outputStride + head.output, ldc: outputStride, scratch: s.scratch)
                }
            }
        }
    }

    /// P `[count, reach]` of the queries `first ..< first + count` of a head; returns how many positions they can
    /// reach.
    private func weights(
        _ queries: UnsafePointer<Float>, _ keys: PackedMatrix, _ positions: PositionMask, row: Int, first: Int,
        count: Int,
        stride: Int, _ s: Scratch
    ) -> Int {
        let length = positions.lengths[row]
        let reach = causal ? min(first + count, length) : length
        Product.multiply(
            rows: count, queries + first * stride, rowStride: stride, by: keys, depth: headWidth, columns: reach,
            start: .zero,
            into: s.weights.pointer, ldc: reach, scratch: s.scratch)
        let mask = positions.mask(row)
        for query in 0..<count {
            let allowed = causal ? min(first + query + 1, reach) : reach
            let weights = s.weights.pointer + query * reach
            InstructionSet.kernels.attention.masked_softmax(allowed, mask, scale, weights)
            (weights + allowed).update(repeating: 0, count: reach - allowed)
        }
        return reach
    }

    /// Gradients of `forward`.
    ///
    /// - Parameters:
    ///   - outputGradient: `[T, B, M]`. - gradient: `[T, B, 3M]`, replaced.
    func backward(
        _ projected: UnsafePointer<Float>, _ positions: PositionMask, outputGradient: UnsafePointer<Float>,
        into gradient: UnsafeMutablePointer<Float>, _ s: Scratch
    ) {
        let (steps, rows, d) = (positions.steps, positions.rows, headWidth)
        let stride = rows * 3 * width
        gradient.update(repeating: 0, count: steps * stride)
        for row in 0..<rows {
            for index in 0..<heads {
                let head = head(index, row: row)
                let keys = PackedMatrix(depth: d, columns: steps, storage: s.keyColumns)
                let valueColumns = PackedMatrix(depth: d, columns: steps, storage: s.valueColumns)
                let keyRows = PackedMatrix(depth: steps, columns: d, storage: s.keyRows)
                keys.pack(projected + head.key, rowStride: 1, columnStride: stride)
                valueColumns.pack(projected + head.value, rowStride: 1, columnStride: stride)
                keyRows.pack(projected + head.key, rowStride: stride, columnStride: 1)
                for first in Swift.stride(from: 0, to: steps, by: Self.block) {
                    let count = min(Self.block, steps - first)
                    let reach = weights(
                        projected + head.query, keys, positions, row: row, first: first, count: count, stride: stride, s
                    )
                    blockBackward(
                        projected, head, valueColumns, keyRows, first: first, count: count, reach: reach, rows: rows,
                        outputGradient: outputGradient, into: gradient, s)
                }
            }
        }
    }

    /// Gradients of one block of queries, whose weights P are in place.
    private func blockBackward(
        _ projected: UnsafePointer<Float>, _ head: Head, _ valueColumns: PackedMatrix, _ keyRows: PackedMatrix,
        first: Int,
        count: Int, reach: Int, rows: Int, outputGradient: UnsafePointer<Float>,
        into gradient: UnsafeMutablePointer<Float>,
        _ s: Scratch
    ) {
        guard reach > 0 else { return }
        let (d, stride, outputStride) = (headWidth, rows * 3 * width, rows * width)
        let (p, dp) = (s.weights.pointer, s.weightGradients.pointer)
        let (dOut, queries) = (
            outputGradient + first * outputStride + head.output, projected + first * stride + head.query
        )
        Product.multiply(
            rows: count, dOut, rowStride: outputStride, by: valueColumns, depth: d, columns: reach, start: .zero,
            into: dp,
            ldc: reach, scratch: s.scratch)
        for query in 0..<count {
            InstructionSet.kernels.attention.softmax_backward(reach, p + query * reach, scale, dp + query * reach)
        }
        Product.multiply(
            rows: count, dp, rowStride: reach, by: keyRows, depth: reach, columns: d, start: .zero,
            into: gradient + first * stride + head.query, ldc: stride, scratch: s.scratch)
        Product.accumulateTransposed(
            depth: count, dp, rows: reach, lda: reach, queries, columns: d, ldb: stride, into: gradient + head.key,
            ldc: stride,
            panels: s.panels, scratch: s.scratch)
        Product.accumulateTransposed(
            depth: count, p, rows: reach, lda: reach, dOut, columns: d, ldb: outputStride, into: gradient + head.value,
            ldc: stride, panels: s.panels, scratch: s.scratch)
    }

    /// The next step of one stream: appends its k and v to the cache, and attends to all so far.
    ///
    /// - Parameters:
    ///   - projected: `[3M]` of this step.
    ///   - output: `[M]`.
    ///   - weights: scratch of as many floats as the cache has steps, and one.
    func step(
        _ projected: UnsafePointer<Float>, _ cache: KeyValueCache, layer: Int, into output: UnsafeMutablePointer<Float>,
        weights: UnsafeMutablePointer<Float>, scratch: AlignedBuffer
    ) {
        let d = headWidth
        let count = cache.steps + 1
        for head in 0..<heads {
            let stored = cache.append(
                layer: layer, head: head, key: projected + width + head * d, value: projected + 2 * width + head * d)
            Product.multiply(
                rows: 1, projected + head * d, rowStride: d, by: stored.keys, depth: d, columns: count, start: .zero,
                into: weights,
                ldc: count, scratch: scratch)
            InstructionSet.kernels.attention.masked_softmax(count, nil, scale, weights)
            let target = output + head * d
            target.update(repeating: 0, count: d)
            InstructionSet.kernels.attention.weighted_rows(count, d, weights, stored.values, d, target)
        }
    }
}
