import CKernels
package import Kernels

/// Input (numbers, embedded symbols or both) → L recurrent layers, each in one or two directions → dense head.
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

    let embedding: InputEmbedding
    let stack: RecurrentStack
    let head: DenseLayer
    private let plan: ParameterPlan
    /// Of a network that only predicts; nil: alone.
    let pool: ComputePool?
    /// By direction, what the first layer makes of each symbol; empty while training, and where they would be too
    /// large.
    private(set) var inputTables: [InputTable] = []
    /// Where histories are read, for prediction.
    package let readingWindows: ReadingWindows

    /// Fresh parameters, drawn from `seed`.
    package convenience init(settings: NetworkSettings, seed: UInt64) {
        self.init(settings, training: true)
        plan.initialise(parameters, seed: seed)
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
        guard let weight = embedding.weight(parameters) else { return }
        let scratch = AlignedBuffer(count: Product.scratchCount)
        let tables = stack.layers[0].compactMap { layer in
            InputTable(embedding: weight, layer: layer, scratch: scratch)
        }
        if tables.count == settings.directions { inputTables = tables }
    }

    private init(_ settings: NetworkSettings, training: Bool, _ serving: Serving = Serving()) {
        precondition(
            settings.layers > 0 && settings.hidden > 0 && settings.outputs > 0 && settings.input.isSound,
            "a network of \(settings)")
        precondition(
            settings.projection == 0
                || settings.cell.canProject && (1..<settings.hidden).contains(settings.projection),
            "a projection needs a cell that allows it and 0 < P < H: \(settings)")
        precondition(!settings.tied || settings.canTie, "tied weights need E = D·S and O = V: \(settings)")
        self.settings = settings
        readingWindows = ReadingWindows(settings)
        pool = serving.pool
        let halves = serving.weights == .float16
        let places = RecurrentParameters(settings)
        plan = places.plan
        embedding = places.embedding
        stack = RecurrentStack(settings, offsets: places.recurrent, draw: .window, halves: halves)
        head = DenseLayer(
            inputs: settings.width, outputs: settings.outputs, weight: places.headWeight, bias: places.headBias,
            halves: halves)
        let parameters = AlignedBuffer(count: plan.layout.count)
        packed = PackedParameters(
            buffer: parameters, layout: plan.layout,
            packing: stack.packing(parameters, training: training) + head.packing(parameters, training: training))
    }

    /// Bytes that a network held for prediction takes: parameters, packed weights, tables.
    package var servingSizeBytes: Int {
        parameters.count * MemoryLayout<Float>.size + stack.sizeBytes() + head.sizeBytes
            + inputTables.reduce(0) { $0 + $1.sizeBytes }
    }

    /// Bytes of packed weights that a step reads.
    package var stepWeightsSizeBytes: Int {
        stack.sizeBytes(withoutInputProduct: !inputTables.isEmpty) + head.sizeBytes
    }

    /// Sets the head's bias `[O]`, for instance to the log-frequencies of the classes, and repacks.
    package func setHeadBias(_ values: [Float]) {
        head.setBias(values, parameters)
        repack()
    }

    /// What the first layer reads: numbers or embedded symbols, or what tables make of the symbols.
    func input(_ symbols: Symbols, embedded: Matrix, training: Bool) -> StackInput {
        training || inputTables.isEmpty ? .rows(embedded) : .symbols(symbols, inputTables)
    }
}
