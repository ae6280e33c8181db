import CKernels
import Kernels

/// Scores of the source's positions for one query at a time, by any of the kinds, with the hand-derived backward.
///
///     additive   u_s = vᵀ tanh(k_s + W_q q)   k_s = W_k e_s + b_k
///     general    u_s = qᵀ k_s                 k_s = W_k e_s
///     dot        u_s = qᵀ e_s
///     p = softmax(u) over the positions that the mask allows, 0 elsewhere;  context = Σ_s p_s e_s
///
/// Keys k are made once for all queries. A pointer head is the additive kind without the context.
final class AttentionLayer {
    let kind: AttentionKind
    /// Width of a key: A (additive), the query's (general), or the source's (dot).
    let keyWidth: Int
    /// W_k; nil for dot.
    private let key: DenseLayer?
    /// W_q; additive only.
    private let query: DenseLayer?
    /// v `[A]` in the flat parameters; additive only.
    private let vectorOffset: Int
    private let vector: AlignedBuffer

    /// - Parameters:
    ///   - sourceWidth: of e. - queryWidth: of q. - width: A, for the additive kind.
    init(
        _ kind: AttentionKind, prefix: String, sourceWidth: Int, queryWidth: Int, width: Int, plan: inout ParameterPlan
    ) {
        precondition(
            kind != .dot || sourceWidth == queryWidth, "dot attention of \(queryWidth) numbers over \(sourceWidth)")
        self.kind = kind
        switch kind {
        case .additive:
            precondition(width > 0, "additive attention of width \(width)")
            keyWidth = width
            key = plan.addDense("\(prefix).key", inputs: sourceWidth, outputs: width)
            query = plan.addDense("\(prefix).query", inputs: queryWidth, outputs: width, hasBias: false)
            vectorOffset = plan.add("\(prefix).vector", [width], .uniform(bound: 1 / Double(width).squareRoot()))
        case .general:
            keyWidth = queryWidth
            key = plan.addDense("\(prefix).key", inputs: sourceWidth, outputs: queryWidth, hasBias: false)
            (query, vectorOffset) = (nil, 0)
        case .dot, .none:
            keyWidth = sourceWidth
            (key, query, vectorOffset) = (nil, nil, 0)
        }
        vector = AlignedBuffer(count: kind == .additive ? width : 0)
    }

    /// Width of the keys that a memory makes room for: 0 where they are the values.
    var ownKeyWidth: Int { key == nil ? 0 : keyWidth }

    /// What takes the parameters over, in calls that may run at once.
    func packing(_ parameters: AlignedBuffer, training: Bool) -> [() -> Void] {
        let dense = [key, query].compactMap { $0 }.flatMap { $0.packing(parameters, training: training) }
        return dense + [
            { [vector, vectorOffset] in
                vector.pointer.update(from: parameters.pointer + vectorOffset, count: vector.count)
            }
        ]
    }

    /// Makes the keys of a source whose values are in place: once per window.
    func prepare(_ memory: AttentionMemory, scratch: AlignedBuffer) {
        guard let key else { return }
        key.forward(rows: memory.steps * memory.rows, memory.values, into: memory.ownKeys.pointer, scratch: scratch)
    }

    /// What is compared with the keys `[rows, keyWidth]`, of queries `[rows, Q]`: W_q q in `projected`, or q itself.
    func project(
        rows: Int, _ queries: UnsafePointer<Float>, into projected: UnsafeMutablePointer<Float>, scratch: AlignedBuffer
    ) -> UnsafePointer<Float> {
        guard let query else { return queries }
        query.forward(rows: rows, queries, into: projected, scratch: scratch)
        return UnsafePointer(projected)
    }

    /// u `[S]` of row `row` of the source for one projected query. Positions behind the row's last are not written.
    func scores(
        _ query: UnsafePointer<Float>, _ memory: AttentionMemory, row: Int, into scores: UnsafeMutablePointer<Float>
    ) {
        let (count, stride) = (memory.lengths[row], memory.rows * keyWidth)
        let keys = keys(memory) + row * keyWidth
        if kind == .additive {
            InstructionSet.kernels.attention.additive_scores(
                count, keyWidth, vector.pointer, query, keys, stride, scores)
        } else {
            InstructionSet.kernels.attention.dots(count, keyWidth, query, keys, stride, scores)
        }
    }

    /// u of a key `[A]` that stands beside the source's; additive only.
    func score(_ query: UnsafePointer<Float>, key: UnsafePointer<Float>) -> Float {
        var score: Float = 0
        InstructionSet.kernels.attention.additive_scores(1, keyWidth, vector.pointer, query, key, keyWidth, &score)
        return score
    }

    /// Gradients of `score` for dL/du, added to those of v, the query and the key.
    func scoreBackward(
        _ query: UnsafePointer<Float>, key: UnsafePointer<Float>, _ d: Float,
        queryGradient: UnsafeMutablePointer<Float>,
        keyGradient: UnsafeMutablePointer<Float>, gradients: AlignedBuffer
    ) {
        var d = d
        InstructionSet.kernels.attention.additive_backward(
            1, keyWidth, vector.pointer, query, key, keyWidth, &d, gradients.pointer + vectorOffset, queryGradient,
            keyGradient,
            keyWidth)
    }

    /// Weights p `[S]` and context `[W]` of one projected query over row `row` of the source.
    func attend(
        _ query: UnsafePointer<Float>, _ memory: AttentionMemory, row: Int, weights: UnsafeMutablePointer<Float>,
        context: UnsafeMutablePointer<Float>
    ) {
        let (count, width) = (memory.lengths[row], memory.width)
        scores(query, memory, row: row, into: weights)
        InstructionSet.kernels.attention.masked_softmax(count, memory.positions.mask(row), 1, weights)
        (weights + count).update(repeating: 0, count: memory.steps - count)
        context.update(repeating: 0, count: width)
        InstructionSet.kernels.attention.weighted_rows(
            count, width, weights, memory.values + row * width, memory.rows * width, context)
    }

    /// Gradients of `attend`: added to the memory's values and keys, to `queryGradient` `[keyWidth]`, and to v.
    ///
    /// - Parameters:
    ///   - contextGradient: `[W]`. - scratch: `[S]`.
    func backward(
        _ query: UnsafePointer<Float>, _ memory: AttentionMemory, row: Int, weights: UnsafePointer<Float>,
        contextGradient: UnsafePointer<Float>, queryGradient: UnsafeMutablePointer<Float>, gradients: AlignedBuffer,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let kernels = InstructionSet.kernels.attention
        let (count, width) = (memory.lengths[row], memory.width)
        let stride = memory.rows * width
        kernels.dots(count, width, contextGradient, memory.values + row * width, stride, scratch)
        kernels.add_outer(count, width, weights, contextGradient, memory.valueGradients + row * width, stride)
        kernels.softmax_backward(count, weights, 1, scratch)
        scoresBackward(query, memory, row: row, scores: scratch, queryGradient: queryGradient, gradients: gradients)
    }

    /// Gradients of `scores` for dL/du `[S]`, added likewise.
    func scoresBackward(
        _ query: UnsafePointer<Float>, _ memory: AttentionMemory, row: Int, scores: UnsafePointer<Float>,
        queryGradient: UnsafeMutablePointer<Float>, gradients: AlignedBuffer
    ) {
        let kernels = InstructionSet.kernels.attention
        let (count, stride) = (memory.lengths[row], memory.rows * keyWidth)
        let keys = keys(memory) + row * keyWidth
        let keyGradients = (key == nil ? memory.valueGradients : memory.ownKeyGradients.pointer) + row * keyWidth
        if kind == .additive {
            kernels.additive_backward(
                count, keyWidth, vector.pointer, query, keys, stride, scores, gradients.pointer + vectorOffset,
                queryGradient,
                keyGradients, stride)
        } else {
            kernels.weighted_rows(count, keyWidth, scores, keys, stride, queryGradient)
            kernels.add_outer(count, keyWidth, scores, query, keyGradients, stride)
        }
    }

    /// Gradient of `project`: adds dL/dq to `target` `[rows, Q]` from dL/d(projected).
    func projectBackward(
        rows: Int, _ d: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, scratch: AlignedBuffer
    ) {
        if let query {
            query.inputGradient(rows: rows, d, into: target, start: .accumulate, scratch: scratch)
        } else {
            InstructionSet.kernels.add(rows * keyWidth, d, target)
        }
    }

    /// Adds W_q's gradient over all queries of a window.
    func queryWeightGradients(
        rows: Int, _ queries: UnsafePointer<Float>, _ d: UnsafePointer<Float>, gradients: AlignedBuffer,
        panels: AlignedBuffer,
        scratch: AlignedBuffer
    ) {
        query?.weightGradients(rows: rows, queries, d, gradients: gradients, panels: panels, scratch: scratch)
    }

    /// Gradients of `prepare`, after those of all queries: W_k's, and the values'.
    func prepareBackward(
        _ memory: AttentionMemory, gradients: AlignedBuffer, panels: AlignedBuffer, scratch: AlignedBuffer
    ) {
        guard let key else { return }
        let rows = memory.steps * memory.rows
        let d = memory.ownKeyGradients.pointer
        key.weightGradients(rows: rows, memory.values, d, gradients: gradients, panels: panels, scratch: scratch)
        key.inputGradient(rows: rows, d, into: memory.valueGradients, start: .accumulate, scratch: scratch)
    }

    private func keys(_ memory: AttentionMemory) -> UnsafePointer<Float> {
        key == nil ? memory.values : UnsafePointer(memory.ownKeys.pointer)
    }
}
