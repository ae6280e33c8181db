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
    ///   - halves: keeps packed weights in halves: for serving.
    init(inputs: Int, outputs: Int, weight: Int, bias: Int?, halves: Bool = false) {
        self.inputs = inputs
        self.outputs = outputs
        self.weight = weight
        biasOffset = bias
        self.bias = AlignedBuffer(count: bias == nil ? 0 : outputs)
        forwardWeights = PackedMatrix(depth: inputs, columns: outputs, halves: halves)
        backwardWeights = PackedMatrix(depth: outputs, columns: inputs)
    }

    /// Bytes of the weights that forward reads.
    var sizeBytes: Int { forwardWeights.sizeBytes }

    /// What takes the parameters over, in calls that may run at once; `training` packs what only backward needs too.
    func packing(_ parameters: AlignedBuffer, training: Bool) -> [() -> Void] {
        var pieces = forwardWeights.packPieces(parameters, from: weight, transposed: true)
        if training { pieces += backwardWeights.packPieces(parameters, from: weight, transposed: false) }
        guard let biasOffset else { return pieces }
        return pieces + [
            { [bias, outputs] in bias.all.assign(parameters.vector(from: biasOffset, count: outputs)) }
        ]
    }

    /// Writes the bias `[O]` into the parameters; to be packed.
    func setBias(_ values: [Float], _ parameters: AlignedBuffer) {
        precondition(values.count == bias.count, "\(values.count) biases for \(bias.count) outputs")
        guard let biasOffset else { return }
        for (index, value) in values.enumerated() { parameters[biasOffset + index] = value }
    }

    private var start: Product.Start { Product.start(at: biasOffset == nil ? nil : bias.all) }

    /// y `[R, O]` of x `[R, I]`.
    ///
    /// - Parameter pool: shares the work of a large product by columns.
    func forward(_ x: Matrix, into y: Matrix, pool: ComputePool? = nil, scratch: AlignedBuffer) {
        let parts = StepParts(pool: pool, columns: outputs, multiplications: x.rows * inputs * outputs)
        guard let pool, parts.count > 1 else {
            return Product.multiply(x, by: forwardWeights, start: start, into: y, scratch: scratch)
        }
        pool.forEachIfFree(parts.count, with: (self, x, y, parts, scratch)) { context, part in
            let (layer, x, y, parts, scratch) = context
            Product.multiply(
                x, by: layer.forwardWeights, columns: parts[part], start: layer.start, into: y, scratch: scratch)
        }
    }

    /// dx `[R, I]` from dy `[R, O]`; `start` replaces it or adds to it.
    func inputGradient(_ dy: Matrix, into dx: Matrix, start: Product.Start = .zero, scratch: AlignedBuffer) {
        Product.multiply(dy, by: backwardWeights, start: start, into: dx, scratch: scratch)
    }

    /// Adds dW and db of x `[R, I]` and dy `[R, O]`.
    func weightGradients(
        _ x: Matrix, _ dy: Matrix, gradients: AlignedBuffer, panels: AlignedBuffer, scratch: AlignedBuffer
    ) {
        let dw = gradients.vector(from: weight, count: outputs * inputs).matrix(rows: outputs, columns: inputs)
        Product.accumulateTransposed(dy, x, into: dw, panels: panels, scratch: scratch)
        guard let biasOffset else { return }
        gradients.vector(from: biasOffset, count: outputs).addRows(dy)
    }
}
