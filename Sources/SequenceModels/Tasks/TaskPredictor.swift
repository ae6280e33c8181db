import Kernels
import RecurrentLayers

/// Holds the network of a model, reads requests of its task and begins their streams.
protocol TaskPredictor: Sendable {
    func start(_ request: PredictionRequest) throws(Faults) -> any PredictionStream
    /// The same that keeps in `cache` what the network knows after the sequences it reads, where that is of use.
    func caching(in cache: PrefixCache) -> any TaskPredictor
    /// What steps the streams that `start` gives.
    func stepper() -> any StreamStepper
    /// Of what it reads; nil for numbers.
    var vocabulary: Vocabulary? { get }
    /// Parameters of the network.
    var parameterCount: Int { get }
    /// Bytes of what one row of a stream remembers, at most.
    var rowSizeBytes: Int { get }
    /// Bytes of the network, as it is held.
    var networkSizeBytes: Int { get }
    /// Why a session cannot be; nil where it can.
    var sessionRefusal: String? { get }
}

extension TaskPredictor {
    /// What reads its whole input before it answers has nothing to keep.
    var sessionRefusal: String? {
        "a model that reads the whole sequence before it answers has no state to keep: send the sequence to /predict"
    }
}

extension TaskPredictor {
    /// It keeps nothing.
    func caching(in cache: PrefixCache) -> any TaskPredictor { self }
}

/// A predictor with a network over one sequence.
protocol NetworkPredictor: TaskPredictor {
    associatedtype Network: SequenceNetwork
    var network: Network { get }
    /// The most steps that the network attends to; one with a state does not care.
    var contextSteps: Int { get }
    /// - Throws: when the description lacks what the task needs, or says something else than the network.
    init(description: ModelDescription, network: Network) throws(ModelError)
}

extension NetworkPredictor {
    init(description: ModelDescription, tensors: [NamedTensor], serving: Serving) throws(ModelError) {
        let network = try Network(shape: description.network, tensors: tensors, serving: serving)
        try self.init(description: description, network: network)
    }

    func stepper() -> any StreamStepper { NetworkStepper(network: network, context: contextSteps) }
    var parameterCount: Int { network.parameterCount }
    var networkSizeBytes: Int { network.servingSizeBytes }
    var rowSizeBytes: Int { network.memoryBytes(context: contextSteps) }
    var sessionRefusal: String? {
        network.isCausal
            ? nil
            : "this model reads a sequence from both ends, so that each new step changes all there is: it has no state "
                + "to keep; send the sequence to /predict"
    }
}
