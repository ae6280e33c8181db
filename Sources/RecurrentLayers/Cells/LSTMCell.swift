import CKernels
import Kernels

/// Long short-term memory (Hochreiter & Schmidhuber 1997) with the forget gate of Gers et al. 2000; no peepholes.
///
///     i, f, o = σ(·)   g = tanh(·)   of   W_ih x_t + b_ih + W_hh h_{t-1} + b_hh
///     c_t = f ⊙ c_{t-1} + i ⊙ g        h_t = o ⊙ tanh(c_t)
struct LSTMCell: RecurrentCell {
    static let name = "lstm"
    static let gates = [
        CellGate(name: "i", isSigmoid: true), CellGate(name: "f", isSigmoid: true),
        CellGate(name: "g", isSigmoid: false), CellGate(name: "o", isSigmoid: true),
    ]
    static let hasCellState = true
    static let canProject = true
    /// c and tanh(c).
    static let floatsPerUnit = (reading: 2, training: 2)
    /// ONNX has i, o, f, c.
    static let interchange: CellInterchange? = CellInterchange(
        onnxOperator: "LSTM", onnxOrder: [0, 3, 1, 2], onnxAttributes: { _ in [] }, kerasOrder: [0, 1, 2, 3])

    /// One for the forget gate (Jozefowicz et al. 2015).
    static func initialBias(gate: Int) -> Float { gate == 1 ? 1 : 0 }

    /// log(lag) for the forget gate, its negative for the input gate.
    static func chronoBias(gate: Int, lag: Double) -> Float? {
        let bias = Float(PortableMath.log(max(lag, 1)))
        return gate == 1 ? bias : gate == 0 ? -bias : nil
    }

    static func make(_ settings: NetworkSettings) -> any RecurrentCell { LSTMCell() }

    /// tanh(c).
    var keepsUnits: Bool { true }

    func forward(_ s: CellStep, stage: Int) {
        let kernels = InstructionSet.kernels
        guard let norm = s.norm else {
            return kernels.lstm_forward(
                s.rows, s.cell.columns, s.gates.pointer, s.mask?.pointer, s.cellPrevious.pointer, s.previous.pointer,
                s.cell.pointer, s.kept.pointer, s.current.pointer, s.current.rowStride)
        }
        kernels.lstm_norm_forward(
            s.rows, s.cell.columns, s.gates.pointer, s.mask?.pointer, s.cellPrevious.pointer, s.previous.pointer,
            s.cell.pointer, norm.gain.pointer, norm.bias.pointer, norm.normalized.pointer, norm.inverse.pointer,
            s.kept.pointer, s.current.pointer, s.current.rowStride)
    }

    func backward(_ s: CellStep, _ d: CellGradients, stage: Int) {
        let kernels = InstructionSet.kernels
        guard let norm = s.norm, let gain = d.normGain, let bias = d.normBias else {
            return kernels.lstm_backward(
                s.rows, s.cell.columns, s.gates.pointer, s.mask?.pointer, s.cellPrevious.pointer, s.kept.pointer,
                d.hidden.pointer, d.cell.pointer, d.gates.pointer)
        }
        kernels.lstm_norm_backward(
            s.rows, s.cell.columns, s.gates.pointer, s.mask?.pointer, s.cellPrevious.pointer, s.kept.pointer,
            norm.gain.pointer, norm.normalized.pointer, norm.inverse.pointer, d.hidden.pointer, d.cell.pointer,
            d.gates.pointer, gain.pointer, bias.pointer)
    }
}

extension CellKind {
    /// Long short-term memory.
    package static let lstm = CellKind(LSTMCell.self)
}
