import CKernels
package import Kernels

/// Input (numbers or embedded symbols) → L recurrent layers, each in one or two directions → dense head.
///
/// The parameters live in one flat buffer; `repack` takes them over into the layouts that the kernels read. Forward,
/// backward and step only read the network, each with a workspace of its own: many threads may run them at once, as
/// long as none repacks.
// SAFETY: see above; only `parameters` and `repack` mutate, and only while the owner knows of no reader.
package final class RecurrentNetwork: @unchecked Sendable {
    /// Its shape.
    package let settings: NetworkSettings
    /// The parameters, and their copies in the layout of the kernels.
    package let packed: PackedParameters

    var layout: ParameterLayout { packed.layout }
    /// `[L][D]`
    let layers: [[RecurrentLayer]]
    /// W_headᵀ for forward, W_head for backward.
    let headForward: PackedMatrix
    let headBackward: PackedMatrix
    /// Of a network that only predicts; nil: alone.
    let pool: ComputePool?
    /// By direction, what the first layer makes of each symbol; empty while training, and where they would be too
    /// large.
    private(set) var inputTables: [InputTable] = []

    /// Fresh parameters, drawn from `seed`.
    package convenience init(settings: NetworkSettings, seed: UInt64) {
        self.init(settings, training: true)
        layout.initialise(parameters, settings: settings, seed: seed)
        repack()
    }

    /// Given parameters. With `training` false, nothing is packed that only backward needs.
    ///
    /// - Throws: `ModelError` naming the tensor that does not fit.
    package convenience init(settings: NetworkSettings, tensors: [NamedTensor], training: Bool = true)
        throws(ModelError)
    {
        if training {
            self.init(settings, training: true)
            try assign(tensors)
        } else {
            try self.init(settings: settings, tensors: tensors, serving: Serving())
        }
    }

    /// Given parameters that never change: for prediction.
    ///
    /// - Throws: `ModelError` naming the tensor that does not fit.
    package convenience init(settings: NetworkSettings, tensors: [NamedTensor], serving: Serving) throws(ModelError) {
        self.init(settings, training: false, serving)
        try assign(tensors)
        guard case .tokens(let vocabulary, _) = settings.input else { return }
        let scratch = AlignedBuffer(count: Product.scratchCount)
        let tables = layers[0].compactMap { layer in
            InputTable(
                embedding: parameters.pointer + layout.embedding, vocabulary: vocabulary, layer: layer, scratch: scratch
            )
        }
        if tables.count == settings.directions { inputTables = tables }
    }

    /// Bytes that a network held for prediction takes: parameters, packed weights, tables.
    package var servingSizeBytes: Int {
        let packed = layers.joined().reduce(headForward.sizeBytes) { $0 + $1.sizeBytes }
        return parameters.count * MemoryLayout<Float>.size + packed + inputTables.reduce(0) { $0 + $1.sizeBytes }
    }

    /// Bytes of packed weights that a step reads.
    package var stepWeightsSizeBytes: Int {
        let all = layers.joined().reduce(headForward.sizeBytes) { $0 + $1.sizeBytes }
        return inputTables.isEmpty ? all : all - layers[0].reduce(0) { $0 + $1.inputProduct.sizeBytes }
    }

    private init(_ settings: NetworkSettings, training: Bool, _ serving: Serving = Serving()) {
        precondition(
            settings.layers > 0 && settings.hidden > 0 && settings.outputs > 0 && settings.inputWidth > 0,
            "a network of \(settings)")
        precondition(
            settings.projection == 0 || settings.cell == .lstm && (1..<settings.hidden).contains(settings.projection),
            "a projection needs an LSTM and 0 < P < H: \(settings)")
        precondition(!settings.tied || settings.canTie, "tied weights need E = D·S and O = V: \(settings)")
        self.settings = settings
        pool = serving.pool
        let halves = serving.weights == .float16
        let layout = ParameterLayout(settings)
        let parameters = AlignedBuffer(count: layout.count)
        layers = (0..<settings.layers).map { layer in
            (0..<settings.directions).map { direction in
                RecurrentLayer(
                    settings: settings, layer: layer, direction: direction, offsets: layout.recurrent[layer][direction],
                    halves: halves)
            }
        }
        headForward = PackedMatrix(depth: settings.width, columns: settings.outputs, halves: halves)
        headBackward = PackedMatrix(depth: settings.outputs, columns: settings.width)
        let head = parameters.pointer + layout.headWeight
        let packing =
            layers.joined().map { layer in { layer.pack(parameters, training: training) } }
            + headForward.packPieces(head, transposed: true)
            + (training ? headBackward.packPieces(head, transposed: false) : [])
        packed = PackedParameters(buffer: parameters, layout: layout, packing: packing)
    }

    /// Sets the head's bias `[O]`, for instance to the log-frequencies of the classes, and repacks.
    package func setHeadBias(_ values: [Float]) {
        precondition(values.count == settings.outputs, "\(values.count) biases for \(settings.outputs) outputs")
        for (index, value) in values.enumerated() { parameters.pointer[layout.headBias + index] = value }
        repack()
    }

    /// What direction `direction` of layer `layer` reads: `rows` hold what the layer below has made, or embedded
    /// symbols.
    func input(
        ofLayer layer: Int, direction: Int, symbols: UnsafePointer<Int32>, rows: UnsafePointer<Float>, training: Bool
    ) -> LayerInput {
        layer > 0 || training || inputTables.isEmpty ? .rows(rows) : .symbols(symbols, inputTables[direction])
    }

    /// Copies rows of the embedding `[V, E]` to `target` `[rows, E]`.
    func embed(_ tokens: UnsafePointer<Int32>, rows: Int, into target: UnsafeMutablePointer<Float>) {
        guard case .tokens(let vocabulary, let width) = settings.input else {
            return InstructionSet.kernels.flush(rows * settings.inputWidth, target)
        }
        for row in 0..<rows {
            let token = Int(tokens[row])
            precondition(token >= 0 && token < vocabulary, "symbol \(token) of a vocabulary of \(vocabulary)")
            (target + row * width).update(from: parameters.pointer + layout.embedding + token * width, count: width)
        }
    }
}
