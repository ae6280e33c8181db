import Kernels
import RecurrentLayers

/// A network that reads sequences: what the tasks of one sequence need of it, recurrent or not.
protocol SequenceNetwork: TrainableNetwork where Workspace: SequenceWindow {
    /// A network to train, drawn from `seed`. - Precondition: `shape` is of this family.
    init(shape: ModelNetwork, seed: UInt64)
    /// - Throws: when `shape` is of another family, or a tensor does not fit.
    init(shape: ModelNetwork, tensors: [NamedTensor]) throws(ModelError)
    /// The same, to predict only. - Throws: also when the family cannot be held as `serving` says.
    init(shape: ModelNetwork, tensors: [NamedTensor], serving: Serving) throws(ModelError)
    /// Bytes that a network held for prediction takes.
    var servingSizeBytes: Int { get }
    func setHeadBias(_ values: [Float])
    func workspace(stepsMax: Int, batchMax: Int, training: Bool) -> Workspace

    var input: NetworkSettings.Input { get }
    /// O.
    var outputs: Int { get }
    var readout: NetworkSettings.Readout { get }
    var layers: Int { get }
    /// Whether a step sees the others themselves, and not a state: then no more of them than a window of training has.
    static var attends: Bool { get }

    // Going on step by step.

    /// What R rows of streams share in one step.
    associatedtype Steps: StepRows
    /// What the rows of a stream know of the steps before.
    associatedtype Memory: StreamMemory where Memory.Network == Self
    /// - Parameter context: the most steps that a row attends to.
    func stepRows(rowsMax: Int, context: Int) -> Steps
    func memory(rows: Int, context: Int) -> Memory
    /// - Parameters:
    ///   - answering: the first rows, whose outputs are wanted; those of the others are unspecified.
    ///   - inCompany: the rows are of several clients.
    func step(_ rows: Steps, answering: Int, inCompany: Bool)
    /// Bytes of the memory of one row, at most.
    func memoryBytes(context: Int) -> Int
    /// Whether what is said of a step depends on no later one.
    var isCausal: Bool { get }
    /// Writes what tells this network from others, before what R rows know.
    func writeMemoryHead(rows: Int, context: Int, to writer: inout StateWriter)
    /// - Throws: when it was written by another network, for other rows or another context, or is damaged.
    func readMemory(rows: Int, context: Int, from reader: inout StateReader) throws(StreamStateError) -> MemoryState
}

extension SequenceNetwork {
    /// Writes what R rows know, with what tells this network from others.
    func writeMemory(_ state: MemoryState, rows: Int, context: Int, to writer: inout StateWriter) {
        writeMemoryHead(rows: rows, context: context, to: &writer)
        state.write(to: &writer)
    }

    /// Rows of a batch that is only measured, with windows of `steps`: as many steps at once as fit the memory of a
    /// training.
    static func measuredRows(steps: Int) -> Int { attends ? max(1, min(16, 16_384 / max(1, steps))) : 16 }
}

extension EffectiveSettings.Network {
    /// The family of a network over one sequence.
    var sequenceNetwork: any SequenceNetwork.Type {
        self.cell.recurrent == nil ? TransformerNetwork.self : RecurrentNetwork.self
    }
}

extension RecurrentNetwork: SequenceNetwork {
    convenience init(shape: ModelNetwork, seed: UInt64) {
        guard case .recurrent(let settings) = shape else { preconditionFailure("a recurrent network of \(shape)") }
        self.init(settings: settings, seed: seed)
    }

    convenience init(shape: ModelNetwork, tensors: [NamedTensor]) throws(ModelError) {
        guard case .recurrent(let settings) = shape else { throw .unfitDescription(member: "network") }
        try self.init(settings: settings, tensors: tensors)
    }

    convenience init(shape: ModelNetwork, tensors: [NamedTensor], serving: Serving) throws(ModelError) {
        guard case .recurrent(let settings) = shape else { throw .unfitDescription(member: "network") }
        try self.init(settings: settings, tensors: tensors, serving: serving)
    }

    func workspace(stepsMax: Int, batchMax: Int, training: Bool) -> WindowWorkspace {
        WindowWorkspace(network: self, stepsMax: stepsMax, batchMax: batchMax, training: training)
    }

    var input: NetworkSettings.Input { settings.input }
    var outputs: Int { settings.outputs }
    var readout: NetworkSettings.Readout { settings.readout }
    var layers: Int { settings.layers }
    static var attends: Bool { false }
    var isCausal: Bool { !settings.bidirectional }
    func stepRows(rowsMax: Int, context: Int) -> StepBatch { StepBatch(network: self, rowsMax: rowsMax) }
    func memory(rows: Int, context: Int) -> RecurrentMemory { RecurrentMemory(network: self, rows: rows) }
    func memoryBytes(context: Int) -> Int {
        stateValuesPerRow * MemoryLayout<Float>.size
    }
}

extension TransformerNetwork: SequenceNetwork {
    convenience init(shape: ModelNetwork, seed: UInt64) {
        guard case .transformer(let settings) = shape else { preconditionFailure("a Transformer of \(shape)") }
        self.init(settings: settings, seed: seed)
    }

    convenience init(shape: ModelNetwork, tensors: [NamedTensor]) throws(ModelError) {
        guard case .transformer(let settings) = shape, settings.isSound else {
            throw .unfitDescription(member: "network")
        }
        try self.init(settings: settings, tensors: tensors)
    }

    convenience init(shape: ModelNetwork, tensors: [NamedTensor], serving: Serving) throws(ModelError) {
        guard case .transformer(let settings) = shape, settings.isSound else {
            throw .unfitDescription(member: "network")
        }
        try self.init(settings: settings, tensors: tensors, training: false)
    }

    func workspace(stepsMax: Int, batchMax: Int, training: Bool) -> TransformerWorkspace {
        TransformerWorkspace(network: self, stepsMax: stepsMax, batchMax: batchMax, training: training)
    }

    var input: NetworkSettings.Input { settings.input }
    var outputs: Int { settings.outputs }
    var readout: NetworkSettings.Readout { settings.readout }
    var layers: Int { settings.shape.layers }
    static var attends: Bool { true }
    var isCausal: Bool { settings.causal }
    func stepRows(rowsMax: Int, context: Int) -> TransformerStepBatch {
        TransformerStepBatch(network: self, rowsMax: rowsMax, stepsMax: context)
    }
    func step(_ rows: TransformerStepBatch, answering: Int, inCompany: Bool) { step(rows) }
    func memory(rows: Int, context: Int) -> TransformerMemory {
        TransformerMemory(network: self, rows: rows, context: context)
    }
    func memoryBytes(context: Int) -> Int { StreamCost(settings, context: context).stateBytes }
}
