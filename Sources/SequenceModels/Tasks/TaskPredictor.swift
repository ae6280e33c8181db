import Kernels
import RecurrentLayers

/// Holds the network of a model, reads requests of its task and begins their streams.
protocol TaskPredictor: Sendable {
    func start(_ request: PredictionRequest) throws(Faults) -> any PredictionStream
    /// What steps the streams that `start` gives.
    func stepper() -> any StreamStepper
    /// Parameters of the network.
    var parameterCount: Int { get }
    /// Bytes of state of one row of a stream.
    var rowSizeBytes: Int { get }
    /// Bytes of the network, as it is held.
    var networkSizeBytes: Int { get }
}

extension TaskPredictor {
    /// Parameters and their packed copy.
    var networkSizeBytes: Int { parameterCount * 2 * MemoryLayout<Float>.size }
}

/// A predictor whose network is recurrent.
protocol RecurrentPredictor: TaskPredictor {
    var network: RecurrentNetwork { get }
    /// - Throws: when the description lacks what the task needs, or says something else than the network.
    init(description: ModelDescription, network: RecurrentNetwork) throws(ModelError)
}

extension RecurrentPredictor {
    init(description: ModelDescription, tensors: [NamedTensor], serving: Serving) throws(ModelError) {
        guard let settings = description.network.recurrent else { throw .missingTensor("network") }
        try self.init(description: description, network: try RecurrentNetwork(settings: settings, tensors: tensors, serving: serving))
    }

    func stepper() -> any StreamStepper { RecurrentStepper(network: network) }
    var parameterCount: Int { network.parameterCount }
    var networkSizeBytes: Int { network.servingSizeBytes }
    var rowSizeBytes: Int { RecurrentState(network: network, rows: 1).valuesPerRow * MemoryLayout<Float>.size }
}
