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

    /// One head of one row of the batch: q, k, v and the output at every step, each `[T, d]`; or their gradients.
    private struct Head {
        let query, key, value, output: Matrix
    }

    /// - Parameters:
    ///   - projected: `[T·B, 3M]`: q, k, v of every step. - output: `[T·B, M]`, the heads side by side.
    private func head(_ index: Int, row: Int, _ projected: Matrix, _ output: Matrix, _ positions: PositionMask) -> Head
    {
        let d = headWidth, (steps, batch) = (positions.steps, positions.rows)
        let qkv = projected.rows(from: row, by: batch, count: steps)
        func part(_ number: Int) -> Matrix { qkv.columns(from: number * width + index * d, count: d) }
        return Head(
            query: part(0), key: part(1), value: part(2),
            output: output.rows(from: row, by: batch, count: steps).columns(from: index * d, count: d))
    }

    /// Attention of all heads of all rows.
    ///
    /// - Parameters:
    ///   - projected: `[T·B, 3M]`: q, k, v of every step. - output: `[T·B, M]`, the heads side by side.
    func forward(_ projected: Matrix, _ positions: PositionMask, into output: Matrix, _ s: Scratch) {
        let (steps, d) = (positions.steps, headWidth)
        for row in 0..<positions.rows {
            for index in 0..<heads {
                let head = head(index, row: row, projected, output, positions)
                let keys = PackedMatrix(depth: d, columns: steps, storage: s.keyColumns)
                let values = PackedMatrix(depth: steps, columns: d, storage: s.valueRows)
                keys.pack(transposed: head.key)
                values.pack(head.value)
                for first in stride(from: 0, to: steps, by: Self.block) {
                    let count = min(Self.block, steps - first)
                    let p = weights(
                        head.query.rows(from: first, count: count), keys, positions, row: row, first: first, s)
                    Product.multiply(
                        p, byPartOf: values, into: head.output.rows(from: first, count: count), scratch: s.scratch)
                }
            }
        }
    }

    /// P `[count, reach]` of a head's queries `[count, d]`, the first of which is at step `first`, over the positions
    /// that they can reach.
    private func weights(
        _ queries: Matrix, _ keys: PackedMatrix, _ positions: PositionMask, row: Int, first: Int, _ s: Scratch
    ) -> Matrix {
        let length = positions.lengths[row]
        let reach = causal ? min(first + queries.rows, length) : length
        let p = s.weights.matrix(rows: queries.rows, columns: reach)
        Product.multiply(queries, byPartOf: keys, into: p, scratch: s.scratch)
        let mask = positions.mask(row)
        for query in 0..<queries.rows {
            let allowed = causal ? min(first + query + 1, reach) : reach
            AttentionKernels.softmax(p[query].elements(from: 0, count: allowed), mask: mask, scale: scale)
            p[query].elements(from: allowed, count: reach - allowed).zero()
        }
        return p
    }

    /// Gradients of `forward`.
    ///
    /// - Parameters:
    ///   - outputGradient: `[T·B, M]`. - gradient: `[T·B, 3M]`, replaced.
    func backward(
        _ projected: Matrix, _ positions: PositionMask, outputGradient: Matrix, into gradient: Matrix, _ s: Scratch
    ) {
        let (steps, d) = (positions.steps, headWidth)
        gradient.zero()
        for row in 0..<positions.rows {
            for index in 0..<heads {
                let head = head(index, row: row, projected, outputGradient, positions)
                let dHead = self.head(index, row: row, gradient, outputGradient, positions)
                let keys = PackedMatrix(depth: d, columns: steps, storage: s.keyColumns)
                let valueColumns = PackedMatrix(depth: d, columns: steps, storage: s.valueColumns)
                let keyRows = PackedMatrix(depth: steps, columns: d, storage: s.keyRows)
                keys.pack(transposed: head.key)
                valueColumns.pack(transposed: head.value)
                keyRows.pack(head.key)
                for first in stride(from: 0, to: steps, by: Self.block) {
                    let queries = head.query.rows(from: first, count: min(Self.block, steps - first))
                    let p = weights(queries, keys, positions, row: row, first: first, s)
                    blockBackward(queries, p, dHead, first: first, (valueColumns, keyRows), s)
                }
            }
        }
    }

    /// Gradients of one block of queries `[count, d]` from step `first` on, whose weights are P `[count, reach]`.
    private func blockBackward(
        _ queries: Matrix, _ p: Matrix, _ d: Head, first: Int, _ packed: (values: PackedMatrix, keys: PackedMatrix),
        _ s: Scratch
    ) {
        let (count, reach) = (p.rows, p.columns)
        guard reach > 0 else { return }
        let dp = s.weightGradients.matrix(rows: count, columns: reach)
        let dOut = d.output.rows(from: first, count: count)
        Product.multiply(dOut, byPartOf: packed.values, into: dp, scratch: s.scratch)
        for query in 0..<count { AttentionKernels.softmaxBackward(p[query], scale: scale, dp[query]) }
        Product.multiply(dp, byPartOf: packed.keys, into: d.query.rows(from: first, count: count), scratch: s.scratch)
        Product.accumulateTransposed(
            dp, queries, into: d.key.rows(from: 0, count: reach), panels: s.panels, scratch: s.scratch)
        Product.accumulateTransposed(
            p, dOut, into: d.value.rows(from: 0, count: reach), panels: s.panels, scratch: s.scratch)
    }

    /// The next step of one stream: appends its k and v to the cache, and attends to all so far.
    ///
    /// - Parameters:
    ///   - projected: `[3M]` of this step. - output: `[M]`.
    ///   - weights: scratch of as many floats as the cache has steps, and one.
    func step(
        _ projected: Vector, _ cache: KeyValueCache, layer: Int, into output: Vector, weights: Vector,
        scratch: AlignedBuffer
    ) {
        let d = headWidth
        let p = weights.matrix(rows: 1, columns: cache.steps + 1)
        for head in 0..<heads {
            func part(_ number: Int) -> Vector { projected.elements(from: number * width + head * d, count: d) }
            let stored = cache.append(layer: layer, head: head, key: part(1), value: part(2))
            Product.multiply(part(0).matrix(rows: 1, columns: d), byPartOf: stored.keys, into: p, scratch: scratch)
            AttentionKernels.softmax(p[0], mask: nil, scale: scale)
            let target = output.elements(from: head * d, count: d)
            target.zero()
            AttentionKernels.addWeightedRows(p[0], stored.values, into: target)
        }
    }
}
