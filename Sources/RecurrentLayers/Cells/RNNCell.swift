import CKernels
import Kernels

/// The simple recurrent network (Elman 1990), h_t = φ(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh); φ: tanh, sigmoid, relu.
struct RNNCell: RecurrentCell {
    static let name = "rnn"
    /// The state itself, whatever φ: nothing opens or shuts.
    static let gates = [CellGate(name: "h", isSigmoid: false)]
    static let interchange: CellInterchange? = CellInterchange(
        onnxOperator: "RNN", onnxOrder: [0],
        onnxAttributes: {
            [("activations", .strings(.init(repeating: $0.activation.onnxName, count: $0.bidirectional ? 2 : 1)))]
        }, kerasOrder: [0])

    static func make(_ settings: NetworkSettings) -> any RecurrentCell { RNNCell(activation: settings.activation) }

    /// φ.
    let activation: Activation

    func forward(_ s: CellStep, stage: Int) {
        InstructionSet.kernels.rnn_forward(
            s.rows, s.current.columns, s.gates.pointer, activation.code, s.mask?.pointer, s.previous.pointer,
            s.current.pointer, s.current.rowStride)
    }

    func backward(_ s: CellStep, _ d: CellGradients, stage: Int) {
        InstructionSet.kernels.rnn_backward(
            s.rows, s.current.columns, s.current.pointer, s.current.rowStride, activation.code, s.mask?.pointer,
            d.hidden.pointer, d.gates.pointer)
    }
}

extension CellKind {
    /// The simple recurrent network.
    package static let rnn = CellKind(RNNCell.self)
}

/// φ_h of an `rnn` cell; the gated cells keep their own.
package enum Activation: String, Codable, Sendable, CaseIterable {
    case tanh, sigmoid, relu

    /// As `CKernels` counts them.
    var code: Int32 {
        switch self {
        case .tanh: 0
        case .sigmoid: 1
        case .relu: 2
        }
    }

    fileprivate var onnxName: String {
        switch self {
        case .tanh: "Tanh"
        case .sigmoid: "Sigmoid"
        case .relu: "Relu"
        }
    }
}
