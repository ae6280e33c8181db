import Kernels
import RecurrentLayers

/// A network that reads a whole input and answers it step by step: what the paired tasks need of it.
protocol PairedNetwork: TrainableNetwork where Workspace: PairedWorkspace<Self> {
    associatedtype Settings: PairedShape
    associatedtype Rows: DecoderRows<Self>

    var settings: Settings { get }
    /// Fresh parameters, drawn from `seed`.
    init(settings: Settings, seed: UInt64)
    /// - Parameter training: whether to pack what only backward needs.
    /// - Throws: `ModelError` naming the tensor that does not fit.
    init(settings: Settings, tensors: [NamedTensor], training: Bool) throws(ModelError)

    // Answering step by step.

    /// Room for inputs that are only answered.
    func source(stepsMax: Int, rowsMax: Int) -> SourceBatch
    func encode(_ source: SourceBatch)
    func step(_ rows: Rows, _ source: SourceBatch)
    /// Choices at a step of an answer to `source`.
    func choices(over source: SourceBatch) -> Int
    /// `[S]` of a row after a step.
    func attention(_ rows: Rows, row: Int, over source: SourceBatch) -> [Float]
}

/// The shape of such a network.
protocol PairedShape {
    /// What a step of the input is.
    var input: NetworkSettings.Input { get }
    var encoder: SequenceEncoder { get }
    var decoder: RecurrentShape { get }
    /// Whether there is a network of this shape, which a description from a file need not have.
    var isSound: Bool { get }
}

/// The buffers of one shard of a batch of pairs.
protocol PairedWorkspace<Network>: AnyObject {
    associatedtype Network: PairedNetwork
    /// - Parameter training: keeps room for backward.
    init(network: Network, sourceStepsMax: Int, targetStepsMax: Int, batchMax: Int, training: Bool)
    /// T and B of the window at hand.
    var steps: Int { get }
    var batch: Int { get }
    var source: SourceBatch { get }
    /// `[T, B]`: what the decoder reads at each step, the element of the target before it.
    var previous: UnsafeMutablePointer<Int32> { get }
    /// Sets S, T and B of the window to come, and clears what the caller fills.
    func begin(sourceSteps: Int, targetSteps: Int, batch: Int)
}

/// R answers that grow together by one choice a step.
protocol DecoderRows<Network>: AnyObject {
    associatedtype Network: PairedNetwork
    init(network: Network, rowsMax: Int, sourceStepsMax: Int)
    /// R of the step at hand.
    var rows: Int { get set }
    /// `[R]`: what each row reads.
    var previous: UnsafeMutablePointer<Int32> { get }
    /// `[R, choices]` after a step.
    var logProbabilities: UnsafeMutablePointer<Float> { get }
    func start(row: Int, source: Int, of batch: SourceBatch)
    func reorder(_ parents: [Int])
}

extension EncoderDecoderNetwork: PairedNetwork {
    func source(stepsMax: Int, rowsMax: Int) -> SourceBatch {
        SourceBatch(network: self, stepsMax: stepsMax, rowsMax: rowsMax)
    }

    func choices(over source: SourceBatch) -> Int { settings.targetVocabulary }

    func attention(_ rows: DecoderBatch, row: Int, over source: SourceBatch) -> [Float] {
        Array(UnsafeBufferPointer(start: rows.attention + row * source.steps, count: source.steps))
    }
}

extension EncoderDecoderSettings: PairedShape {
    var input: NetworkSettings.Input { source }
    var isSound: Bool { canAttend && decoder.layers > 0 && !decoder.bidirectional }
}

extension EncoderDecoderWorkspace: PairedWorkspace {
    var previous: UnsafeMutablePointer<Int32> { tokens }
}

extension DecoderBatch: DecoderRows {
    var previous: UnsafeMutablePointer<Int32> { tokens }
}

extension PointerNetwork: PairedNetwork {
    func source(stepsMax: Int, rowsMax: Int) -> SourceBatch {
        SourceBatch(network: self, stepsMax: stepsMax, rowsMax: rowsMax)
    }

    /// The end, and the items.
    func choices(over source: SourceBatch) -> Int { 1 + source.steps }

    /// The probabilities of the items; what is missing to 1 is the end's.
    func attention(_ rows: PointerDecoderBatch, row: Int, over source: SourceBatch) -> [Float] {
        let scores = rows.logProbabilities + row * choices(over: source) + 1
        return (0..<source.steps).map { Float(PortableMath.exp(Double(scores[$0]))) }
    }
}

extension PointerSettings: PairedShape {
    var input: NetworkSettings.Input { items }
    var isSound: Bool { attentionWidth > 0 && decoder.layers > 0 && !decoder.bidirectional }
}

extension PointerWorkspace: PairedWorkspace {}

extension PointerDecoderBatch: DecoderRows {}
