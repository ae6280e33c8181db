package import Kernels

/// Input (numbers or embedded symbols) → L recurrent layers, each in one or two directions → dense head.
///
/// The parameters live in one flat buffer; `repack` takes them over into the layouts that the kernels read. Forward,
/// backward and step only read the network, each with a workspace of its own: many threads may run them at once, as
/// long as none repacks.
// SAFETY: see above; only `parameters` and `repack` mutate, and only while the owner knows of no reader.
package final class RecurrentNetwork: @unchecked Sendable {
    package let settings: NetworkSettings
    package let packed: PackedParameters

    var layout: ParameterLayout { packed.layout }
    /// `[L][D]`
    let layers: [[RecurrentLayer]]
    /// W_headᵀ for forward, W_head for backward.
    let headForward: PackedMatrix
    let headBackward: PackedMatrix

    /// Fresh parameters, drawn from `seed`.
    package convenience init(settings: NetworkSettings, seed: UInt64) {
        self.init(settings, training: true)
        layout.initialise(parameters, settings: settings, seed: seed)
        repack()
    }

    /// Given parameters. With `training` false, nothing is packed that only backward needs.
    ///
    /// - Throws: `ModelError` naming the tensor that does not fit.
    package convenience init(settings: NetworkSettings, tensors: [NamedTensor], training: Bool = true) throws(ModelError) {
        self.init(settings, training: training)
        try assign(tensors)
    }

    private init(_ settings: NetworkSettings, training: Bool) {
        precondition(
            settings.layers > 0 && settings.hidden > 0 && settings.outputs > 0 && settings.inputWidth > 0,
            "a network of \(settings)")
        precondition(
            settings.projection == 0 || settings.cell == .lstm && (1..<settings.hidden).contains(settings.projection),
            "a projection needs an LSTM and 0 < P < H: \(settings)")
        precondition(!settings.tied || settings.canTie, "tied weights need E = D·S and O = V: \(settings)")
        self.settings = settings
        let layout = ParameterLayout(settings)
        let parameters = AlignedBuffer(count: layout.count)
        layers = (0..<settings.layers).map { layer in
            (0..<settings.directions).map { direction in
                RecurrentLayer(
                    settings: settings, layer: layer, direction: direction, offsets: layout.recurrent[layer][direction])
            }
        }
        headForward = PackedMatrix(depth: settings.width, columns: settings.outputs)
        headBackward = PackedMatrix(depth: settings.outputs, columns: settings.width)
        let head = parameters.pointer + layout.headWeight
        let packing =
            layers.joined().map { layer in { layer.pack(parameters, training: training) } }
            + headForward.packPieces(head, transposed: true) + (training ? headBackward.packPieces(head, transposed: false) : [])
        packed = PackedParameters(buffer: parameters, layout: layout, packing: packing)
    }

    /// Sets the head's bias `[O]`, for instance to the log-frequencies of the classes, and repacks.
    package func setHeadBias(_ values: [Float]) {
        precondition(values.count == settings.outputs, "\(values.count) biases for \(settings.outputs) outputs")
        for (index, value) in values.enumerated() { parameters.pointer[layout.headBias + index] = value }
        repack()
    }

    /// Copies rows of the embedding `[V, E]` to `target` `[rows, E]`.
    func embed(_ tokens: UnsafePointer<Int32>, rows: Int, into target: UnsafeMutablePointer<Float>) {
        guard case .tokens(let vocabulary, let width) = settings.input else { return }
        for row in 0..<rows {
            let token = Int(tokens[row])
            precondition(token >= 0 && token < vocabulary, "symbol \(token) of a vocabulary of \(vocabulary)")
            (target + row * width).update(from: parameters.pointer + layout.embedding + token * width, count: width)
        }
    }
}
