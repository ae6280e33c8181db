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
                vector.all.assign(parameters.vector(from: vectorOffset, count: vector.count))
            }
        ]
    }

    /// Makes the keys of a source whose values are in place: once per window.
    func prepare(_ memory: AttentionMemory, scratch: AlignedBuffer) {
        key?.forward(memory.allValues, into: memory.allKeys, scratch: scratch)
    }

    /// What is compared with the keys `[R, keyWidth]`, of queries `[R, Q]`: W_q q in `projected`, or q itself.
    func project(_ queries: Matrix, into projected: Matrix, scratch: AlignedBuffer) -> Matrix {
        guard let query else { return queries }
        query.forward(queries, into: projected, scratch: scratch)
        return projected
    }

    private func keys(_ memory: AttentionMemory, _ row: Int) -> Matrix {
        memory.source(row, of: key == nil ? memory.allValues : memory.allKeys)
    }

    /// u `[S]` of row `row` of the source for one projected query. Positions behind the row's last are not written.
    func scores(_ query: Vector, _ memory: AttentionMemory, row: Int, into scores: Vector) {
        let keys = keys(memory, row)
        let scores = scores.elements(from: 0, count: keys.rows)
        if kind == .additive {
            AttentionKernels.additiveScores(vector.all, query, keys, into: scores)
        } else {
            AttentionKernels.dots(query, keys, into: scores)
        }
    }

    /// u `[1]` of a key `[A]` that stands beside the source's; additive only.
    func score(_ query: Vector, key: Vector, into score: Vector) {
        AttentionKernels.additiveScores(
            vector.all, query, key.matrix(rows: 1, columns: keyWidth), into: score)
    }

    /// Gradients of `score` for dL/du `[1]`, added to those of v, the query and the key.
    func scoreBackward(
        _ query: Vector, key: Vector, _ d: Vector, queryGradient: Vector, keyGradient: Vector,
        gradients: AlignedBuffer
    ) {
        AttentionKernels.additiveScoresBackward(
            vector.all, query, key.matrix(rows: 1, columns: keyWidth), d, addingTo: vectorGradient(gradients),
            queryGradient, keyGradient.matrix(rows: 1, columns: keyWidth))
    }

    private func vectorGradient(_ gradients: AlignedBuffer) -> Vector {
        gradients.vector(from: vectorOffset, count: vector.count)
    }

    /// Weights p `[S]` and context `[W]` of one projected query over row `row` of the source.
    func attend(_ query: Vector, _ memory: AttentionMemory, row: Int, weights: Vector, context: Vector) {
        let count = memory.lengths[row]
        scores(query, memory, row: row, into: weights)
        let shares = weights.elements(from: 0, count: count)
        AttentionKernels.softmax(shares, mask: memory.positions.mask(row), scale: 1)
        weights.elements(from: count, count: weights.count - count).zero()
        context.zero()
        AttentionKernels.addWeightedRows(shares, memory.source(row, of: memory.allValues), into: context)
    }

    /// Gradients of `attend`: added to the memory's values and keys, to `queryGradient` `[keyWidth]`, and to v.
    ///
    /// - Parameters:
    ///   - contextGradient: `[W]`. - scratch: `[S]`.
    func backward(
        _ query: Vector, _ memory: AttentionMemory, row: Int, weights: Vector, contextGradient: Vector,
        queryGradient: Vector, gradients: AlignedBuffer, scratch: Vector
    ) {
        let count = memory.lengths[row]
        let (shares, scores) = (weights.elements(from: 0, count: count), scratch.elements(from: 0, count: count))
        AttentionKernels.dots(contextGradient, memory.source(row, of: memory.allValues), into: scores)
        AttentionKernels.addOuter(shares, contextGradient, into: memory.source(row, of: memory.allValueGradients))
        AttentionKernels.softmaxBackward(shares, scale: 1, scores)
        scoresBackward(query, memory, row: row, scores: scores, queryGradient: queryGradient, gradients: gradients)
    }

    /// Gradients of `scores` for dL/du `[S]`, added likewise.
    func scoresBackward(
        _ query: Vector, _ memory: AttentionMemory, row: Int, scores: Vector, queryGradient: Vector,
        gradients: AlignedBuffer
    ) {
        let keys = keys(memory, row)
        let keyGradients = memory.source(row, of: key == nil ? memory.allValueGradients : memory.allKeyGradients)
        let scores = scores.elements(from: 0, count: keys.rows)
        if kind == .additive {
            AttentionKernels.additiveScoresBackward(
                vector.all, query, keys, scores, addingTo: vectorGradient(gradients), queryGradient, keyGradients)
        } else {
            AttentionKernels.addWeightedRows(scores, keys, into: queryGradient)
            AttentionKernels.addOuter(scores, query, into: keyGradients)
        }
    }

    /// Gradient of `project`: adds dL/dq to `target` `[R, Q]` from dL/d(projected).
    func projectBackward(_ d: Matrix, into target: Matrix, scratch: AlignedBuffer) {
        if let query {
            query.inputGradient(d, into: target, start: .accumulate, scratch: scratch)
        } else {
            target.elements.add(d.elements)
        }
    }

    /// Adds W_q's gradient over all queries of a window.
    func queryWeightGradients(
        _ queries: Matrix, _ d: Matrix, gradients: AlignedBuffer, panels: AlignedBuffer, scratch: AlignedBuffer
    ) {
        query?.weightGradients(queries, d, gradients: gradients, panels: panels, scratch: scratch)
    }

    /// Gradients of `prepare`, after those of all queries: W_k's, and the values'.
    func prepareBackward(
        _ memory: AttentionMemory, gradients: AlignedBuffer, panels: AlignedBuffer, scratch: AlignedBuffer
    ) {
        guard let key else { return }
        let d = memory.allKeyGradients
        key.weightGradients(memory.allValues, d, gradients: gradients, panels: panels, scratch: scratch)
        key.inputGradient(d, into: memory.allValueGradients, start: .accumulate, scratch: scratch)
    }
}
