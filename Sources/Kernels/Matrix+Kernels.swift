import CKernels

/// Element-wise kernels on views.
extension Vector {
    /// += x.
    package func add(_ x: Vector) {
        assert(count == x.count, "\(x.count) floats onto \(count)")
        InstructionSet.kernels.add(count, x.pointer, pointer)
    }

    /// = 0 where a magnitude is below the least.
    package func flush() { InstructionSet.kernels.flush(count, pointer) }

    /// += x, and x = 0: the sum of parts that begin anew.
    package func take(_ x: Vector) {
        assert(count == x.count, "\(x.count) floats onto \(count)")
        InstructionSet.kernels.take(count, x.pointer, pointer)
    }

    /// += the sum of the rows of x `[rows, count]`: the gradient of a bias.
    package func addRows(_ x: Matrix) {
        assert(x.columns == count && x.isContiguous, "rows of \(x.columns) floats onto \(count)")
        InstructionSet.kernels.add_rows(x.rows, count, x.pointer, pointer)
    }

    /// *= factor.
    package func scale(by factor: Float) { InstructionSet.kernels.scale(count, factor, pointer) }

    /// = tanh of itself.
    package func replaceByTanh() { InstructionSet.kernels.map_tanh(count, pointer, pointer) }

    /// Gradient of `replaceByTanh`: d becomes dx = d · (1 − y²) of this y.
    ///
    /// - Parameter d: overwritten.
    package func tanhBackward(_ d: Vector, into dx: Vector) {
        assert(d.count == count && dx.count == count, "\(d.count) gradients of \(count)")
        InstructionSet.kernels.rnn_backward(1, count, pointer, count, 0, nil, d.pointer, dx.pointer)
    }

    /// = x · keep / (1 − rate), where `key` and an element's place draw what is kept; x may be this view.
    package func dropOut(_ x: Vector, rate: Float, key: UInt64) {
        assert(count == x.count, "\(x.count) floats into \(count)")
        InstructionSet.kernels.dropout(count, key, 1 - rate, x.pointer, pointer)
    }
}

extension Matrix {
    /// Elements too small for a product (`flush` of CKernels.h) become zero.
    package func flush() {
        if isContiguous { return InstructionSet.kernels.flush(rows * columns, pointer) }
        for row in 0..<rows { InstructionSet.kernels.flush(columns, self[row].pointer) }
    }

    /// += x, a view of the same shape.
    package func add(_ x: Matrix) {
        assert(rows == x.rows && columns == x.columns, "[\(x.rows), \(x.columns)] onto [\(rows), \(columns)]")
        InstructionSet.kernels.add_matrix(rows, columns, x.pointer, x.rowStride, pointer, rowStride)
    }

    /// Layer normalisation (Ba, Kiros & Hinton 2016): the rows become normalised, and y = gain ⊙ rows + bias, or y +=
    /// gain ⊙ rows where there is no bias. `inverse` `[rows]` becomes 1 / √(variance + ε).
    package func normalise(gain: Vector, bias: Vector?, into y: Matrix, inverse: Vector) {
        assert(
            y.rowStride == rowStride && inverse.count == rows && gain.count == columns,
            "a norm of [\(rows), \(columns)]")
        InstructionSet.kernels.layer_norm_forward(
            rows, columns, pointer, gain.pointer, bias?.pointer, y.pointer, rowStride, inverse.pointer)
    }

    /// The normalised rows become dL/dx, given dL/dy; `gainGradient` is added to.
    package func normaliseBackward(gain: Vector, gradient dy: Matrix, inverse: Vector, gainGradient: Vector) {
        assert(dy.rowStride == rowStride && inverse.count == rows, "a norm of [\(rows), \(columns)]")
        InstructionSet.kernels.layer_norm_backward(
            rows, columns, dy.pointer, gain.pointer, inverse.pointer, pointer, rowStride, gainGradient.pointer)
    }
}
