import CKernels

/// Kernels of attention and of Transformer blocks, on views: n positions attended to, k the width of a key or value.
package enum AttentionKernels {
    /// y `[n]` = the products of q `[k]` with the rows of x `[n, k]`.
    package static func dots(_ q: Vector, _ x: Matrix, into y: Vector) {
        assert(q.count == x.columns && y.count == x.rows, "\(q.count) floats, [\(x.rows), \(x.columns)]")
        InstructionSet.kernels.attention.dots(x.rows, x.columns, q.pointer, x.pointer, x.rowStride, y.pointer)
    }

    /// y `[n]` = vᵀ tanh(x_s + q) for the rows of x `[n, k]` (Bahdanau, Cho & Bengio 2015).
    package static func additiveScores(_ v: Vector, _ q: Vector, _ x: Matrix, into y: Vector) {
        assert(v.count == x.columns && q.count == x.columns && y.count == x.rows, "[\(x.rows), \(x.columns)]")
        InstructionSet.kernels.attention.additive_scores(
            x.rows, x.columns, v.pointer, q.pointer, x.pointer, x.rowStride, y.pointer)
    }

    /// Adds the gradients of `additiveScores` for dy to dv, dq and dx.
    package static func additiveScoresBackward(
        _ v: Vector, _ q: Vector, _ x: Matrix, _ dy: Vector, addingTo dv: Vector, _ dq: Vector, _ dx: Matrix
    ) {
        assert(dy.count == x.rows && dx.rows == x.rows && dv.count == v.count, "[\(x.rows), \(x.columns)]")
        InstructionSet.kernels.attention.additive_backward(
            x.rows, x.columns, v.pointer, q.pointer, x.pointer, x.rowStride, dy.pointer, dv.pointer, dq.pointer,
            dx.pointer, dx.rowStride)
    }

    /// x = softmax(x · scale) over the positions where the mask, nil: all, is not 0; exactly 0 elsewhere.
    package static func softmax(_ x: Vector, mask: Vector?, scale: Float) {
        assert(mask.map { $0.count >= x.count } ?? true, "a mask of \(mask?.count ?? 0) for \(x.count)")
        InstructionSet.kernels.attention.masked_softmax(x.count, mask?.pointer, scale, x.pointer)
    }

    /// d becomes dL/dx of p = softmax(x · scale), given dL/dp.
    package static func softmaxBackward(_ p: Vector, scale: Float, _ d: Vector) {
        assert(p.count == d.count, "\(d.count) gradients of \(p.count) shares")
        InstructionSet.kernels.attention.softmax_backward(p.count, p.pointer, scale, d.pointer)
    }

    /// y `[k]` += Σ_s w_s x_s; rows with w_s = 0 are not read.
    package static func addWeightedRows(_ w: Vector, _ x: Matrix, into y: Vector) {
        assert(w.count == x.rows && y.count == x.columns, "\(w.count) weights of [\(x.rows), \(x.columns)]")
        InstructionSet.kernels.attention.weighted_rows(
            x.rows, x.columns, w.pointer, x.pointer, x.rowStride, y.pointer)
    }

    /// y_s `[n, k]` += w_s x; rows with w_s = 0 are left alone.
    package static func addOuter(_ w: Vector, _ x: Vector, into y: Matrix) {
        assert(w.count == y.rows && x.count == y.columns, "\(w.count) weights into [\(y.rows), \(y.columns)]")
        InstructionSet.kernels.attention.add_outer(
            y.rows, y.columns, w.pointer, x.pointer, y.pointer, y.rowStride)
    }

    /// y = norm(x) · gain + bias over the rows of x `[rows, m]` (Ba, Kiros & Hinton 2016); `statistics` `[rows, 2]`.
    package static func normalise(
        _ x: Matrix, gain: Vector, bias: Vector, epsilon: Float, into y: Matrix, statistics: Matrix
    ) {
        assert(x.isContiguous && y.isContiguous && statistics.rows == x.rows, "a norm of [\(x.rows), \(x.columns)]")
        InstructionSet.kernels.attention.normalise_rows(
            x.rows, x.columns, x.pointer, gain.pointer, bias.pointer, epsilon, y.pointer, statistics.pointer)
    }

    /// Adds the gradients of `normalise` for dy to dx and to those of gain and bias.
    package static func normaliseBackward(
        _ x: Matrix, gain: Vector, statistics: Matrix, _ dy: Matrix, addingTo dx: Matrix, gainGradient: Vector,
        biasGradient: Vector
    ) {
        assert(x.isContiguous && dy.isContiguous && dx.isContiguous, "a norm of [\(x.rows), \(x.columns)]")
        InstructionSet.kernels.attention.normalise_rows_backward(
            x.rows, x.columns, x.pointer, gain.pointer, statistics.pointer, dy.pointer, dx.pointer,
            gainGradient.pointer, biasGradient.pointer)
    }

    /// y = φ(x): max(x, 0), or GELU (Hendrycks & Gimpel 2016).
    package static func activate(_ x: Vector, isRelu: Bool, into y: Vector) {
        assert(x.count == y.count, "\(x.count) floats into \(y.count)")
        InstructionSet.kernels.attention.feed_forward_activation(x.count, isRelu ? 1 : 0, x.pointer, y.pointer)
    }

    /// d becomes d · φ'(x).
    package static func activateBackward(_ x: Vector, isRelu: Bool, _ d: Vector) {
        assert(x.count == d.count, "\(x.count) floats, \(d.count) gradients")
        InstructionSet.kernels.attention.feed_forward_activation_backward(
            x.count, isRelu ? 1 : 0, x.pointer, d.pointer)
    }
}
