import CKernels
import Kernels

/// Gated recurrent unit with the reset gate after the product, as PyTorch and cuDNN.
///
///     r, z = σ(·)   of   W_ih x_t + b_ih + W_hh h_{t-1} + b_hh
///     n = tanh(W_in x_t + b_in + r ⊙ (W_hn h_{t-1} + b_hn))        h_t = (1 − z) ⊙ n + z ⊙ h_{t-1}
struct GRUCell: RecurrentCell {
    static let name = "gru"
    static let gates = [
        CellGate(name: "r", isSigmoid: true), CellGate(name: "z", isSigmoid: true),
        CellGate(name: "n", isSigmoid: false),
    ]
    /// The candidate on its own: its product with h may come later.
    static let normGroups = [0..<2, 2..<3]
    static let keepsHiddenProduct = true
    /// W_hh h, and its gradient.
    static let floatsPerUnit = (reading: 3, training: 6)
    /// ONNX has z, r, h; Keras z, r, h too.
    static let interchange: CellInterchange? = CellInterchange(
        onnxOperator: "GRU", onnxOrder: [1, 0, 2],
        onnxAttributes: { [("linear_before_reset", .integer($0.gruReset == .after ? 1 : 0))] }, kerasOrder: [1, 0, 2])

    static func make(_ settings: NetworkSettings) -> any RecurrentCell {
        settings.gruReset == .before ? GRUResetBeforeCell() : GRUCell()
    }

    var hasOwnHiddenGradient: Bool { true }

    func forward(_ s: CellStep, stage: Int) {
        InstructionSet.kernels.gru_forward(
            s.rows, s.current.columns, s.gates.pointer, s.hiddenGates.pointer, s.mask?.pointer, s.previous.pointer,
            s.current.pointer, s.current.rowStride)
    }

    func backward(_ s: CellStep, _ d: CellGradients, stage: Int) {
        InstructionSet.kernels.gru_backward(
            s.rows, s.current.columns, s.gates.pointer, s.hiddenGates.pointer, s.mask?.pointer, s.previous.pointer,
            s.previous.rowStride, d.hidden.pointer, d.gates.pointer, d.hiddenGates.pointer)
    }
}

extension CellKind {
    /// The gated recurrent unit; `NetworkSettings.gruReset` says which.
    package static let gru = CellKind(GRUCell.self)
}
