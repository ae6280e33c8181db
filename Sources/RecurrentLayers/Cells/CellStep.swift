import Kernels

/// Where one time step of R rows reads and writes.
struct CellStep {
    /// R.
    let rows: Int
    /// Row of the activations at which the step starts: t·B in a window.
    let first: Int
    /// `[R]`, or nil when each row is real.
    let mask: Vector?
    /// h_{t-1} and h_t, `[R, S]`; the same where the state is replaced in place.
    var previous: Matrix
    var current: Matrix
    /// What the first product read: h_{t-1}, or its copy with dropout.
    let read: Matrix
    /// c_{t-1} and c_t, `[R, H]`, of a cell that has it; likewise.
    let cellPrevious: Matrix
    let cell: Matrix
    /// Z `[R, G·H]`, replaced by the gates.
    let gates: Matrix
    /// W_hh h + b_hh `[R, G·H]` of a cell that keeps it apart.
    let hiddenGates: Matrix
    /// `[R, H]`: what the cell keeps for backward or for the product of its next stage.
    let kept: Matrix
    /// Of a normalised c.
    let norm: CellStateNorm?

    /// `count` of the rows from row `start` on.
    func rows(from start: Int, count: Int) -> CellStep {
        func part(_ matrix: Matrix) -> Matrix { matrix.rows(from: start, count: count) }
        return CellStep(
            rows: count, first: first + start, mask: mask?.elements(from: start, count: count),
            previous: part(previous), current: part(current), read: part(read), cellPrevious: part(cellPrevious),
            cell: part(cell), gates: part(gates), hiddenGates: part(hiddenGates), kept: part(kept),
            norm: norm?.rows(from: start, count: count))
    }

    /// Whether a row carries its state over.
    func isMasked(_ row: Int) -> Bool { mask.map { $0[row] == 0 } ?? false }
}

/// Layer normalisation of c before its tanh: gain ⊙ norm(c) + bias.
struct CellStateNorm {
    /// `[H]`
    let gain: Vector
    let bias: Vector
    /// `[R, H]` and `[R]`: norm(c), and 1 / √(variance + ε).
    let normalized: Matrix
    let inverse: Vector

    func rows(from start: Int, count: Int) -> CellStateNorm {
        CellStateNorm(
            gain: gain, bias: bias, normalized: normalized.rows(from: start, count: count),
            inverse: inverse.elements(from: start, count: count))
    }
}

/// The gradients that one time step reads and writes, beside its `CellStep`.
struct CellGradients {
    /// dL/dh_t `[R, H]`, replaced by what reaches h_{t-1} without passing a product.
    var hidden: Matrix
    /// dL/dc_t `[R, H]`, replaced by dL/dc_{t-1}.
    let cell: Matrix
    /// dZ `[R, G·H]`.
    let gates: Matrix
    /// dL/d(W_hh h + b_hh) `[R, G·H]`; dZ itself unless the cell has its own.
    let hiddenGates: Matrix
    /// dL/d(what the first product read) `[R, S]`, to be added to.
    let read: Matrix
    /// dL/d(`CellStep.kept`) `[R, H]` as the product of a later stage has made it.
    let kept: Matrix
    /// `[H]`: those of gain and bias of a normalised c, to be added to.
    let normGain: Vector?
    let normBias: Vector?
}
