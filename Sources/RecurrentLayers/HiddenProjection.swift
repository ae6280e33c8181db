import Kernels

/// h = W_hr (o ⊙ tanh c): the projection of an LSTM's state from H to P units (Sak, Senior & Beaufays 2014).
struct HiddenProjection {
    /// H and P.
    let hidden: Int
    let outputs: Int
    private let offset: Int
    private let forwardWeights: PackedMatrix
    private let backwardWeights: PackedMatrix

    /// - Parameter offset: of W_hr `[P, H]` among the parameters.
    init(hidden: Int, outputs: Int, offset: Int, halves: Bool) {
        self.hidden = hidden
        self.outputs = outputs
        self.offset = offset
        forwardWeights = PackedMatrix(depth: hidden, columns: outputs, halves: halves)
        backwardWeights = PackedMatrix(depth: outputs, columns: hidden)
    }

    /// Bytes of the weights that forward reads.
    var sizeBytes: Int { forwardWeights.sizeBytes }

    func pack(_ parameters: AlignedBuffer, training: Bool) {
        forwardWeights.packTransposed(parameters.pointer + offset)
        if training { backwardWeights.packRows(parameters.pointer + offset) }
    }

    /// h_t `[R, P]` from `unprojected` `[R, H]`; a masked row carries h_{t-1} over, and its unprojected state is
    /// cleared.
    func forward(_ s: CellStep, _ unprojected: UnsafeMutablePointer<Float>, scratch: AlignedBuffer) {
        for row in 0..<s.rows where s.isMasked(row) { (unprojected + row * hidden).update(repeating: 0, count: hidden) }
        Product.multiply(
            rows: s.rows, unprojected, rowStride: hidden, by: forwardWeights, start: .zero, into: s.current,
            ldc: s.width,
            scratch: scratch)
        for row in 0..<s.rows where s.isMasked(row) {
            (s.current + row * s.width).update(from: s.previous + row * s.width, count: outputs)
        }
    }

    /// dL/d(unprojected) `[R, H]` from dL/dh_t `[R, P]`, which moves to `record` where the row is real: what stays of
    /// it skips a masked step.
    func backward(
        _ s: CellStep, _ dh: UnsafeMutablePointer<Float>, record: UnsafeMutablePointer<Float>,
        into gradient: UnsafeMutablePointer<Float>, scratch: AlignedBuffer
    ) {
        record.update(repeating: 0, count: s.rows * outputs)
        for row in 0..<s.rows where !s.isMasked(row) {
            (record + row * outputs).update(from: dh + row * outputs, count: outputs)
            (dh + row * outputs).update(repeating: 0, count: outputs)
        }
        Product.multiply(
            rows: s.rows, record, rowStride: outputs, by: backwardWeights, start: .zero, into: gradient, ldc: hidden,
            scratch: scratch)
    }

    /// dL/dW_hr += recordᵀ · unprojected over the window's rows.
    func addWeightGradient(
        rows: Int, record: UnsafePointer<Float>, unprojected: UnsafePointer<Float>, gradients: AlignedBuffer,
        panels: AlignedBuffer, scratch: AlignedBuffer
    ) {
        Product.accumulateTransposed(
            depth: rows, record, rows: outputs, lda: outputs, unprojected, columns: hidden, ldb: hidden,
            into: gradients.pointer + offset, ldc: hidden, panels: panels, scratch: scratch)
    }
}
