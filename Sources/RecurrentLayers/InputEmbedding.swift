import CKernels
import Kernels

/// What turns the symbols of a sequence into the vectors that a layer reads; numbers pass as they are.
struct InputEmbedding {
    let input: NetworkSettings.Input
    /// Where the `[V, E]` weight lies in the flat parameters, for symbols.
    private let offset: Int

    init(_ input: NetworkSettings.Input, name: String, deviation: Double = 1, plan: inout ParameterPlan) {
        self.input = input
        if case .tokens(let vocabulary, let width) = input {
            offset = plan.add(name, [vocabulary, width], .normal(deviation: deviation))
        } else {
            offset = 0
        }
    }

    /// I or E.
    var width: Int {
        switch input {
        case .numeric(let channels): channels
        case .tokens(_, let embedding): embedding
        }
    }

    var isTokens: Bool { if case .tokens = input { true } else { false } }

    /// Copies rows of the embedding to `target`, whose rows are `ld` floats apart. Numbers are there already; of these,
    /// those too small for a product become zero.
    func forward(
        _ parameters: AlignedBuffer, _ tokens: UnsafePointer<Int32>, rows: Int,
        into target: UnsafeMutablePointer<Float>, ld: Int
    ) {
        guard case .tokens(let vocabulary, let width) = input else {
            return InstructionSet.kernels.flush(rows * self.width, target)
        }
        for row in 0..<rows {
            let token = Int(tokens[row])
            precondition(token >= 0 && token < vocabulary, "symbol \(token) of a vocabulary of \(vocabulary)")
            (target + row * ld).update(from: parameters.pointer + offset + token * width, count: width)
        }
    }

    /// Adds dL/d(rows) to the embedding's gradient, row by row.
    func backward(
        _ gradients: AlignedBuffer, _ tokens: UnsafePointer<Int32>, rows: Int, from d: UnsafePointer<Float>, ld: Int
    ) {
        guard case .tokens(_, let width) = input else { return }
        for row in 0..<rows {
            InstructionSet.kernels.add(width, d + row * ld, gradients.pointer + offset + Int(tokens[row]) * width)
        }
    }
}
