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
        let weight = UnsafePointer(parameters.pointer + weightOffset)
        forwardWeights.packTransposed(weight)
        if training { backwardWeights.packRows(weight) }
        for (_, norm) in norms { norm.pack(parameters) }
    }

    /// gates = bias + product, or gates += product where `bias` is nil.
    ///
    /// - Parameters:
    ///   - first: row of the window's activations at which these rows start: t·B.
    ///   - bias: `[G·H]`. - gates: `[R, G·H]`, of which the columns of this product are written.
    func forward(
        rows: Int, first: Int, _ x: UnsafePointer<Float>, rowStride: Int, bias: UnsafePointer<Float>?,
        into gates: UnsafeMutablePointer<Float>, _ a: NormActivations, scratch: AlignedBuffer
    ) {
        let column = columns.lowerBound
        let isNormed = !norms.isEmpty
        let target = isNormed ? a.values.pointer + first * rowLength : gates
        let start = isNormed ? Product.Start.zero : bias.map { .bias($0 + column) } ?? .accumulate
        Product.multiply(
            rows: rows, x, rowStride: rowStride, by: forwardWeights, start: start, into: target + column,
            ldc: rowLength,
            scratch: scratch)
        for (group, norm) in norms {
            norm.forward(rows: rows, first: first, a, group: group, bias: bias, into: gates, rowLength: rowLength)
        }
    }

    /// Some columns of `forward` without a norm: parts that may run at once.
    ///
    /// - Parameter part: from a multiple of `PackedMatrix.panel` on.
    func forward(
        rows: Int, columns part: Range<Int>, _ x: UnsafePointer<Float>, rowStride: Int, bias: UnsafePointer<Float>?,
        into gates: UnsafeMutablePointer<Float>, scratch: AlignedBuffer
    ) {
        precondition(
            norms.isEmpty && columns.lowerBound == 0, "a part of a product that is normalised, or a part already")
        Product.multiply(
            rows: rows, x, rowStride: rowStride, by: forwardWeights, columns: part,
            start: bias.map { .bias($0) } ?? .accumulate,
            into: gates, ldc: rowLength, scratch: scratch)
    }

    /// Bytes of the weights that forward reads.
    var sizeBytes: Int { forwardWeights.sizeBytes }

    /// dL/d(the product itself) `[R, G·H]` from dL/dgates; adds the gradients of the gains. Without a norm they are the
    /// same.
    func productGradient(
        rows: Int, first: Int, gates dGates: UnsafePointer<Float>, _ a: NormActivations, gradients: AlignedBuffer
    ) -> UnsafePointer<Float> {
        guard !norms.isEmpty else { return dGates }
        for (group, norm) in norms {
            norm.backward(
                rows: rows, first: first, a, group: group, gradient: dGates, rowLength: rowLength, gradients: gradients)
        }
        return UnsafePointer(a.values.pointer + first * rowLength)
    }

    /// dL/dx `[R, K]` from the product's gradient `[R, G·H]`.
    func inputGradient(
        rows: Int, _ product: UnsafePointer<Float>, start: Product.Start, into dx: UnsafeMutablePointer<Float>,
        scratch: AlignedBuffer
    ) {
        Product.multiply(
            rows: rows, product + columns.lowerBound, rowStride: rowLength, by: backwardWeights, start: start, into: dx,
            ldc: inputs, scratch: scratch)
    }

    /// dL/dW += (the product's gradient)ᵀ · x over `rows` rows.
    func addWeightGradient(
        rows: Int, _ product: UnsafePointer<Float>, _ x: UnsafePointer<Float>, rowStride: Int, gradients: AlignedBuffer,
        panels: AlignedBuffer, scratch: AlignedBuffer
    ) {
        Product.accumulateTransposed(
            depth: rows, product + columns.lowerBound, rows: columns.count, lda: rowLength, x, columns: inputs,
            ldb: rowStride,
            into: gradients.pointer + weightOffset, ldc: inputs, panels: panels, scratch: scratch)
    }
}
