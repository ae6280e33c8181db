import Kernels

/// The product of an input `[R, K]` with rows of a weight W `[G·H, K]`, on its way to the gates `[R, G·H]`: as it is,
/// or layer-normalised.
struct GateProduct {
    /// The rows of W, which are columns of the gates.
    let columns: Range<Int>
    /// K.
    let inputs: Int
    /// G·H.
    let rowLength: Int
    /// The norms of these columns, by their group; empty: none.
    let norms: [(group: Int, norm: LayerNorm)]
    /// Where the first of the rows lies among the parameters, and in their gradients.
    private let weightOffset: Int
    /// Wᵀ for forward, W for backward.
    private let forwardWeights: PackedMatrix
    private let backwardWeights: PackedMatrix

    /// - Parameters:
    ///   - weightOffset: of the whole W. - gainOffset: of the gain `[G·H]` of its norm, if it has one.
    init(
        columns: Range<Int>, inputs: Int, rowLength: Int, weightOffset: Int, normGroups: [Range<Int>], gainOffset: Int?,
        halves: Bool
    ) {
        self.columns = columns
        self.inputs = inputs
        self.rowLength = rowLength
        self.weightOffset = weightOffset + columns.lowerBound * inputs
        norms = normGroups.enumerated().compactMap { group, range in
            guard let gainOffset, columns.contains(range.lowerBound) else { return nil }
            return (group, LayerNorm(columns: range, gainOffset: gainOffset))
        }
        forwardWeights = PackedMatrix(depth: inputs, columns: columns.count, halves: halves)
        backwardWeights = PackedMatrix(depth: columns.count, columns: inputs)
    }

    func pack(_ parameters: AlignedBuffer, training: Bool) {
        forwardWeights.packTransposed(parameters, from: weightOffset)
        if training { backwardWeights.packRows(parameters, from: weightOffset) }
        for (_, norm) in norms { norm.pack(parameters) }
    }

    /// This product's columns of rows of gates.
    private func part(_ gates: Matrix) -> Matrix { gates.columns(from: columns.lowerBound, count: columns.count) }

    /// gates = bias + product, or gates += product where `bias` is nil.
    ///
    /// - Parameters:
    ///   - x: `[R, K]`.
    ///   - first: row of the window's activations at which these rows start: t·B.
    ///   - bias: `[G·H]`. - gates: `[R, G·H]`, of which the columns of this product are written.
    func forward(
        _ x: Matrix, first: Int, bias: Vector?, into gates: Matrix, _ a: NormActivations, scratch: AlignedBuffer
    ) {
        guard !norms.isEmpty else {
            let start = Product.start(
                at: bias?.elements(from: columns.lowerBound, count: columns.count), orAdd: ())
            return Product.multiply(x, by: forwardWeights, start: start, into: part(gates), scratch: scratch)
        }
        Product.multiply(
            x, by: forwardWeights, start: .zero, into: part(a.rows(from: first, count: x.rows)), scratch: scratch)
        for (group, norm) in norms { norm.forward(a, first: first, group: group, bias: bias, into: gates) }
    }

    /// Some columns of `forward` without a norm: parts that may run at once.
    ///
    /// - Parameter part: from a multiple of `PackedMatrix.panel` on.
    func forward(_ x: Matrix, columns part: Range<Int>, bias: Vector?, into gates: Matrix, scratch: AlignedBuffer) {
        precondition(
            norms.isEmpty && columns.lowerBound == 0, "a part of a product that is normalised, or a part already")
        Product.multiply(
            x, by: forwardWeights, columns: part, start: Product.start(at: bias, orAdd: ()), into: self.part(gates),
            scratch: scratch)
    }

    /// Bytes of the weights that forward reads.
    var sizeBytes: Int { forwardWeights.sizeBytes }

    /// dL/d(the product itself) `[R, G·H]` from dL/dgates; adds the gradients of the gains. Without a norm they are the
    /// same.
    func productGradient(
        _ dGates: Matrix, first: Int, _ a: NormActivations, gradients: AlignedBuffer
    ) -> Matrix {
        guard !norms.isEmpty else { return dGates }
        for (group, norm) in norms {
            norm.backward(a, first: first, group: group, gradient: dGates, gradients: gradients)
        }
        return a.rows(from: first, count: dGates.rows)
    }

    /// dL/dx `[R, K]` from the product's gradient `[R, G·H]`.
    func inputGradient(_ product: Matrix, start: Product.Start, into dx: Matrix, scratch: AlignedBuffer) {
        Product.multiply(part(product), by: backwardWeights, start: start, into: dx, scratch: scratch)
    }

    /// dL/dW += (the product's gradient)ᵀ · x over their rows.
    func addWeightGradient(
        _ product: Matrix, _ x: Matrix, gradients: AlignedBuffer, panels: AlignedBuffer, scratch: AlignedBuffer
    ) {
        let weight = gradients.vector(from: weightOffset, count: columns.count * inputs)
        Product.accumulateTransposed(
            part(product), x, into: weight.matrix(rows: columns.count, columns: inputs), panels: panels,
            scratch: scratch)
    }
}
