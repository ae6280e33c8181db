import CKernels
import Kernels

/// Gated recurrent unit with the reset gate before the product (Cho et al. 2014): a second product in each step.
///
///     r, z = σ(·)   of   W_ih x_t + b_ih + W_hh h_{t-1} + b_hh
///     n = tanh(W_in x_t + b_in + W_hn (r ⊙ h_{t-1}) + b_hn)        h_t = (1 − z) ⊙ n + z ⊙ h_{t-1}
///
/// What all GRUs share stands in `GRUCell`, which makes it.
struct GRUResetBeforeCell: RecurrentCell {
    static let name = GRUCell.name
    static let gates = GRUCell.gates
    static let normGroups = GRUCell.normGroups
    static let keepsHiddenProduct = GRUCell.keepsHiddenProduct

    static func make(_ settings: NetworkSettings) -> any RecurrentCell { GRUCell.make(settings) }

    /// r and z, then n.
    var stages: [Range<Int>] { [0..<2, 2..<3] }
    /// r ⊙ h_{t-1}.
    var keepsUnits: Bool { true }

    func forward(_ s: CellStep, stage: Int) {
        let kernels = InstructionSet.kernels
        if stage == 0 {
            kernels.gru_gates_forward(
                s.rows, s.kept.columns, s.gates.pointer, s.hiddenGates.pointer, s.mask?.pointer, s.read.pointer,
                s.read.rowStride, s.kept.pointer)
        } else {
            kernels.gru_candidate_forward(
                s.rows, s.kept.columns, s.gates.pointer, s.hiddenGates.pointer, s.mask?.pointer, s.previous.pointer,
                s.current.pointer, s.current.rowStride)
        }
    }

    func backward(_ s: CellStep, _ d: CellGradients, stage: Int) {
        let kernels = InstructionSet.kernels
        if stage == 0 {
            kernels.gru_gates_backward(
                s.rows, s.kept.columns, s.gates.pointer, s.mask?.pointer, s.read.pointer, s.read.rowStride,
                d.kept.pointer, d.read.pointer, d.gates.pointer)
        } else {
            kernels.gru_candidate_backward(
                s.rows, s.kept.columns, s.gates.pointer, s.mask?.pointer, s.previous.pointer, s.previous.rowStride,
                d.hidden.pointer, d.gates.pointer)
        }
    }
}
