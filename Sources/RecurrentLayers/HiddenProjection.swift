import Kernels

/// h = W_hr u: the projection of a cell's output u, o ⊙ tanh(c) of an LSTM, from H to P units (Sak, Senior & Beaufays
/// 2014). The cell does not know of it.
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
        forwardWeights.packTransposed(parameters, from: offset)
        if training { backwardWeights.packRows(parameters, from: offset) }
    }

    /// h_t `[R, P]` from `unprojected` `[R, H]`; a masked row carries h_{t-1} over, and its unprojected state is
    /// cleared.
    func forward(_ s: CellStep, _ unprojected: Matrix, scratch: AlignedBuffer) {
        for row in 0..<s.rows where s.isMasked(row) { unprojected[row].zero() }
        Product.multiply(unprojected, by: forwardWeights, start: .zero, into: s.current, scratch: scratch)
        for row in 0..<s.rows where s.isMasked(row) { s.current[row].assign(s.previous[row]) }
    }

    /// dL/d(unprojected) `[R, H]` from dL/dh_t `[R, P]`, which moves to `record` where the row is real: what stays of
    /// it skips a masked step.
    func backward(_ s: CellStep, _ dh: Matrix, record: Matrix, into gradient: Matrix, scratch: AlignedBuffer) {
        record.zero()
        for row in 0..<s.rows where !s.isMasked(row) {
            record[row].assign(dh[row])
            dh[row].zero()
        }
        Product.multiply(record, by: backwardWeights, start: .zero, into: gradient, scratch: scratch)
    }

    /// dL/dW_hr += recordᵀ · unprojected over the window's rows.
    func addWeightGradient(
        _ record: Matrix, unprojected: Matrix, gradients: AlignedBuffer, panels: AlignedBuffer, scratch: AlignedBuffer
    ) {
        let weight = gradients.vector(from: offset, count: outputs * hidden).matrix(rows: outputs, columns: hidden)
        Product.accumulateTransposed(record, unprojected, into: weight, panels: panels, scratch: scratch)
    }
}
