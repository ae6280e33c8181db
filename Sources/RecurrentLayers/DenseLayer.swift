import CKernels
import Kernels

/// y = x·Wᵀ + b with W `[O, I]`: packed weights, forward, and the two halves of backward.
final class DenseLayer {
    /// I.
    let inputs: Int
    /// O.
    let outputs: Int
    private let weight: Int
    private let biasOffset: Int?
    private let bias: AlignedBuffer
    private let forwardWeights: PackedMatrix
    private let backwardWeights: PackedMatrix

    /// - Parameters:
    ///   - weight, bias: where they lie in the network's flat parameters; nil for a layer without bias.
    init(inputs: Int, outputs: Int, weight: Int, bias: Int?) {
        self.inputs = inputs
        self.outputs = outputs
        self.weight = weight
        biasOffset = bias
        self.bias = AlignedBuffer(count: bias == nil ? 0 : outputs)
        forwardWeights = PackedMatrix(depth: inputs, columns: outputs)
        backwardWeights = PackedMatrix(depth: outputs, columns: inputs)
    }

    /// What takes the parameters over, in calls that may run at once; `training` packs what only backward needs too.
    func packing(_ parameters: AlignedBuffer, training: Bool) -> [() -> Void] {
        let weights = parameters.pointer + weight
        var pieces = forwardWeights.packPieces(weights, transposed: true)
        if training { pieces += backwardWeights.packPieces(weights, transposed: false) }
        guard let biasOffset else { return pieces }
        return pieces + [
            { [bias, outputs] in bias.pointer.update(from: parameters.pointer + biasOffset, count: outputs) }
        ]
    }

    /// Writes the bias `[O]` into the parameters; to be packed.
    func setBias(_ values: [Float], _ parameters: AlignedBuffer) {
        precondition(values.count == bias.count, "\(values.count) biases for \(bias.count) outputs")
        guard let biasOffset else { return }
        for (index, value) in values.enumerated() { parameters.pointer[biasOffset + index] = value }
    }

    /// y `[rows, O]` of x `[rows, I]` (row length `ldx`, I unless given).
    func forward(
        rows: Int, _ x: UnsafePointer<Float>, ldx: Int? = nil, into y: UnsafeMutablePointer<Float>,
        scratch: AlignedBuffer
    ) {
        Product.multiply(
            rows: rows, x, rowStride: ldx ?? inputs, by: forwardWeights,
            start: biasOffset == nil ? .zero : .bias(bias.pointer), into: y, ldc: outputs, scratch: scratch)
    }

    /// dx `[rows, I]` from dy `[rows, O]`; `start` replaces it or adds to it.
    func inputGradient(
        rows: Int, _ dy: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>, start: Product.Start = .zero,
        scratch: AlignedBuffer
    ) {
        Product.multiply(
            rows: rows, dy, rowStride: outputs, by: backwardWeights, start: start, into: dx, ldc: inputs,
            scratch: scratch)
    }

    /// Adds dW and db of x `[rows, I]` and dy `[rows, O]`.
    func weightGradients(
        rows: Int, _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, gradients: AlignedBuffer,
        panels: AlignedBuffer,
        scratch: AlignedBuffer
    ) {
        Product.accumulateTransposed(
            depth: rows, dy, rows: outputs, lda: outputs, x, columns: inputs, ldb: inputs,
            into: gradients.pointer + weight,
            ldc: inputs, panels: panels, scratch: scratch)
        guard let biasOffset else { return }
        InstructionSet.kernels.add_rows(rows, outputs, dy, gradients.pointer + biasOffset)
    }
}
